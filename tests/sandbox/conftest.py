"""A running sandbox with a small catalogue, a clock that stands still, and a caller."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from alistach.sandbox import Sandbox, SandboxOptions
from tests.sandbox.calling import Caller
from tests.steered import SteeredClock


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock()


@pytest.fixture
async def sandbox(clock: SteeredClock) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(SandboxOptions(products=600), clock)
    await sandbox.start(port=0)
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def caller(sandbox: Sandbox, clock: SteeredClock) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield Caller(sandbox, session, clock)
