"""The machine's clock, which a test may set ahead: whoever sleeps past that moment wakes at once."""

from __future__ import annotations

import asyncio
import time


class LeapingClock:
    """Runs like the machine's own. `leap` moves all of its time on, `step` only the time of day, as setting a clock does.

    Sleeps of the lengths in `skipped` (least and most seconds) take no time at all: the clock leaps over them.
    """

    def __init__(self, skipped: tuple[float, float] | None = None) -> None:
        self._skipped = skipped
        self._ahead = 0.0
        self._stepped = 0.0
        self._sleepers: set[asyncio.Future[None]] = set()

    def now(self) -> float:
        return time.time() + self._ahead + self._stepped

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        if self._skipped is not None and self._skipped[0] <= seconds <= self._skipped[1]:
            self.leap(seconds)
        while (left := end - self.monotonic()) > 0:
            leapt: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers.add(leapt)
            try:
                await asyncio.wait({leapt}, timeout=left)
            finally:
                self._sleepers.discard(leapt)
        await asyncio.sleep(0)

    def leap(self, seconds: float) -> None:
        """Set the clock ahead."""
        self._ahead += seconds
        for leapt in self._sleepers:
            if not leapt.done():
                leapt.set_result(None)

    def step(self, seconds: float) -> None:
        """Set the time of day alone, back too."""
        self._stepped += seconds
