"""`alistach serve`: the service, from its first word to its last."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Protocol

from alistach import __version__
from alistach.cli.banner import Started, banner
from alistach.cli.colour import has_colour
from alistach.cli.folder import ENV_FILE, new_key, opening, settings_here
from alistach.cli.port import address_of
from alistach.cli.words import say
from alistach.kit.redact import Secret
from alistach.settings import Loaded, ensure_admin_key

if TYPE_CHECKING:
    from alistach.gateway import Gateway


def serve() -> None:
    """Run the service.

    It runs until Ctrl-C or SIGTERM; requests in flight finish first. Settings come from the environment and from .env
    in this folder: `alistach config show` lists them.
    """
    loaded = settings_here()
    address = address_of(loaded.settings.api_host, loaded.settings.api_port)
    with opening():
        asyncio.run(_serve(loaded, address))
    say("Stopped.")


async def _serve(loaded: Loaded, address: str) -> None:
    from alistach.gateway import open_gateway
    from alistach.kit.clock import SystemClock

    key = _AdminKey(loaded)
    async with open_gateway(loaded.settings, key, SystemClock()) as gateway:
        gateway.journal.say("INFO", "service.started", version=__version__, mode=loaded.settings.mode.value)
        await _listen(gateway, address, _started(loaded, gateway, key.made))
        gateway.journal.say("INFO", "service.stopped")


async def _listen(gateway: Gateway, address: str, started: Started) -> None:
    """Answer until a signal comes, then until the last request in flight is answered."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from alistach.web.app import build

    server = Server(
        build(gateway),
        address,
        started.settings.api_port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    server.on_startup(lambda: print(banner(started, bold=has_colour(sys.stderr)), file=sys.stderr, flush=True))
    stop = _Stop(server)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    # What logrotate sends, and a terminal that is closed.
    loop.add_signal_handler(signal.SIGHUP, gateway.journal.reopen)
    await server.serve()


class _AdminKey:
    """Finds the admin key, or makes one; `made` is the one it made."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.made: Secret | None = None

    def __call__(self) -> Secret:
        key, is_new = ensure_admin_key(self._loaded, ENV_FILE, new_key)
        self.made = key if is_new else None
        return key


class _Stoppable(Protocol):
    def stop(self) -> None: ...


class _Stop:
    """The first signal lets requests in flight finish; the second does not."""

    def __init__(self, server: _Stoppable) -> None:
        self._server = server
        self._asked = False

    def __call__(self, number: int) -> None:
        if self._asked:
            say("Stopped at once.")
            os._exit(128 + number)
        self._asked = True
        say("Stopping: requests in flight finish first; once more stops at once.")
        self._server.stop()


def _started(loaded: Loaded, gateway: Gateway, made: Secret | None) -> Started:
    sandbox_url = gateway.sandbox.base_url if gateway.sandbox else None
    return Started(__version__, loaded.settings, sandbox_url, gateway.journal.path, made, loaded.notices)
