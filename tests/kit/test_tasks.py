"""Background work: named, reported when it fails, waited for and then cancelled at the end."""

from __future__ import annotations

import asyncio

import pytest

from alistach.kit.tasks import Tasks, until
from tests.steered import SteeredClock, settle


class Reports:
    """Which tasks were reported as failed."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, BaseException]] = []
        self.tasks = Tasks(lambda name, error: self.failed.append((name, error)))


@pytest.fixture
def reports() -> Reports:
    return Reports()


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


async def test_work_gives_its_result_to_who_awaits_it(reports: Reports) -> None:
    async def work() -> int:
        return 7

    task = reports.tasks.spawn(work(), "sum")
    assert (await task, task.get_name(), reports.failed) == (7, "sum", [])


async def test_a_failure_is_reported_with_its_name(reports: Reports) -> None:
    error = KeyError("ours")

    async def work() -> None:
        raise error

    reports.tasks.spawn(work(), "sum")
    await settle()
    assert reports.failed == [("sum", error)]


async def test_work_that_was_cancelled_is_no_failure(reports: Reports) -> None:
    reports.tasks.spawn(wait_for_ever(), "sum").cancel()
    await settle()
    assert reports.failed == []


async def test_closing_lets_work_end_in_its_grace(reports: Reports) -> None:
    gate = asyncio.Event()
    task = reports.tasks.spawn(gate.wait(), "sum")
    closing = asyncio.create_task(reports.tasks.close(5.0))
    await settle()
    gate.set()
    await closing
    assert await task is True


async def test_closing_cancels_what_does_not_end(reports: Reports) -> None:
    task = reports.tasks.spawn(wait_for_ever(), "sum")
    await reports.tasks.close(0.0)
    assert task.cancelled()


async def test_closing_waits_for_work_that_was_started_while_closing(reports: Reports) -> None:
    begun: list[asyncio.Task[None]] = []

    async def work() -> None:
        try:
            await wait_for_ever()
        finally:
            begun.append(reports.tasks.spawn(wait_for_ever(), "late"))

    reports.tasks.spawn(work(), "early")
    await settle()
    await reports.tasks.close(0.0)
    assert [task.cancelled() for task in begun] == [True]


async def test_closing_with_nothing_under_way_returns_at_once(reports: Reports) -> None:
    await reports.tasks.close(5.0)
    assert reports.failed == []


async def test_until_sees_that_a_task_is_done(reports: Reports) -> None:
    gate = asyncio.Event()
    task = reports.tasks.spawn(gate.wait(), "sum")
    waiting = asyncio.create_task(until(task, 5.0, SteeredClock()))
    await settle()
    gate.set()
    assert await waiting is True
    assert await until(task, 0.0, SteeredClock()) is True


async def test_until_gives_up_at_its_moment_and_cancels_nothing(reports: Reports) -> None:
    clock = SteeredClock()
    task = reports.tasks.spawn(wait_for_ever(), "sum")
    waiting = asyncio.create_task(until(task, 5.0, clock))
    await clock.advance(4.9)
    assert not waiting.done()
    await clock.advance(0.1)
    assert (await waiting, task.done()) == (False, False)
    await reports.tasks.close(0.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_until_a_moment_that_has_passed_waits_for_nothing(reports: Reports, seconds: float) -> None:
    task = reports.tasks.spawn(wait_for_ever(), "sum")
    assert await until(task, seconds, SteeredClock()) is False
    await reports.tasks.close(0.0)


async def test_who_stops_waiting_cancels_nothing(reports: Reports) -> None:
    task = reports.tasks.spawn(wait_for_ever(), "sum")
    waiting = asyncio.create_task(until(task, 5.0, SteeredClock()))
    await settle()
    waiting.cancel()
    await settle()
    assert not task.done()
    await reports.tasks.close(0.0)
