"""The faults in force: which of them strike a call, and which are over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec

from alistach.sandbox.draws import RANGE, Draws
from alistach.sandbox.faults import Fault
from alistach.sandbox.limiter import Limiter

_NEVER: Final = float("inf")


@dataclass(slots=True)
class Strike:
    """A fault in force, with what it remembers of the calls so far."""

    number: int
    fault: Fault
    ends: float
    calls_left: int | None
    seen: int = 0
    limiter: Limiter = field(default_factory=Limiter)


class FaultNote(msgspec.Struct, frozen=True):
    """A fault in force, as it is listed."""

    number: int
    fault: Fault
    seconds_left: float | None
    calls_left: int | None


class FaultBook:
    """Keeps the faults in the order they were added."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._strikes: list[Strike] = []
        self._added = 0

    def add(self, fault: Fault, now: float) -> int:
        """Put `fault` in force; the number is for removing it."""
        self._added += 1
        ends = _NEVER if fault.seconds is None else now + fault.seconds
        self._strikes.append(Strike(self._added, fault, ends, fault.count))
        return self._added

    def strike(self, method: str, now: float) -> tuple[Strike, ...]:
        """The faults that strike this call, which counts against their life."""
        self._bury(now)
        return tuple(strike for strike in self._strikes if self._hits(strike, method))

    def remove(self, number: int) -> bool:
        """End one fault; False when it is not in force."""
        kept = [strike for strike in self._strikes if strike.number != number]
        was_there = len(kept) < len(self._strikes)
        self._strikes = kept
        return was_there

    def clear(self) -> None:
        """End every fault."""
        self._strikes.clear()

    def notes(self, now: float) -> list[FaultNote]:
        """The faults in force."""
        self._bury(now)
        return [
            FaultNote(s.number, s.fault, None if s.ends == _NEVER else round(s.ends - now, 3), s.calls_left)
            for s in self._strikes
        ]

    def _bury(self, now: float) -> None:
        self._strikes = [s for s in self._strikes if now < s.ends and s.calls_left != 0]

    def _hits(self, strike: Strike, method: str) -> bool:
        fault = strike.fault
        if fault.method not in {None, method}:
            return False
        strike.seen += 1
        if fault.share is not None and self._chance(strike) >= fault.share:
            return False
        if strike.calls_left is not None:
            strike.calls_left -= 1
        return True

    def _chance(self, strike: Strike) -> float:
        return Draws(self._seed, f"fault {strike.number}", strike.seen).word() / RANGE
