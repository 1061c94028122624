"""Time."""

from __future__ import annotations

import time

from alistach.kit.clock import SystemClock, iso


def test_now_is_the_time_of_day() -> None:
    assert abs(SystemClock().now() - time.time()) < 60


def test_monotonic_never_steps_back() -> None:
    clock = SystemClock()
    moments = [clock.monotonic() for _ in range(1000)]
    assert moments == sorted(moments)


async def test_a_sleep_lasts_as_long_as_was_asked() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.01)
    # A timer may fire early by the resolution of the clock.
    assert clock.monotonic() - before > 0.009


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    assert iso(1_800_000_000.9) == "2027-01-15T08:00:00Z"
