"""The rate check: so many calls a second, and a ban for whoever makes more."""

from __future__ import annotations

import math
from collections import deque


class Limiter:
    """Remembers the calls of the last second and the end of a ban."""

    __slots__ = ("_admitted", "_banned_until")

    def __init__(self) -> None:
        self._admitted: deque[float] = deque()
        self._banned_until = -math.inf

    def admit(self, now: float, calls_per_second: float, ban_seconds: float) -> float:
        """Seconds of ban that this call is told of; 0 when it is admitted. Calls during a ban do not lengthen it."""
        if now < self._banned_until:
            return self._banned_until - now
        window = max(1.0, 1 / calls_per_second)
        while self._admitted and now - self._admitted[0] >= window:
            self._admitted.popleft()
        if len(self._admitted) >= max(1, math.floor(calls_per_second)):
            self._banned_until = now + ban_seconds
            return ban_seconds
        self._admitted.append(now)
        return 0.0
