"""Every fault of the platform: what the caller gets, what log and metrics say, and that nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alistach.sandbox.faults import KINDS
from alistach.sandbox.refusals import BY_NAME
from tests.asking import ADMIN, SEARCH, Service, eventually, fields, open_live
from tests.leaping import LeapingClock

PRODUCT = "/api/products/1005006338829917"
TARGETS = [SEARCH, PRODUCT, "/api/categories", "/api/affiliate/link?url=1005006338829917"]


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, as its JSON, and what becomes of a question that meets it: status, code, calls, Retry-After."""

    fault: dict[str, Any]
    status: int
    code: str
    calls: int
    retry_after: str | None = None

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.fault.values())


def down(calls: int = 3, **fault: Any) -> Case:
    return Case(fault, 503, "upstream_down", calls)


def refused(name: str, status: int, code: str, calls: int = 1, retry_after: str | None = None) -> Case:
    return Case({"kind": "platform_error", "name": name}, status, code, calls, retry_after)


def rejected(name: str, calls: int = 1) -> Case:
    return refused(name, 503, "credentials_rejected", calls)


FAILURES = [
    down(kind="reset"),
    down(kind="truncated"),
    down(kind="html"),
    *(down(kind="status", status=status) for status in (429, 500, 502, 503, 504)),
    *(
        Case({"kind": "wrong_type", "shape": shape}, 502, "upstream_invalid", 2)
        for shape in ("array", "text", "null", "result", "list")
    ),
    Case({"kind": "ban", "seconds": 30}, 503, "upstream_banned", 1, "30"),
    rejected("IncompleteSignature"),
    rejected("InvalidAppKey"),
    rejected("IllegalAccessToken"),
    rejected("rest_flat_InvalidCode"),
    rejected("AppWhiteIpLimit"),
    rejected("IllegalTimestamp", calls=2),
    refused("ApiCallLimit", 503, "upstream_banned", 3, "1"),
    refused("Legacy_TOP_7_AppCallLimited", 503, "upstream_banned", 3, "1"),
    refused("InsufficientPermission", 501, "permission_group_missing"),
    refused("RemoteServiceError_isv.insufficient-permission", 501, "permission_group_missing"),
    refused("InvalidApiPath", 502, "upstream_invalid"),
    refused("MissingParameter_access_token", 400, "invalid_parameters"),
    refused("InvalidParameter", 400, "invalid_parameters"),
    refused("RemoteServiceError_isp.service-unavailable", 503, "upstream_down", 3),
    refused("ServiceUnavailable", 503, "upstream_down", 3),
    refused("ServiceTimeout", 503, "upstream_down", 3),
    refused("InternalError", 503, "upstream_down", 3),
    Case({"kind": "business_error", "resp_code": 401}, 503, "credentials_rejected", 1),
    Case({"kind": "business_error", "resp_code": 402}, 503, "credentials_rejected", 1),
    Case({"kind": "business_error", "resp_code": 404}, 503, "upstream_down", 2),
    Case({"kind": "business_error", "resp_code": 407}, 400, "invalid_parameters", 1),
]
# Faults that need not fail a question; each has a test of its own below.
HARMLESS = {"delay", "hang", "ban_above", "missing_promotion_link", "half_batch", "empty"}


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock(skipped=(0.1, 2.9))


@pytest.fixture
async def service(tmp_path: Path, clock: LeapingClock) -> AsyncIterator[Service]:
    async with open_live(tmp_path, clock=clock) as opened:
        yield opened


def test_every_fault_of_the_sandbox_is_met() -> None:
    assert {case.fault["kind"] for case in FAILURES} | HARMLESS == set(KINDS)
    assert {case.fault["name"] for case in FAILURES if case.fault["kind"] == "platform_error"} == set(BY_NAME)


@pytest.mark.parametrize(
    ("case", "target"),
    [
        (case, target)
        for case in FAILURES
        for target in TARGETS
        # No tracking id goes with the question for the tree, so the platform cannot refuse it.
        if not (case.code == "credentials_rejected" and case.fault.get("resp_code") == 402 and "categories" in target)
    ],
    ids=str,
)
async def test_a_failure_is_told_logged_counted_and_not_kept(
    service: Service, clock: LeapingClock, case: Case, target: str
) -> None:
    service.strike(**case.fault)
    got = await service.get(target)
    path = target.partition("?")[0]
    assert (got.status, got["content-type"], got.code) == (case.status, "application/problem+json", case.code)
    assert (got.json["instance"], got.json["success"]) == (path, False)
    assert ([*got.all("retry-after"), None][0], got["x-upstream-calls"]) == (case.retry_after, str(case.calls))
    assert service.calls == case.calls

    line = fields(service.log[-1])
    assert (line["status"], line["code"], line["cache"], line["calls"]) == (
        str(case.status),
        case.code,
        "-",
        str(case.calls),
    )
    traffic = service.gateway.metrics.total()
    assert (traffic.by_status, traffic.upstream_calls) == ({str(case.status): 1}, case.calls)
    assert traffic.success_rate == (0.0 if case.status >= 500 else 1.0)
    assert sum(service.gateway.platform.outcomes.values()) == case.calls
    assert await service.gateway.cache.use_by_kind() == {}

    service.sandbox.clear_faults()
    clock.leap(60)
    again = await service.get(target)
    # The product of the other targets is not in this platform's catalogue, which is an answer too.
    assert (again.status, again["x-upstream-calls"]) == (404 if target == PRODUCT else 200, "1")
    assert service.calls == case.calls + 1


