"""The operator's paths: what the service tells of itself adds up, and a clear does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.asking import ADMIN, LINKS, QUERY, SEARCH, Service, open_live
from tests.leaping import LeapingClock
from tests.storage.faults import no_file_longer_than

CLEAR = "/admin/cache/clear"


async def dashboard(service: Service) -> Any:
    """What the dashboard shows."""
    got = await service.get("/admin/dashboard", ADMIN)
    assert (got.status, got["content-type"], got["cache-control"]) == (200, "application/json", "no-store")
    return got.json["data"]


async def clear(service: Service, query: str = "", content: Any = b"") -> Any:
    """What a clear says it did."""
    got = await service.post(f"{CLEAR}{query}", content, ADMIN)
    assert (got.status, list(got.json["data"])) == (200, ["expired", "deleted", "kept_for_errors", "refill_hint"])
    return got.json["data"]


async def filled(service: Service) -> None:
    """Ask for a search, the tree and a link for each of two tracking ids; a free seat takes the product shown, too."""
    await service.get(f"{SEARCH}&page_size=1")
    await service.get("/api/categories")
    for tracking_id in ("default", "deals"):
        await service.get(f"/api/affiliate/link?url=https://www.aliexpress.com/&tracking_id={tracking_id}")


@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        ("?dryrun=true", "dryrun", "is not known; did you mean dry_run?"),
        ("?hard=maybe", "hard", "must be true or false, was maybe"),
        (
            "?kind=searches",
            "kind",
            "must be one of search, product, link, categories, resolution; was searches",
        ),
        ("?older_than=-1", "older_than", "must be 0 to 31536000, was -1"),
        ("?product=abc", "product", "must be a product id of 5 to 20 digits, was abc"),
        (
            "?product=1005006338829917&tracking_id=deals",
            "tracking_id",
            "cannot be given together with product: clear one, then the other",
        ),
    ],
)
async def test_a_clear_that_is_not_understood_clears_nothing(
    service: Service, query: str, parameter: str, message: str
) -> None:
    await service.get(SEARCH)
    got = await service.post(f"{CLEAR}{query}", headers=ADMIN)
    assert (got.status, got.json["errors"]) == (400, [{"parameter": parameter, "message": message}])
    assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"


async def test_the_dashboard_takes_no_parameters(service: Service) -> None:
    got = await service.get("/admin/dashboard?since=1", ADMIN)
    assert got.json["errors"] == [{"parameter": "since", "message": "is not known; known are none"}]


async def test_a_clear_asks_everything_anew_but_links(service: Service) -> None:
    await filled(service)
    assert service.calls == 4
    told = await clear(service)
    assert (told["expired"], told["deleted"]) == (told["kept_for_errors"], 0)
    assert (await service.get(f"{SEARCH}&page_size=1"))["cache-status"] == "alistach; fwd=miss; stored"
    assert (await service.get("/api/categories"))["cache-status"] == "alistach; fwd=miss; stored"
    assert (await service.get("/api/affiliate/link?url=https://www.aliexpress.com/"))["cache-status"] == "alistach; hit"


async def test_what_a_body_says_is_what_is_done(service: Service) -> None:
    await service.get(SEARCH)
    told = await clear(service, content={"dry_run": True, "kind": "search"})
    assert (told["expired"], told["deleted"]) == (1, 0)
    assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"


async def test_a_dry_run_counts_what_a_clear_would_and_clears_nothing(service: Service) -> None:
    await filled(service)
    counted = await clear(service, "?dry_run=true")
    assert (await service.get("/api/categories"))["cache-status"] == "alistach; hit"
    assert await clear(service) == counted


@pytest.mark.parametrize(
    ("query", "expired", "still_known"),
    [
        ("?kind=search", 1, {"/api/categories", "link", "product"}),
        ("?kind=categories", 1, {SEARCH, "link", "product"}),
        ("?kind=link", 21, {SEARCH, "/api/categories", "product"}),
        ("?tracking_id=default", 21, {SEARCH, "/api/categories", "product"}),
        ("?tracking_id=deals", 0, {SEARCH, "/api/categories", "link", "product"}),
        ("?older_than=60", 0, {SEARCH, "/api/categories", "link", "product"}),
    ],
)
async def test_a_clear_of_some_leaves_the_rest(
    service: Service, query: str, expired: int, still_known: set[str]
) -> None:
    # Its 20 products take the free seats of the link's call.
    found = await service.get(SEARCH)
    product = f"/api/products/{found.json['data']['products'][0]['product_id']}"
    targets = {
        SEARCH: SEARCH,
        "/api/categories": "/api/categories",
        "link": "/api/affiliate/link?url=https://www.aliexpress.com/",
        "product": product,
    }
    for target in targets.values():
        await service.get(target)
    assert (await clear(service, query))["expired"] == expired
    known = {name for name, target in targets.items() if (await service.get(target))["cache-status"] == "alistach; hit"}
    assert known == still_known


async def test_a_clear_of_a_product_clears_what_shows_it(service: Service) -> None:
    products = (await service.get(SEARCH)).json["data"]["products"]
    await clear(service, f"?product={products[0]['product_id']}")
    first = await service.get(f"/api/products/{products[0]['product_id']}")
    second = await service.get(f"/api/products/{products[1]['product_id']}")
    assert [got["cache-status"] for got in (first, second)] == ["alistach; fwd=miss; stored", "alistach; hit"]
    assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_clear_by_age_spares_the_young(service: Service, clock: LeapingClock) -> None:
    await service.get("/api/categories")
    clock.leap(120)
    await service.get(SEARCH)
    assert (await clear(service, "?older_than=60"))["expired"] == 1
    assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"
    assert (await service.get("/api/categories"))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_hard_clear_leaves_nothing_even_for_failures(service: Service) -> None:
    await filled(service)
    told = await clear(service, "?hard=true&kind=categories")
    assert (told["expired"], told["deleted"], told["kept_for_errors"]) == (1, 1, 0)
    service.strike(kind="ban", seconds=60)
    assert (await service.get("/api/categories")).code == "upstream_banned"


async def test_the_hint_says_what_filling_again_would_cost(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_MAX_CALLS_PER_SECOND="0.5") as service:
        await service.get("/api/categories")
        assert (await clear(service))["refill_hint"] == (
            "Asking all of it again would cost about 1 upstream calls: 2 s at 0.5 a second. "
            "What nobody asks for costs nothing."
        )


async def test_a_clear_is_in_the_log(service: Service) -> None:
    await service.get("/api/categories")
    await clear(service)
    said, asked = service.log[-2:]
    assert said.endswith(" WARNING - cache.cleared entries=1 deleted=0")
    assert " POST /admin/cache/clear status=200 " in asked
    assert " caller=admin " in asked


async def test_a_clear_that_cannot_be_kept_for_good_says_so_and_holds_meanwhile(service: Service) -> None:
    await service.get("/api/categories")
    await service.gateway.cache.flush()
    with no_file_longer_than(1):
        got = await service.post(CLEAR, headers=ADMIN)
    assert (got.status, got.code) == (503, "record_unavailable")
    assert (await service.get("/api/categories"))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_new_dashboard_has_nothing_to_tell(service: Service) -> None:
    shown = await dashboard(service)
    assert (shown["upstream_success_rate"], shown["upstream_outcomes"], shown["system_calls"]) == (None, {}, 0)
    assert (shown["since_start"]["requests"], shown["saved"]["total"], shown["entries"]) == (0, 0, {})
    assert shown["health"]["status"] == "healthy"


async def test_the_dashboard_adds_up_with_what_was_asked(service: Service) -> None:
    await filled(service)
    for _ in range(5):
        await service.get("/api/categories")
    await service.get("/nothing")
    service.strike(kind="platform_error", name="InvalidAppKey", count=1)
    await service.get("/api/products/search?keywords=another")
    shown = await dashboard(service)
    traffic = shown["since_start"]
    assert traffic["requests"] == sum(traffic["by_status"].values()) == len(service.told) - 1
    assert traffic["by_status"] == {"200": 9, "404": 1, "503": 1}
    assert traffic["by_operation"] == {"-": 1, "categories": 6, "link": 2, "search": 2}
    assert traffic["by_cache_status"] == {"-": 2, "hit": 5, "miss": 4}
    assert (traffic["hit_rate"], traffic["success_rate"]) == (0.5556, 0.9091)
    assert shown["last_hour"] == traffic
    assert shown["upstream_outcomes"] == {"ok": 4, "credentials_rejected": 1}
    assert shown["upstream_success_rate"] == 0.8
    assert traffic["upstream_calls"] + shown["system_calls"] == service.calls == 5
    assert shown["saved"]["by"]["cache"] == 5
    assert shown["saved"]["total"] == sum(shown["saved"]["by"].values())
    total = (await service.get(f"{SEARCH}&page_size=1")).json["data"]["total"]
    assert shown["entries"] == {"categories": 1, "link": 4, "product": total, "search": 1}
    assert traffic["latency"]["p50_ms"] <= traffic["latency"]["p95_ms"] <= traffic["latency"]["p99_ms"]


async def test_the_dashboard_forgets_what_is_older_than_an_hour(service: Service, clock: LeapingClock) -> None:
    await service.get("/api/categories")
    clock.leap(3_601)
    shown = await dashboard(service)
    assert (shown["since_start"]["requests"], shown["last_hour"]["requests"]) == (1, 0)


async def test_the_quota_is_the_platforms_own_count(service: Service) -> None:
    await filled(service)
    quota = (await service.get("/admin/quota", ADMIN)).json["data"]
    assert (quota["used_today"], quota["used_last_minute"], quota["ceiling"]) == (4, 4, 1000.0)
    assert quota["used_today_by_method"][QUERY] == 1
    assert quota["used_today_by_method"][LINKS] == 2
    assert quota["charged_to_callers"] + quota["charged_to_system"] == service.calls


@pytest.mark.parametrize("target", ["/admin/dashboard", "/admin/quota"])
async def test_an_admin_page_names_the_mode(service: Service, target: str) -> None:
    assert (await service.get(target, ADMIN)).json["metadata"]["source"] == "live"


async def test_admin_paths_are_counted_under_their_own_names(service: Service) -> None:
    await dashboard(service)
    await clear(service)
    assert service.gateway.metrics.total().by_operation == {"admin.cache.clear": 1, "admin.dashboard": 1}
