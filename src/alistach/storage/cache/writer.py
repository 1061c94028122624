"""One thread that does all the writing of a file, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from alistach.kit.clock import Clock

T = TypeVar("T")

# After a failure the disk is left alone for so long, unless somebody waits for the outcome.
_PAUSE_SECONDS = 5.0


class Writer:
    """Calls `drain` in its thread when woken; `drain` writes what waits and returns why it could not, or None.

    `reason` is what the last attempt failed for, and None while all is well.
    """

    def __init__(self, name: str, drain: Callable[[], str | None], clock: Clock) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._drain, self._clock = drain, clock
        self._lock = threading.Lock()
        self._is_awake = self._is_closed = False
        self._not_before = clock.monotonic()
        self.reason: str | None = None

    def wake(self) -> None:
        """See to it that what waits now is written soon, or some seconds later when the last attempt has failed."""
        with self._lock:
            if self._is_awake or self._is_closed or self._clock.monotonic() < self._not_before:
                return
            self._is_awake = True
            self._thread.submit(self._turn).add_done_callback(self._ended)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, done in the thread after everything that waits now has been tried."""
        return await asyncio.wrap_future(self._thread.submit(self._turn_and, work))

    async def close(self, last: Callable[[], None]) -> None:
        """Write what waits, do `last`, and end the thread; what comes later is not written."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            ended = self._thread.submit(self._turn_and, last)
        try:
            await asyncio.wrap_future(ended)
        finally:
            self._thread.shutdown()

    def _turn(self) -> None:
        # Before the draining, so that what comes during it wakes the thread again.
        with self._lock:
            self._is_awake = False
        self.reason = self._drain()
        if self.reason is not None:
            self._not_before = self._clock.monotonic() + _PAUSE_SECONDS

    def _turn_and(self, work: Callable[[], T]) -> T:
        self._turn()
        return work()

    def _ended(self, turn: Future[None]) -> None:
        # A defect in `drain` would otherwise end in a future that nobody reads.
        if not turn.cancelled() and (error := turn.exception()) is not None:
            self.reason = f"{type(error).__name__}: {error}"
