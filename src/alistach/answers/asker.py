"""Who asks, for how long they wait, and where their answer came from."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from alistach.answers.entry import Entry
from alistach.answers.freshness import NO_DIRECTIVES, Directives


@dataclass(frozen=True, slots=True)
class Asker:
    """What an answer needs to know of its asker: a deadline (monotonic seconds) and what it said of freshness."""

    deadline: float
    directives: Directives = NO_DIRECTIVES


class CacheStatus(enum.StrEnum):
    """Where an answer came from; values are the parameters of `Cache-Status` (RFC 9211). Later members are weaker."""

    HIT = "hit"
    COLLAPSED = "collapsed"
    STALE = "fwd=stale"
    MISS = "fwd=miss; stored"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as one asker found it. `reason` is the code of the failure that made a stale one do."""

    entry: Entry
    status: CacheStatus
    calls: int = 0
    reason: str | None = None
