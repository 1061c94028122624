"""A clock that a test moves by hand: sleepers wake when it is advanced past their moment, in order."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class SteeredClock:
    """Starts at a fixed moment and stands still until `advance` is called."""

    def __init__(self, epoch: float = 1_800_000_000.0) -> None:
        self._epoch = epoch
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._epoch + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Move time on, waking each sleeper at its own moment and letting the loop settle in between."""
        end = self._elapsed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            moment, _, wake = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, moment)
            if not wake.done():
                wake.set_result(None)
            await settle()
        self._elapsed = end
        await settle()


async def settle() -> None:
    """Let every task that can run, run until it waits for something else."""
    for _ in range(20):
        await asyncio.sleep(0)
