"""The thread that writes: woken, paused after a failure, ended in order."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from alistach.storage.cache.writer import Writer
from tests.steered import SteeredClock


class _Disk:
    """Counts the attempts; `trouble` is what they fail for."""

    def __init__(self) -> None:
        self.attempts = 0
        self.threads: set[str] = set()
        self.trouble: str | None = None

    def drain(self) -> str | None:
        self.attempts += 1
        self.threads.add(threading.current_thread().name)
        return self.trouble


@asynccontextmanager
async def _writing(disk: _Disk, clock: SteeredClock) -> AsyncIterator[Writer]:
    writer = Writer("cache-writer", disk.drain, clock)
    try:
        yield writer
    finally:
        await writer.close(lambda: None)


async def test_a_failure_is_told_until_an_attempt_succeeds() -> None:
    disk = _Disk()
    async with _writing(disk, SteeredClock()) as writer:
        disk.trouble = "disk full"
        await writer.run(lambda: None)
        assert writer.reason == "disk full"
        disk.trouble = None
        await writer.run(lambda: None)
        assert writer.reason is None


async def test_after_a_failure_it_is_not_woken_for_five_seconds() -> None:
    disk, clock = _Disk(), SteeredClock()
    async with _writing(disk, clock) as writer:
        disk.trouble = "disk full"
        await writer.run(lambda: None)
        writer.wake()
        await clock.advance(4.9)
        writer.wake()
        assert await writer.run(lambda: disk.attempts) == 2
        await clock.advance(5.0)
        writer.wake()
        assert await writer.run(lambda: disk.attempts) == 4


async def test_waking_twice_before_it_runs_is_one_attempt() -> None:
    disk = _Disk()
    async with _writing(disk, SteeredClock()) as writer:
        held = threading.Event()
        blocked = writer._thread.submit(held.wait)
        writer.wake()
        writer.wake()
        held.set()
        blocked.result()
        assert await writer.run(lambda: disk.attempts) == 2


async def test_work_is_done_after_what_waits_has_been_written() -> None:
    disk = _Disk()
    async with _writing(disk, SteeredClock()) as writer:
        assert await writer.run(lambda: (disk.attempts, threading.current_thread().name)) == (1, "cache-writer_0")
    assert disk.threads == {"cache-writer_0"}


async def test_an_error_of_the_work_reaches_who_asked_for_it() -> None:
    def fail() -> None:
        raise OSError("no disk")

    async with _writing(_Disk(), SteeredClock()) as writer:
        with pytest.raises(OSError, match="no disk"):
            await writer.run(fail)


async def test_a_defect_in_the_draining_is_not_lost() -> None:
    def drain() -> str | None:
        raise ZeroDivisionError("a defect")

    writer = Writer("cache-writer", drain, SteeredClock())
    writer.wake()
    seen = writer._thread.submit(lambda: writer.reason)
    assert seen.result() == "ZeroDivisionError: a defect"
    with pytest.raises(ZeroDivisionError):
        await writer.close(lambda: None)


async def test_closing_drains_does_the_last_work_and_ends_the_thread() -> None:
    disk = _Disk()
    done: list[int] = []
    writer = Writer("cache-writer", disk.drain, SteeredClock())
    await writer.close(lambda: done.append(disk.attempts))
    assert done == [1]
    await writer.close(lambda: done.append(0))
    writer.wake()
    assert (done, disk.attempts) == ([1], 1)
