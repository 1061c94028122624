"""The gateway opened here for one command, and asked as the service would be: answers are the same."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, ExitStack
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from alistach.cli.folder import new_key
from alistach.cli.reply import Reply
from alistach.cli.service import PATIENCE_SECONDS
from alistach.gateway import open_gateway
from alistach.kit.clock import SystemClock
from alistach.kit.redact import Secret
from alistach.settings import Settings
from alistach.web.app import build
from alistach.web.wire import App


class Local:
    """Holds the data lock from entering to leaving. Entering raises what open_gateway raises."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Only this command ever asks this gateway: no key is made in .env that nobody was shown.
        self._key = Secret(new_key())
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._app: App | None = None

    def __enter__(self) -> Self:
        with ExitStack() as failed:
            failed.callback(self._runner.close)
            self._runner.run(self._open())
            failed.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(self._stack.aclose())

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        """The reply to one request."""
        if self._app is None:
            raise RuntimeError("nothing can be asked before it is opened")
        body = b"" if content is None else json.dumps(content).encode()
        return self._runner.run(_asked(self._app, _scope(method, target, self._key), body))

    async def _open(self) -> None:
        gateway = await self._stack.enter_async_context(open_gateway(self._settings, lambda: self._key, SystemClock()))
        self._app = build(gateway)


def _scope(method: str, target: str, key: Secret) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"prefer", f"wait={PATIENCE_SECONDS}".encode()),
            (b"x-admin-api-key", key.reveal().encode()),
        ],
        "client": ("cli", 0),
        "server": ("localhost", 0),
        "state": {},
    }


async def _asked(app: App, scope: dict[str, Any], body: bytes) -> Reply:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
