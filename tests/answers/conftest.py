"""What the tests of the answers stage share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.answers.making import Desk
from tests.answers.world import World


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    await desk.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World.built(tmp_path) as world:
        yield world
