"""Time as an argument: everything that asks what time it is, or waits, is given a Clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the service asks of time."""

    def now(self) -> float:
        """Seconds since the Unix epoch, UTC; may step when the machine's clock is set."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never steps back."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock's time."""


class SystemClock:
    """The machine's own clock."""

    # The functions themselves, without a call around them: they are asked several times for each request.
    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def iso(epoch_seconds: float) -> str:
    """RFC 3339 in UTC, to the second: `2026-11-23T08:00:00Z`."""
    return datetime.fromtimestamp(int(epoch_seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
