"""The life of one call to the platform: counted, struck by faults, verified, limited, answered."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from alistach.kit.clock import Clock
from alistach.sandbox import faults
from alistach.sandbox.calls import CallNote, Calls
from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.disguise import error_page, wrong_shape
from alistach.sandbox.envelope import EMPTY, Result, Stamp, make_stamp, write_error, write_rest_error, write_result
from alistach.sandbox.faultbook import FaultBook, Strike
from alistach.sandbox.links import Links
from alistach.sandbox.methods.call import Backend, Call, Method
from alistach.sandbox.methods.table import find_method
from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.refusals import BY_NAME, Refused, banned, invalid
from alistach.sandbox.search import Search
from alistach.sandbox.verification import Arrival, Door, verify

_JSON: Final = "application/json"
_HTML: Final = "text/html"
_BUSINESS_MESSAGES: Final = MappingProxyType(
    {
        401: "This publisher is not registered:1000001",
        402: "TrackingId input parameter error",
        404: "System Error",
        407: "The pattern of input params is invalid",
    }
)


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP; one that is cut ends, with its connection, in the middle."""

    body: bytes
    status: int = 200
    content_type: str = _JSON
    is_cut: bool = False


class Platform:
    """The Open Platform behind its two doors."""

    def __init__(self, options: SandboxOptions, clock: Clock) -> None:
        catalogue = Catalogue(options.seed, options.products)
        self.backend = Backend(options, catalogue, Search(catalogue), Links(options.seed))
        self.calls = Calls()
        self.faults = FaultBook(options.seed)
        self._clock = clock
        self._closing = asyncio.Event()
        self._answers = 0

    def open(self) -> None:
        """Let calls wait again."""
        self._closing.clear()

    def close(self) -> None:
        """Drop the calls that are waiting: hung ones would keep the server from ending."""
        self._closing.set()

    async def answer(self, arrival: Arrival) -> Reply:
        """The reply to one call; raises Dropped where there is none."""
        note = self.calls.arrive(arrival, self._clock.now())
        moment = self._clock.monotonic()
        strikes = self.faults.strike(arrival.method or "", moment)
        reply = await self._interfere(strikes, note)
        if reply is None:
            reply = await self._attend(arrival, strikes, moment, note)
        if any(isinstance(strike.fault, faults.Truncated) for strike in strikes):
            note.outcome = "truncated"
            return replace(reply, is_cut=True)
        return reply

    async def _interfere(self, strikes: Iterable[Strike], note: CallNote) -> Reply | None:
        for strike in strikes:
            match strike.fault:
                case faults.Delay(delay_seconds=seconds):
                    await self._pause(seconds)
                case faults.Hang():
                    note.outcome = "hang"
                    await self._closing.wait()
                    raise Dropped
                case faults.Reset():
                    note.outcome = "reset"
                    raise Dropped
                case faults.Status(status=status):
                    note.outcome = str(status)
                    return Reply(error_page(status), status, _HTML)
                case faults.Html():
                    note.outcome = "html"
                    return Reply(error_page(200), content_type=_HTML)
                case faults.WrongType(shape=shape):
                    note.outcome = "wrong_type"
                    return Reply(wrong_shape(note.method, shape))
                case _:
                    pass
        return None

    async def _pause(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            closing.cancel()
        if self._closing.is_set():
            raise Dropped

    async def _attend(self, arrival: Arrival, strikes: tuple[Strike, ...], moment: float, note: CallNote) -> Reply:
        self._answers += 1
        now = self._clock.now()
        stamp = make_stamp(self._answers, now)
        try:
            verify(arrival, self.backend.options, now)
            method = find_method(arrival.method or "")
            self._limit(strikes, moment)
            result = await self._do(method, arrival, tuple(strike.fault for strike in strikes))
        except Refused as refused:
            note.outcome = str(refused.refusal.code)
            write = write_error if arrival.door is Door.SYNC else write_rest_error
            return Reply(write(refused.refusal, stamp))
        note.outcome = str(result.resp_code)
        return Reply(_write(arrival, result, stamp))

    def _limit(self, strikes: Iterable[Strike], moment: float) -> None:
        for strike in strikes:
            match strike.fault:
                case faults.Ban():
                    left = strike.ends - moment
                case faults.BanAbove(calls_per_second=rate, ban_seconds=seconds):
                    left = strike.limiter.admit(moment, rate, seconds)
                case _:
                    continue
            if left > 0:
                self.calls.bans += 1
                raise Refused(banned(math.ceil(left)))

    async def _do(self, method: Method, arrival: Arrival, struck: tuple[faults.Fault, ...]) -> Result:
        for fault in struck:
            match fault:
                case faults.PlatformError(name=name):
                    raise Refused(BY_NAME[name])
                case faults.BusinessError(resp_code=code):
                    return Result(resp_code=code, resp_msg=_BUSINESS_MESSAGES[code])
                case faults.Empty():
                    return EMPTY
                case _:
                    pass
        parameters = arrival.parameters
        if parameters.text("format") not in {None, "json"}:
            raise Refused(invalid("format", "the sandbox answers in json only"))
        return await method(Call(parameters, arrival.base_url, _is_simplified(parameters), struck, self.backend))


def _is_simplified(parameters: Parameters) -> bool:
    return (parameters.text("simplify") or "").lower() == "true"


def _write(arrival: Arrival, result: Result, stamp: Stamp) -> bytes:
    is_simplified = _is_simplified(arrival.parameters)
    return write_result(arrival.method or "", result, stamp, is_simplified=is_simplified)
