"""/sandbox: what the sandbox tells of itself, and how it is told to misbehave."""

from __future__ import annotations

import msgspec
from aiohttp import web

from alistach.kit.clock import Clock
from alistach.sandbox.faultbook import FaultNote
from alistach.sandbox.faults import KINDS, Fault
from alistach.sandbox.pictures import draw_picture
from alistach.sandbox.platform import Platform


class About(msgspec.Struct, frozen=True):
    """What this is and where things are."""

    what: str
    app_key: str
    seed: int
    products: int
    tracking_ids: tuple[str, ...]
    doors: tuple[str, ...]
    faults: tuple[str, ...]
    see: tuple[str, ...]


class Problem(msgspec.Struct, frozen=True):
    """Why a request to /sandbox was not obeyed."""

    error: str


class Added(msgspec.Struct, frozen=True):
    """The number of a fault just added."""

    number: int


class FaultList(msgspec.Struct, frozen=True):
    """The faults in force."""

    faults: list[FaultNote]


class Done(msgspec.Struct, frozen=True):
    """It was done."""

    done: bool = True


class Control:
    """The handlers under /sandbox."""

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self._platform = platform
        self._clock = clock
        self._fault = msgspec.json.Decoder(Fault)

    def routes(self) -> list[web.RouteDef]:
        """Where each handler is."""
        return [
            web.get("/", self.about),
            web.get("/sandbox", self.about),
            web.get("/sandbox/calls", self.calls),
            web.post("/sandbox/reset", self.reset),
            web.get("/sandbox/faults", self.list_faults),
            web.post("/sandbox/faults", self.add_fault),
            web.delete("/sandbox/faults", self.clear_faults),
            web.delete("/sandbox/faults/{number}", self.remove_fault),
            web.get("/sandbox/links/{code}", self.link),
            web.get("/sandbox/images/{name}", self.picture),
        ]

    async def about(self, _: web.Request) -> web.Response:
        """Say what this is."""
        options = self._platform.backend.options
        return _json(
            About(
                what="An AliExpress Open Platform for development: invented products, no account, no money.",
                app_key=options.app_key,
                seed=options.seed,
                products=options.products,
                tracking_ids=(*options.tracking_ids, *(f"{prefix}*" for prefix in options.tracking_id_prefixes)),
                doors=("/sync", "/rest/auth/token/create"),
                faults=KINDS,
                see=(
                    "GET /sandbox/calls",
                    "POST /sandbox/reset",
                    "GET|POST|DELETE /sandbox/faults",
                    "GET /sandbox/links/{code}",
                    "GET /sandbox/images/{name}",
                ),
            )
        )

    async def calls(self, _: web.Request) -> web.Response:
        """Tell what arrived."""
        return _json(self._platform.calls.report())

    async def reset(self, _: web.Request) -> web.Response:
        """Forget the calls, the faults with their bans, and the links."""
        self._platform.calls.clear()
        self._platform.faults.clear()
        self._platform.backend.links.clear()
        return _json(Done())

    async def list_faults(self, _: web.Request) -> web.Response:
        """Tell which faults are in force."""
        return _json(FaultList(self._platform.faults.notes(self._clock.monotonic())))

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a fault in force."""
        try:
            fault = self._fault.decode(await request.read())
        except msgspec.ValidationError as error:
            return _json(Problem(f"This is not a fault: {error}."), 400)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _json(Problem(f"This is not JSON: {error}."), 400)
        return _json(Added(self._platform.faults.add(fault, self._clock.monotonic())), 201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """End every fault."""
        self._platform.faults.clear()
        return _json(Done())

    async def remove_fault(self, request: web.Request) -> web.Response:
        """End one fault."""
        number = request.match_info["number"]
        if not (number.isascii() and number.isdigit() and self._platform.faults.remove(int(number))):
            return _json(Problem(f"No fault with the number {number} is in force."), 404)
        return _json(Done())

    async def link(self, request: web.Request) -> web.Response:
        """Tell whose link it is."""
        link = self._platform.backend.links.whose(request.match_info["code"])
        return _json(Problem("No such link was made here."), 404) if link is None else _json(link)

    async def picture(self, request: web.Request) -> web.Response:
        """Draw a product."""
        drawn = draw_picture(self._platform.backend.catalogue, request.match_info["name"])
        if drawn is None:
            return _json(Problem("No product has this picture."), 404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(text=drawn, content_type="image/svg+xml", headers=headers)


def _json(content: msgspec.Struct, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(content), status=status, content_type="application/json")
