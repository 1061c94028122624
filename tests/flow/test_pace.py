"""A platform that bans above one call a second, and a ceiling of one: never banned, and the budget is used."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from tests.asking import Service, open_live

_PROVE_SECONDS = float(os.environ.get("PROVE_PACE_SECONDS", "300"))
# The share of the ceiling that must be used while anyone waits.
_LEAST_SHARE = 0.9


async def load(service: Service, seconds: float, askers: int) -> float:
    """Keep askers waiting with questions that nobody has asked; the seconds during which they waited."""
    end = time.monotonic() + seconds

    async def asker(number: int) -> None:
        asked = 0
        while time.monotonic() < end:
            asked += 1
            price = number * 1000 + asked
            await service.get(f"/api/products/search?keywords=usb&max_sale_price={price}", {"Prefer": "wait=30"})

    started = time.monotonic()
    await asyncio.gather(*(asker(number) for number in range(askers)))
    return time.monotonic() - started


async def test_any_load_for_a_moment_gets_no_ban(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_MAX_CALLS_PER_SECOND="1") as service:
        service.strike(kind="ban_above", calls_per_second=1, ban_seconds=5)
        await load(service, 4, askers=4)

        assert service.calls > 1
        assert service.sandbox.calls.bans == 0


@pytest.mark.prove
async def test_any_load_for_minutes_gets_no_ban_and_uses_the_ceiling(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_MAX_CALLS_PER_SECOND="1") as service:
        service.strike(kind="ban_above", calls_per_second=1, ban_seconds=5)
        waited = await load(service, _PROVE_SECONDS, askers=20)

        assert service.sandbox.calls.bans == 0
        assert service.calls >= _LEAST_SHARE * waited
