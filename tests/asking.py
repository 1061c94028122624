"""A whole service in process: the real application over a real sandbox, asked byte by byte as a server would ask it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from alistach import settings
from alistach.gateway import Gateway, open_gateway
from alistach.kit.clock import Clock, SystemClock
from alistach.kit.redact import Secret
from alistach.sandbox import Fault, Sandbox, SandboxOptions
from alistach.web.app import build
from alistach.web.wire import App

T = TypeVar("T")

ADMIN_KEY = "test-admin-key-of-nobody"
ADMIN = {"X-Admin-API-Key": ADMIN_KEY}
SEARCH = "/api/products/search?keywords=usb"

QUERY = "aliexpress.affiliate.product.query"
DETAILS = "aliexpress.affiliate.productdetail.get"
CATEGORIES = "aliexpress.affiliate.category.get"
LINKS = "aliexpress.affiliate.link.generate"

# Limits that get in nobody's way.
_BOUNDLESS = {
    "MAX_REQUESTS_PER_SECOND": "1000000",
    "MAX_REQUESTS_PER_MINUTE": "1000000",
    "ALIEXPRESS_MAX_CALLS_PER_SECOND": "1000",
}


@dataclass(frozen=True, slots=True)
class Got:
    """What came back. Names of headers are in lower case, in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The one header of this name."""
        (value,) = self.all(name)
        return value

    def all(self, name: str) -> list[str]:
        """Every header of this name."""
        return [value for known, value in self.headers if known == name.lower()]

    @property
    def names(self) -> set[str]:
        """The names of its headers."""
        return {name for name, _ in self.headers}

    @property
    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["code"])


@dataclass(slots=True)
class Service:
    """An open service; `sandbox` is the platform that it asks."""

    gateway: Gateway
    app: App
    sandbox: Sandbox
    address: str = "127.0.0.1"
    told: list[Got] = field(default_factory=list)

    async def get(self, target: str, headers: Mapping[str, str] | None = None) -> Got:
        """Ask by GET."""
        return await self.ask("GET", target, headers)

    async def post(self, target: str, content: object = b"", headers: Mapping[str, str] | None = None) -> Got:
        """Ask by POST; content that is not bytes goes as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return await self.ask("POST", target, {"Content-Type": "application/json", **(headers or {})}, body)

    async def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        body: bytes = b"",
    ) -> Got:
        """Ask as a server passes a request on."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
        got = await call(self.app, method, target, pairs, body, self.address)
        self.told.append(got)
        return got

    def strike(self, **fault: Any) -> None:
        """Put a fault of the sandbox in force, written as its JSON."""
        self.sandbox.add_fault(msgspec.convert(fault, Fault))

    @property
    def calls(self) -> int:
        """Calls that have reached the platform."""
        return self.sandbox.calls.count()

    @property
    def log(self) -> list[str]:
        """The lines of the log so far."""
        return self.gateway.journal.path.read_text().splitlines()


async def call(
    app: App,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    address: str | None = "127.0.0.1",
) -> Got:
    """One request to an ASGI application; the target is taken as it would stand on the wire."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path, encoding="utf-8", errors="replace"),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers),
        ],
        "client": (address, 50_000) if address is not None else None,
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start, *rest = messages
    return Got(
        start["status"],
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]),
        b"".join(message["body"] for message in rest),
    )


@asynccontextmanager
async def open_service(
    folder: Path, *, clock: Clock | None = None, sandbox: Sandbox | None = None, **environ: str
) -> AsyncIterator[Service]:
    """A service with its data and logs in `folder`; on live settings for `sandbox` if one is given, else on its own.

    What is in `environ` is set as in the environment.
    """
    clock = clock or SystemClock()
    given = {"ALISTACH_DATA_DIR": str(folder / "data"), "ALISTACH_LOG_DIR": str(folder / "logs"), **_BOUNDLESS}
    if sandbox is None:
        given["ALISTACH_SANDBOX_PORT"] = "0"
    else:
        given["ALIEXPRESS_APP_KEY"] = sandbox.options.app_key
        given["ALIEXPRESS_APP_SECRET"] = sandbox.options.app_secret
        given["ALIEXPRESS_API_URL"] = sandbox.base_url
    loaded = settings.load({**given, **environ}, None)
    async with open_gateway(loaded.settings, lambda: Secret(ADMIN_KEY), clock) as gateway:
        platform = sandbox or gateway.sandbox
        assert platform is not None
        yield Service(gateway, build(gateway), platform)


@asynccontextmanager
async def open_sandbox(clock: Clock | None = None, products: int = 400) -> AsyncIterator[Sandbox]:
    """A platform of its own, with few products so that it is there at once."""
    made = Sandbox(SandboxOptions(products=products), clock or SystemClock())
    await made.start(port=0)
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def open_live(folder: Path, *, clock: Clock | None = None, **environ: str) -> AsyncIterator[Service]:
    """A service on live settings that lets everybody in, with a small platform of its own behind it."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(open_sandbox(clock))
        given = {"ANONYMOUS_ACCESS": "true", **environ}
        yield await stack.enter_async_context(open_service(folder, clock=clock, sandbox=sandbox, **given))


def in_loop(opened: Callable[[], Any], work: Callable[[Service, asyncio.Runner], None]) -> None:
    """Open a service in a loop of its own for `work`, which may run the loop as often as it likes."""
    with asyncio.Runner() as runner:
        service = opened()
        entered = runner.run(service.__aenter__())
        try:
            work(entered, runner)
        finally:
            runner.run(service.__aexit__(None, None, None))


async def eventually(is_so: Callable[[], bool], within_seconds: float = 10.0) -> None:
    """Return once it is so: for what another thread or the other end of a connection does."""
    end = monotonic() + within_seconds
    while not is_so():
        assert monotonic() < end, "it did not come to be so"
        await asyncio.sleep(0.001)


def fields(line: str) -> dict[str, str]:
    """The `name=value` fields of a log line."""
    return dict(word.split("=", 1) for word in line.split(" ")[5:] if "=" in word)


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """The results of what is done at the same time."""
    return list(await asyncio.gather(*work))
