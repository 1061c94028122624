"""The sandbox as a server in the caller's event loop."""

from __future__ import annotations

import errno
import socket
from typing import Final

from aiohttp import web

from alistach.kit.clock import Clock
from alistach.sandbox.calls import Calls
from alistach.sandbox.control import Control
from alistach.sandbox.doors import Doors
from alistach.sandbox.faults import Fault
from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.platform import Platform

_FAREWELL_SECONDS: Final = 1.0


class Sandbox:
    """An AliExpress Open Platform on this machine; start it, call it, break it, stop it."""

    def __init__(self, options: SandboxOptions, clock: Clock) -> None:
        self.options = options
        self._clock = clock
        self._platform = Platform(options, clock)
        self._runner: web.AppRunner | None = None
        self._address = ("", 0)

    @property
    def port(self) -> int:
        """The port it listens on; 0 before the start."""
        return self._address[1]

    @property
    def base_url(self) -> str:
        """Where it is: `http://127.0.0.1:8001`."""
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def calls(self) -> Calls:
        """What arrived so far."""
        return self._platform.calls

    def add_fault(self, fault: Fault) -> int:
        """Put `fault` in force from now on."""
        return self._platform.faults.add(fault, self._clock.monotonic())

    def clear_faults(self) -> None:
        """End every fault."""
        self._platform.faults.clear()

    async def start(self, host: str = "127.0.0.1", port: int = 8001, fall_back_to_free_port: bool = True) -> None:
        """Listen; on any free port when this one is taken and that is allowed, else OSError."""
        listener = _listen(host, port, fall_back_to_free_port)
        self._address = (host, listener.getsockname()[1])
        self._platform.open()
        app = web.Application()
        app.add_routes([*Doors(self._platform).routes(), *Control(self._platform, self._clock).routes()])
        # A caller that leaves takes its call with it: hung calls would pile up until the end.
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=_FAREWELL_SECONDS
        )
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    async def stop(self) -> None:
        """Drop what hangs, let the rest end, stop listening."""
        self._platform.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


def _listen(host: str, port: int, fall_back_to_free_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or not fall_back_to_free_port:
            raise
    return socket.create_server((host, 0), family=family, backlog=128)
