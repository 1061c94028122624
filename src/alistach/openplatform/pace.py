"""The arithmetic of the app key's budget: how fast calls may follow each other, and what is kept for whom.

All moments are monotonic seconds, all paces calls per second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The platform counts by its own clock and network delays vary, so calls keep 5 % more distance than the pace says.
_MARGIN: Final = 1.05
# After a ban, from standing still to the ceiling would take this long; from half of it, half as long.
_CLIMB_SECONDS: Final = 600.0
_SLOWEST_SHARE: Final = 1 / 16
# Timers and sums of floats miss by less than this; a wait shorter than it is over.
SOON: Final = 1e-9
WINDOW_SECONDS: Final = 60.0
# Of each minute in which someone asked interactively, this share of the calls is left to such askers.
_RESERVED_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """A pace that was `base` at the moment `since` and has been climbing back to `ceiling` from then on."""

    ceiling: float
    base: float
    since: float

    def at(self, now: float) -> float:
        climbed = self.ceiling * max(0.0, now - self.since) / _CLIMB_SECONDS
        return min(self.ceiling, self.base + climbed)

    def halved(self, now: float, banned_until: float) -> Pace:
        """The pace after a ban, which starts to climb when the ban ends."""
        return Pace(self.ceiling, max(self.at(now) / 2, self.ceiling * _SLOWEST_SHARE), banned_until)

    def held(self, banned_until: float) -> Pace:
        """The same pace, which starts to climb only when a longer ban than was known ends."""
        return Pace(self.ceiling, self.base, max(self.since, banned_until))

    def interval(self, now: float) -> float:
        """Seconds from the end of one send to the next."""
        return _MARGIN / self.at(now)

    @property
    def shortest_interval(self) -> float:
        """The distance that calls keep at the ceiling; they are never closer."""
        return _MARGIN / self.ceiling


def restored(ceiling: float, remembered: float | None, banned_until: float) -> Pace:
    """The pace that a former run left behind, no less than the slowest and no more than today's ceiling."""
    base = ceiling if remembered is None else min(max(remembered, ceiling * _SLOWEST_SHARE), ceiling)
    return Pace(ceiling, base, banned_until)


def opens_at(now: float, last_sent: float | None, banned_until: float, interval: float) -> float:
    """The first moment at which anything may be sent."""
    spaced = now if last_sent is None else last_sent + interval
    return max(now, spaced, banned_until)


def background_opens_at(now: float, interactive: int, sent: Sequence[float], interval: float) -> float:
    """The first moment at which refreshing or backfilling may be sent, spacing and bans apart.

    `sent` holds the moments of the last minute's calls, of which `interactive` were interactive. While there is such
    traffic, the background gets what it leaves of the minute, less the reserve.
    """
    most = math.ceil((1 - _RESERVED_SHARE) * WINDOW_SECONDS / interval)
    if interactive == 0 or len(sent) < most:
        return now
    return max(now, sent[len(sent) - most] + WINDOW_SECONDS)
