"""Who asks, for how long they wait, and where their answer came from."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from alistach.answers.entry import Entry
from alistach.answers.freshness import NO_DIRECTIVES, Directives


@dataclass(slots=True)
class Tab:
    """The upstream calls that one question has been charged with so far."""

    calls: int = 0


@dataclass(frozen=True, slots=True)
class Asker:
    """What an answer needs to know of its asker: a deadline (monotonic seconds), what it said of freshness, who pays."""

    deadline: float
    directives: Directives = NO_DIRECTIVES
    tab: Tab = field(default_factory=Tab)


class CacheStatus(enum.StrEnum):
    """Where an answer came from; values are the parameters of `Cache-Status` (RFC 9211). Later members are weaker."""

    HIT = "hit"
    COLLAPSED = "collapsed"
    MISS = "fwd=miss; stored"
    STALE = "fwd=stale"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as one asker found it. `reason` is the code of the failure that made a stale one do."""

    entry: Entry
    status: CacheStatus
    reason: str | None = None