@pytest.mark.parametrize("case", [case for case in FAILURES if case.status > 500], ids=str)
async def test_what_was_known_before_is_answered_as_stale(service: Service, clock: LeapingClock, case: Case) -> None:
    before = await service.get(SEARCH)
    await service.post("/admin/cache/clear", headers=ADMIN)
    service.strike(**case.fault)
    got = await service.get(SEARCH)
    assert (got.status, got["cache-status"]) == (200, f"alistach; fwd=stale; detail={case.code}")
    assert got.body == before.body
    assert fields(service.log[-1])["cache"] == "stale"


@pytest.mark.parametrize("target", TARGETS)
async def test_a_platform_that_hangs_is_waited_for_as_long_as_the_caller_says(
    service: Service, clock: LeapingClock, target: str
) -> None:
    service.strike(kind="hang", count=1)
    asked = asyncio.create_task(service.get(target, {"Prefer": "wait=5"}))
    await eventually(lambda: service.calls == 1)
    clock.leap(4)
    assert not asked.done()
    clock.leap(1)
    got = await asked
    assert (got.status, got.code, got["x-upstream-calls"]) == (504, "deadline_exceeded", "0")
    assert fields(service.log[-1])["code"] == "deadline_exceeded"
    assert service.gateway.metrics.total().by_status == {"504": 1}
    assert (await service.get("/health")).status == 200
    await service.sandbox.stop()


async def test_while_the_platform_hangs_what_is_known_is_answered_at_once(service: Service) -> None:
    await service.get("/api/categories")
    service.strike(kind="hang")
    waiting = [asyncio.create_task(service.get(f"{SEARCH}{number}")) for number in range(20)]
    await eventually(lambda: service.calls == 21)
    known = await service.get("/api/categories")
    assert (known.status, known["cache-status"]) == (200, "alistach; hit")
    assert (await service.get("/health")).status == 200
    assert [task.done() for task in waiting] == [False] * 20
    await service.sandbox.stop()
    assert {got.code for got in await asyncio.gather(*waiting)} == {"upstream_down"}


async def test_a_slow_answer_is_an_answer(service: Service) -> None:
    service.strike(kind="delay", delay_seconds=0.05)
    got = await service.get(SEARCH)
    assert (got.status, got["cache-status"], got["x-upstream-calls"]) == (200, "alistach; fwd=miss; stored", "1")


async def test_a_failure_that_passes_is_not_noticed(service: Service) -> None:
    service.strike(kind="status", status=502, count=2)
    got = await service.get(SEARCH)
    assert (got.status, got["x-upstream-calls"], service.calls) == (200, "3", 3)
    assert service.gateway.platform.outcomes == {"upstream_down": 2, "ok": 1}


async def test_a_platform_that_bans_a_pace_is_not_asked_again_before_the_ban_ends(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_MAX_CALLS_PER_SECOND="50") as service:
        service.strike(kind="ban_above", calls_per_second=1, ban_seconds=60)
        assert (await service.get("/api/categories")).status == 200
        got = await service.get(SEARCH)
        assert (got.status, got.code) == (503, "upstream_banned")
        assert (await service.get(f"{SEARCH}c")).code == "upstream_banned"
        assert service.calls == 2


async def test_a_search_that_finds_nothing_is_an_empty_answer_and_kept_for_a_short_time(
    service: Service, clock: LeapingClock
) -> None:
    service.strike(kind="empty", count=1)
    got = await service.get(SEARCH)
    assert (got.status, got.json["data"]["products"], got.json["data"]["total"]) == (200, [], 0)
    assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"
    clock.leap(601)
    assert len((await service.get(SEARCH)).json["data"]["products"]) == 20


@pytest.mark.parametrize("target", ["/api/categories", "/api/affiliate/link?url=1005006338829917"])
async def test_nothing_where_something_must_be_is_a_failure(service: Service, target: str) -> None:
    service.strike(kind="empty", count=1)
    got = await service.get(target)
    assert (got.status, got.code) == (502, "upstream_invalid")
    assert (await service.get(target)).status == 200


async def test_rows_without_their_link_say_so_and_never_show_a_plain_url(service: Service) -> None:
    service.strike(kind="missing_promotion_link")
    rows = (await service.get(SEARCH)).json["data"]["products"]
    assert {(row["link"]["status"], row["link"]["url"], row["link"]["kind"]) for row in rows} == {
        ("failed", None, None)
    }
    assert all(row["link"]["reason"] for row in rows)


async def test_half_of_the_links_failing_fails_only_those(service: Service) -> None:
    found = (await service.get(f"{SEARCH}&page_size=6")).json["data"]["products"]
    service.strike(kind="half_batch")
    got = await service.post("/api/affiliate/links", {"urls": [row["product_id"] for row in found]})
    links = got.json["data"]["links"]
    assert got.status == 200
    assert [link["product_id"] for link in links] == [row["product_id"] for row in found]
    assert {link["status"] for link in links} == {"monetised", "not_in_program"}
    assert all((link["url"] is None) == (link["reason"] is not None) for link in links)


async def test_half_of_the_products_failing_hides_only_those(service: Service) -> None:
    ids = [row.product.product_id for row in (await service.gateway.platform.search("usb", page_size=6)).rows]
    service.strike(kind="half_batch")
    rows = (await service.post("/api/products/details", {"product_ids": ids})).json["data"]["products"]
    assert [row["product_id"] for row in rows] == ids
    assert {row["status"] for row in rows} == {"ok", "unavailable"}
