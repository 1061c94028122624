"""A caller of the sandbox with a signer of its own, and a way to read what comes back."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import aiohttp
import msgspec

from alistach.sandbox import Sandbox
from tests.steered import SteeredClock, settle

SECRET = "sandbox-secret-0123456789abcdef"
APP_KEY = "500001"

QUERY = "aliexpress.affiliate.product.query"
DETAILS = "aliexpress.affiliate.productdetail.get"
CATEGORIES = "aliexpress.affiliate.category.get"
LINKS = "aliexpress.affiliate.link.generate"


def sign(parameters: dict[str, str], secret: str = SECRET, path: str = "") -> dict[str, str]:
    """The parameters with the signature that the protocol prescribes."""
    base = path + "".join(name + parameters[name] for name in sorted(parameters))
    key, text = secret.encode(), base.encode()
    match parameters.get("sign_method"):
        case "md5":
            made = hashlib.md5(key + text + key, usedforsecurity=False).hexdigest()
        case "hmac":
            made = hmac.new(key, text, "md5").hexdigest()
        case _:
            made = hmac.new(key, text, "sha256").hexdigest()
    return {**parameters, "sign": made.upper()}


async def until_arrived(sandbox: Sandbox) -> None:
    """Return when a call has arrived and goes no further."""
    # Only a test waits for that, so the sandbox has no event for it.
    while not sandbox.calls.count():  # noqa: ASYNC110
        await asyncio.sleep(0)
    await settle()


class Caller:
    """Calls one sandbox as a correct client does, unless told otherwise."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession, clock: SteeredClock) -> None:
        self.sandbox = sandbox
        self.session = session
        self.clock = clock

    def parameters(self, method: str | None, **business: str) -> dict[str, str]:
        """The common parameters and `business`, not yet signed."""
        common = {"app_key": APP_KEY, "timestamp": str(int(self.clock.now() * 1000)), "sign_method": "sha256"}
        return {**common, **({"method": method} if method else {}), **business}

    async def send(self, parameters: dict[str, str], door: str = "/sync") -> tuple[int, str]:
        """Status and text of a GET with exactly these parameters."""
        async with self.session.get(self.sandbox.base_url + door, params=parameters) as response:
            return response.status, await response.text()

    async def text(self, method: str, **business: str) -> str:
        """The body of a signed call."""
        status, text = await self.send(sign(self.parameters(method, **business)))
        assert status == 200
        return text

    async def call(self, method: str, **business: str) -> Any:
        """The parsed body of a signed call."""
        return msgspec.json.decode(await self.text(method, **business))

    async def resp_result(self, method: str, **business: str) -> Any:
        """What is in the envelope of a signed call."""
        answer = await self.call(method, **business)
        return answer[method.replace(".", "_") + "_response"]["resp_result"]

    async def rows(self, method: str, **business: str) -> list[Any]:
        """The products that a signed call answers."""
        rows: list[Any] = (await self.resp_result(method, **business))["result"]["products"]["product"]
        return rows

    async def error(self, method: str, **business: str) -> tuple[str, str]:
        """Code and message of the error that a signed call ends with."""
        error = (await self.call(method, **business))["error_response"]
        return error["code"], error["msg"]

    async def get(self, path: str) -> tuple[int, Any]:
        """Status and parsed body of a GET of the sandbox's own."""
        async with self.session.get(self.sandbox.base_url + path) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: object = None) -> tuple[int, Any]:
        """Status and parsed body of a POST of the sandbox's own; bytes go as they are."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with self.session.post(self.sandbox.base_url + path, data=content) as response:
            return response.status, await response.json()

    async def delete(self, path: str) -> tuple[int, Any]:
        """Status and parsed body of a DELETE of the sandbox's own."""
        async with self.session.delete(self.sandbox.base_url + path) as response:
            return response.status, await response.json()
