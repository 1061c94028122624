"""Services to ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.asking import Service, open_live
from tests.leaping import LeapingClock


@pytest.fixture
def clock() -> LeapingClock:
    """Pauses between repeats take no time; longer waits do."""
    return LeapingClock(skipped=(0.1, 2.9))


@pytest.fixture
async def service(tmp_path: Path, clock: LeapingClock) -> AsyncIterator[Service]:
    """A service that lets everybody in, on a small platform of its own."""
    async with open_live(tmp_path, clock=clock) as opened:
        yield opened
