"""What stands in for the platform where a test needs an exact answer: recorded samples and a scripted transport."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from alistach.errors import GatewayError
from alistach.openplatform.credentials import Credentials
from alistach.openplatform.transport import Response

GOLDEN = Path(__file__).parents[1] / "golden"
CREDENTIALS = Credentials("500001", "sandbox-secret-0123456789abcdef")
REQUEST_ID = "210155f117904451450096234"


def sample(name: str) -> bytes:
    """A recorded answer, by its file's name without `aliexpress.affiliate.` and `.json`."""
    path = GOLDEN / "samples" / f"aliexpress.affiliate.{name}.json"
    return path.read_bytes()


def error_samples() -> dict[str, Any]:
    """The recorded refusals, by name."""
    found: dict[str, Any] = msgspec.json.decode((GOLDEN / "samples" / "errors.json").read_bytes())
    return found


def affiliate_answer(method: str, result: object, code: object = 200) -> bytes:
    """An answer to an affiliate method, in the normal envelope."""
    answer: dict[str, object] = {"resp_code": code, "resp_msg": "words"}
    if result is not None:
        answer["result"] = result
    return msgspec.json.encode(
        {f"{method.replace('.', '_')}_response": {"resp_result": answer, "request_id": REQUEST_ID}}
    )


def refusal(code: object, message: str = "words", **more: object) -> bytes:
    """A refusal of the platform's gateway."""
    body = {"type": "ISV", "code": code, "msg": message, "request_id": REQUEST_ID, **more}
    return msgspec.json.encode({"error_response": body})


@dataclass
class Sent:
    """One request that the scripted transport was given."""

    url: str
    form: Mapping[str, str]


# A step answers with a body, fails after sending, or does what a function does.
Step = bytes | GatewayError | Callable[[Sent], bytes]


@dataclass
class ScriptedTransport:
    """Gives the scripted answers in turn, the last one for ever.

    `connected` holds every request back until it is set, `gate` every answer.
    """

    steps: list[Step]
    sent: list[Sent] = field(default_factory=list)
    redirects: Mapping[str, str | GatewayError | None] = field(default_factory=dict)
    followed: list[tuple[str, str | None]] = field(default_factory=list)
    connected: asyncio.Event | None = None
    gate: asyncio.Event | None = None
    reaches_platform: bool = True
    server_time: float | None = None
    is_closed: bool = False

    async def post(
        self, url: str, form: Mapping[str, str], *, may_send: Callable[[], None], on_sent: Callable[[], None]
    ) -> Response:
        if self.connected is not None:
            await self.connected.wait()
        may_send()
        request = Sent(url, form)
        step = self.steps[min(len(self.sent), len(self.steps) - 1)]
        self.sent.append(request)
        if self.reaches_platform:
            on_sent()
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(step, GatewayError):
            raise step
        return Response(200, step if isinstance(step, bytes) else step(request), self.server_time)

    async def follow(self, url: str, *, via: str | None = None) -> str | None:
        self.followed.append((url, via))
        target = self.redirects[url]
        if isinstance(target, GatewayError):
            raise target
        return target

    async def close(self) -> None:
        self.is_closed = True
