"""What must not be forgotten over a restart, and what must not be mixed up: bans, budgets, other platforms' answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.asking import ADMIN, QUERY, SEARCH, eventually, open_live, open_sandbox, open_service
from tests.leaping import LeapingClock


async def test_a_ban_is_remembered_and_the_first_call_after_the_restart_waits_for_its_end(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_sandbox(clock) as sandbox:
        async with open_service(tmp_path, clock=clock, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            service.strike(kind="ban", seconds=60)
            assert (await service.get(SEARCH))["retry-after"] == "60"
        sandbox.clear_faults()
        clock.leap(20)
        async with open_service(tmp_path, clock=clock, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            refused = await service.get(SEARCH)
            assert (refused.status, refused.code, refused["retry-after"]) == (503, "upstream_banned", "40")
            assert (await service.get("/health")).json["components"]["upstream"]["status"] == "degraded"
            assert service.calls == 1
            clock.leap(40)
            assert (await service.get(SEARCH)).status == 200
            assert service.calls == 2


async def test_what_was_spent_today_is_remembered(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        async with open_service(tmp_path, sandbox=sandbox) as service:
            await service.get(SEARCH, ADMIN)
            await service.get("/api/categories", ADMIN)
        async with open_service(tmp_path, sandbox=sandbox) as service:
            quota = (await service.get("/admin/quota", ADMIN)).json["data"]
            assert (quota["used_today"], quota["used_today_by_method"][QUERY]) == (2, 1)
            assert (await service.get("/health")).json["components"]["upstream"]["calls_today"] == 2


async def test_a_product_of_the_sandbox_is_never_shown_on_live_settings(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        found = await service.get(SEARCH)
        product = found.json["data"]["products"][0]["product_id"]
        targets = [SEARCH, f"/api/products/{product}", "/api/categories", f"/api/affiliate/link?url={product}"]
        assert [(await service.get(target)).json["metadata"]["source"] for target in targets] == ["sandbox"] * 4
    async with open_sandbox() as sandbox, open_service(tmp_path, sandbox=sandbox) as service:
        for target in targets:
            got = await service.get(target, ADMIN)
            assert "alistach; hit" not in got.all("cache-status")
        assert service.calls == 4
    async with open_service(tmp_path) as service:
        known = await service.get(SEARCH)
        assert (known["cache-status"], known.json["metadata"]["source"]) == ("alistach; hit", "sandbox")


async def test_another_app_key_and_another_house_tracking_id_share_nothing(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        for tracking_id in ("default", "deals"):
            async with open_service(tmp_path, sandbox=sandbox, ALIEXPRESS_TRACKING_ID=tracking_id) as service:
                got = await service.get(f"{SEARCH}&page_size=1", ADMIN)
                assert got["cache-status"] == "alistach; fwd=miss; stored"
                assert got.json["data"]["products"][0]["link"]["tracking_id"] == tracking_id


async def test_a_call_under_way_when_the_service_stops_is_waited_for_and_kept(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            service.strike(kind="delay", delay_seconds=0.2, count=1)
            asked = asyncio.create_task(service.get(SEARCH))
            await eventually(lambda: service.calls == 1)
        assert (await asked).status == 200
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"


async def test_a_restart_begins_the_counts_anew(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_live(tmp_path) as service:
            await service.get("/api/categories")
            assert service.gateway.metrics.total().requests == 1
            assert (await service.get("/health")).json["uptime_seconds"] == 0
