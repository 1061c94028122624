"""How the service says it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from alistach import __version__
from alistach.web.health import Health, Status, health
from tests.asking import QUERY, SEARCH, Service, open_live, open_service
from tests.leaping import LeapingClock


async def components(service: Service) -> dict[str, dict[str, object]]:
    """The components as they are told, checked against the whole."""
    got = await service.get("/health")
    told = got.json
    order = ["healthy", "degraded", "unhealthy"]
    worst = max((part["status"] for part in told["components"].values()), key=order.index)
    assert (got.status, told["status"]) == (200, worst)
    found: dict[str, dict[str, object]] = told["components"]
    return found


async def test_a_well_service_says_so_and_what_it_is(service: Service) -> None:
    got = await service.get("/health")
    assert (got.status, got["content-type"], got["cache-control"]) == (200, "application/json", "no-store")
    assert got.json == {
        "status": "healthy",
        "version": __version__,
        "mode": "live",
        "durable": True,
        "uptime_seconds": 0,
        "components": {
            "upstream": {
                "status": "healthy",
                "url": service.sandbox.base_url,
                "reason": None,
                "banned_until": None,
                "pace": 1000.0,
                "ceiling": 1000.0,
                "calls_today": 0,
            },
            "cache": {"status": "healthy", "reason": None, "set_aside": None, "bad_rows": 0},
            "audit": {"status": "healthy", "reason": None},
            "log": {"status": "healthy", "reason": None, "lines_lost": 0},
        },
    }


async def test_the_sandbox_is_named_with_its_address(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        told = (await service.get("/health")).json
        assert told["mode"] == "sandbox"
        assert told["components"]["upstream"]["url"] == service.sandbox.base_url


async def test_a_ban_is_told_with_its_end(service: Service, clock: LeapingClock) -> None:
    service.strike(kind="ban", seconds=60)
    await service.get(SEARCH)
    upstream = (await components(service))["upstream"]
    assert upstream["status"] == "degraded"
    assert upstream["reason"] == f"banned until {upstream['banned_until']}"
    assert (upstream["pace"], upstream["ceiling"], upstream["calls_today"]) == (500.0, 1000.0, 1)
    clock.leap(61)
    assert (await components(service))["upstream"]["reason"] is None


async def test_a_platform_left_alone_is_told(service: Service) -> None:
    service.strike(kind="reset", method=QUERY)
    await service.get(SEARCH)
    await service.get(f"{SEARCH}c")
    upstream = (await components(service))["upstream"]
    assert (upstream["status"], upstream["reason"]) == ("degraded", "left alone after repeated failures")


async def test_a_log_that_cannot_be_written_is_told_with_the_lines_lost(service: Service) -> None:
    journal = service.gateway.journal
    full = os.open("/dev/full", os.O_WRONLY)
    journal._file, whole = full, journal._file
    await service.get("/api/categories")
    log = (await components(service))["log"]
    assert log == {"status": "degraded", "reason": os.strerror(errno.ENOSPC), "lines_lost": 1}
    assert (await service.get("/health")).json["durable"] is False
    journal._file = whole
    os.close(full)
    await service.get("/api/categories")
    assert (await components(service))["log"] == {"status": "healthy", "reason": None, "lines_lost": 3}


async def test_a_record_that_cannot_be_written_is_told(service: Service) -> None:
    service.gateway.database.reason = "The record data/audit.db cannot be used (disk full)."
    assert (await components(service))["audit"] == {
        "status": "degraded",
        "reason": "The record data/audit.db cannot be used (disk full).",
    }
    assert (await service.get("/health")).json["durable"] is False


async def test_rows_that_could_not_be_read_are_counted(service: Service) -> None:
    service.gateway.cache.counts.bad_rows += 2
    assert (await components(service))["cache"]["bad_rows"] == 2


async def test_a_cache_file_that_was_set_aside_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cache.db").write_bytes(b"not a database" * 1_000)
    async with open_live(tmp_path) as service:
        cache = (await components(service))["cache"]
        assert cache["set_aside"] in {path.name for path in (tmp_path / "data").iterdir()}
        assert cache["reason"] == f"the damaged cache.db was set aside as {cache['set_aside']} and a new one begun"
        # A new file is as good as any; what was lost is only what can be asked for again.
        assert cache["status"] == "healthy"


async def test_calls_of_today_are_counted(service: Service) -> None:
    await service.get("/api/categories")
    await service.get("/api/categories")
    assert (await components(service))["upstream"]["calls_today"] == 1


async def test_setting_the_clock_makes_the_service_neither_older_nor_younger(
    service: Service, clock: LeapingClock
) -> None:
    clock.leap(90)
    clock.step(-7_200)
    assert (await service.get("/health")).json["uptime_seconds"] == 90


@pytest.mark.parametrize("anonymous_access", ["true", "false"])
async def test_health_needs_no_key(tmp_path: Path, anonymous_access: str) -> None:
    async with open_live(tmp_path, ANONYMOUS_ACCESS=anonymous_access) as service:
        assert [(await service.get(target)).status for target in ("/health", "/health/")] == [200, 200]


async def test_health_asks_nobody(service: Service) -> None:
    service.strike(kind="hang")
    assert isinstance(health(service.gateway), Health)
    assert service.calls == 0


def test_the_order_of_statuses_is_from_well_to_worst() -> None:
    assert list(Status) == [Status.HEALTHY, Status.DEGRADED, Status.UNHEALTHY]


async def test_health_is_counted_under_its_own_name(service: Service) -> None:
    await service.get("/health")
    assert service.gateway.metrics.total().by_operation == {"health": 1}


async def test_rejected_credentials_are_no_good_health(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_APP_SECRET="not-the-one") as service:
        await service.get("/api/categories")
        upstream = (await service.get("/health")).json["components"]["upstream"]

        assert upstream["status"] == "degraded"
        assert upstream["reason"].startswith("AliExpress rejects the credentials")


async def test_it_is_unhealthy_when_nothing_new_can_be_had_and_nothing_kept(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_APP_SECRET="not-the-one") as service:
        await service.get("/api/categories")
        service.gateway.cache._writer.reason = "the disk is full"
        got = await service.get("/health")

        assert (got.status, got.json["status"]) == (503, "unhealthy")
