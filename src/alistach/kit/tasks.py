"""Background work with an owner: each task has a name, its failure is reported, and closing waits for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from alistach.kit.clock import Clock

T = TypeVar("T")


class Tasks:
    """Supervises background tasks; `report` is told the name and the error of each that fails."""

    def __init__(self, report: Callable[[str, BaseException], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start `work` now; whoever needs the result may await the task."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self, grace_seconds: float) -> None:
        """Let running tasks end within `grace_seconds`, then cancel what is left and wait for it."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace_seconds)
        # Work that ends may start more: one round is not always the last.
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(task.get_name(), error)


async def until(task: asyncio.Task[Any], seconds: float, clock: Clock) -> bool:
    """Wait for `task` at most `seconds` of the clock's time, without cancelling it; whether it is done."""
    if task.done():
        return True
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        alarm.cancel()
    return task.done()
