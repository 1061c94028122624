"""The app key's budget, as the operator is told of it."""

from __future__ import annotations

from typing import Any

from alistach.web.quota import quota, saved
from tests.asking import ADMIN, CATEGORIES, QUERY, SEARCH, Service, together
from tests.leaping import LeapingClock


async def told(service: Service) -> Any:
    """What /admin/quota shows."""
    got = await service.get("/admin/quota", ADMIN)
    assert (got.status, got["content-type"]) == (200, "application/json")
    return got.json["data"]


async def test_the_quota_is_for_the_operator_alone(service: Service) -> None:
    assert (await service.get("/admin/quota")).code == "admin_key_missing"
    assert (await service.get("/admin/quota?x=1", ADMIN)).code == "invalid_parameters"


async def test_a_new_service_has_spent_nothing(service: Service) -> None:
    shown = await told(service)
    assert (shown["used_today"], shown["used_last_minute"], shown["used_today_by_method"]) == (0, 0, {})
    assert (shown["pace"], shown["ceiling"], shown["wait_seconds"]) == (1000.0, 1000.0, 0.0)
    assert (shown["ban_seconds_left"], shown["banned_until"]) == (None, None)
    assert shown["waiting"] == {"interactive": 0, "refresh": 0, "backfill": 0}
    assert shown["saved"] == {"total": 0, "by": {"cache": 0}}


async def test_what_was_spent_is_told_by_method_and_minute(service: Service, clock: LeapingClock) -> None:
    await service.get("/api/categories")
    clock.leap(61)
    await service.get(SEARCH)
    shown = await told(service)
    assert (shown["used_today"], shown["used_last_minute"]) == (2, 1)
    assert shown["used_today_by_method"] == {CATEGORIES: 1, QUERY: 1}


async def test_a_ban_counts_down(service: Service, clock: LeapingClock) -> None:
    service.strike(kind="ban", seconds=60)
    await service.get(SEARCH)
    clock.leap(20)
    shown = await told(service)
    assert 39.0 <= shown["ban_seconds_left"] <= 40.0
    assert 39.0 <= shown["wait_seconds"] <= 40.1
    assert shown["banned_until"].endswith("Z")
    assert shown["pace"] == 500.0
    clock.leap(40)
    assert (await told(service))["ban_seconds_left"] is None


async def test_charges_add_up_to_what_the_platform_counted(service: Service) -> None:
    await together(*(service.get(f"{SEARCH}{number % 3}") for number in range(9)))
    await service.get("/api/categories")
    shown = await told(service)
    assert shown["charged_to_callers"] + shown["charged_to_system"] == service.calls == shown["used_today"] == 4


async def test_known_answers_are_counted_as_saved_by_the_lane_too(service: Service) -> None:
    for _ in range(4):
        await service.get("/api/categories")
    assert saved(service.gateway).by["cache"] == 3
    assert quota(service.gateway).saved.total == sum(saved(service.gateway).by.values())
