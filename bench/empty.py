"""The yardstick for the start: a Litestar app with one route on the same embedded server. `python empty.py PORT`."""

import asyncio
import signal
import sys

from granian.server.embed import Server
from litestar import Litestar, get


@get("/")
async def nothing() -> dict[str, bool]:
    return {"success": True}


async def main() -> None:
    server = Server(
        Litestar([nothing]), address="127.0.0.1", port=int(sys.argv[1]), interface="asgi", log_enabled=False
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


asyncio.run(main())
