"""The service for any ASGI server: `uvicorn --factory alistach.web.asgi:create`. One worker, as on every data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from alistach.gateway import Gateway, PortRefused, open_gateway
from alistach.kit.clock import SystemClock
from alistach.kit.redact import Secret
from alistach.settings import Loaded, SettingsError, ensure_admin_key, load
from alistach.storage.refused import StorageRefused
from alistach.web.app import build
from alistach.web.wire import App, Receive, Scope, Send

_ENV_FILE = Path(".env")


def create() -> App:
    """The application; its lifespan opens the gateway and closes it."""
    return Lived()


class Lived:
    """An application that is there between the lifespan's startup and shutdown."""

    def __init__(self) -> None:
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is None:
            raise RuntimeError("this application needs a server that runs the ASGI lifespan: uvicorn --lifespan on")
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            loaded = load(os.environ, _ENV_FILE)
            async with open_gateway(loaded.settings, lambda: _admin_key(loaded), SystemClock()) as gateway:
                self._app = build(gateway)
                _log_start(gateway, loaded)
                await send({"type": "lifespan.startup.complete"})
                await receive()
                gateway.journal.say("INFO", "service.stopped")
        except (SettingsError, StorageRefused, PortRefused) as refusal:
            await send({"type": "lifespan.startup.failed", "message": str(refusal)})
            return
        await send({"type": "lifespan.shutdown.complete"})


def _admin_key(loaded: Loaded) -> Secret:
    return ensure_admin_key(loaded, _ENV_FILE, lambda: secrets.token_urlsafe(32))[0]


def _log_start(gateway: Gateway, loaded: Loaded) -> None:
    gateway.journal.say("INFO", "service.started", mode=loaded.settings.mode.value, server="another")
    for notice in loaded.notices:
        gateway.journal.say("WARNING", "settings.notice", says=notice)
