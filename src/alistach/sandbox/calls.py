"""What arrived: every call counted, refused and faulted ones too."""

from __future__ import annotations

from collections import Counter, deque
from typing import Final

import msgspec

from alistach.kit.clock import iso
from alistach.sandbox.methods.names import KNOWN
from alistach.sandbox.verification import Arrival

_KEPT: Final = 50


class CallNote(msgspec.Struct):
    """One call; the outcome is a resp_code, the code of a refusal, or the kind of the fault that ended it."""

    at: str
    door: str
    method: str
    outcome: str = "pending"


class CallReport(msgspec.Struct, frozen=True):
    """The counts so far, and the last calls, the newest last."""

    calls: dict[str, int]
    bans: int
    last: list[CallNote]


class Calls:
    """Counts calls by method; `bans` are those refused because the app key was banned."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._last: deque[CallNote] = deque(maxlen=_KEPT)
        self.bans = 0

    def arrive(self, arrival: Arrival, now: float) -> CallNote:
        """Count a call; the caller writes its outcome."""
        note = CallNote(iso(now), arrival.door.value, _name(arrival.method))
        self._counts[note.method] += 1
        self._last.append(note)
        return note

    def count(self, method: str | None = None) -> int:
        """How many calls of one method, or of all."""
        return self._counts.total() if method is None else self._counts[method]

    def report(self) -> CallReport:
        """The state as it is told over HTTP."""
        return CallReport(dict(self._counts), self.bans, list(self._last))

    def clear(self) -> None:
        """Begin again from nothing."""
        self._counts.clear()
        self._last.clear()
        self.bans = 0


def _name(method: str | None) -> str:
    # Invented names share one counter, so that endless ones cannot fill memory.
    if method is None:
        return "(none)"
    return method if method in KNOWN else "(unknown)"
