"""/sync, /rest and the short links: HTTP in, the platform's reply out."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import Final

from aiohttp import web

from alistach.sandbox.links import DEAD, destination
from alistach.sandbox.parameters import Parameters, decode_form
from alistach.sandbox.platform import Dropped, Platform, Reply
from alistach.sandbox.verification import Arrival, Door

_LINGER_NOT: Final = struct.pack("ii", 1, 0)


class Doors:
    """The handlers of what the real platform has too."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """Where each handler is."""
        return [
            web.get("/sync", self.sync, allow_head=False),
            web.post("/sync", self.sync),
            web.get("/rest{path:/.*}", self.rest, allow_head=False),
            web.post("/rest{path:/.*}", self.rest),
            web.get("/e/{code}", self.click),
            web.get("/s/{code}", self.click),
        ]

    async def sync(self, request: web.Request) -> web.StreamResponse:
        """A call whose method is a parameter."""
        parameters = await _read(request)
        return await self._answer(request, Arrival(Door.SYNC, parameters.text("method"), parameters, _base(request)))

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """A call whose method is the path."""
        path = request.match_info["path"]
        return await self._answer(request, Arrival(Door.REST, path, await _read(request), _base(request)))

    async def click(self, request: web.Request) -> web.Response:
        """Send a visitor where an affiliate link leads."""
        code = request.match_info["code"]
        link = self._platform.backend.links.whose(code)
        location = DEAD if link is None else destination(link, code)
        return web.Response(status=302, headers={"Location": location})

    async def _answer(self, request: web.Request, arrival: Arrival) -> web.StreamResponse:
        try:
            reply = await self._platform.answer(arrival)
        except Dropped:
            _reset(request)
            return web.Response()
        if reply.is_cut:
            return await _cut(request, reply)
        return web.Response(body=reply.body, status=reply.status, content_type=reply.content_type, charset="utf-8")


async def _read(request: web.Request) -> Parameters:
    query = decode_form(request.rel_url.raw_query_string)
    if request.method != "POST":
        return Parameters(query)
    if request.content_type == "multipart/form-data":
        # Files are not signed, so they are no parameters.
        fields = await request.post()
        return Parameters(query, {name: value for name, value in fields.items() if isinstance(value, str)})
    body = await request.read()
    return Parameters(query, decode_form(body.decode("utf-8", "replace")))


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    # Without lingering, closing sends a reset instead of an orderly end.
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()


async def _cut(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status)
    response.content_type = reply.content_type
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
