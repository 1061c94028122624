"""First light: a search comes back with paying links, is known from then on, and still is after a restart."""

from __future__ import annotations

import json
from pathlib import Path

from tests.asking import CATEGORIES, QUERY, SEARCH, fields, open_service
from tests.leaping import LeapingClock

# What a product has, at least; docs/answers shows them with values.
PRODUCT = {
    "product_id", "sku_id", "title", "url", "image_url", "image_urls", "video_url", "price", "original_price",
    "app_price", "shop_price", "discount_percent", "rating_percent", "orders", "commission_percent",
    "hot_commission_percent", "tax_percent", "category", "subcategory", "shop", "promo_code", "link",
}  # fmt: skip


async def test_a_search_comes_back_with_monetised_links_and_says_that_it_is_a_sandbox(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        got = await service.get(f"{SEARCH}&page_size=2")
        answer = got.json
        assert list(answer) == ["success", "data", "metadata"]
        assert list(answer["data"]) == ["products", "total", "page_no", "page_size", "has_more"]
        assert answer["metadata"]["source"] == "sandbox"
        for product in answer["data"]["products"]:
            assert product.keys() >= PRODUCT
            assert product["link"]["status"] == "monetised"
            assert product["link"]["kind"] == "long"
            assert product["link"]["url"].startswith("https://s.click.aliexpress.com/")


async def test_the_first_time_it_is_asked_the_second_time_it_is_known(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        miss, hit = await service.get(SEARCH), await service.get(SEARCH)
        assert (miss["cache-status"], miss["x-upstream-calls"]) == ("alistach; fwd=miss; stored", "1")
        assert (hit["cache-status"], hit["x-upstream-calls"]) == ("alistach; hit", "0")
        assert (hit.body, hit["etag"]) == (miss.body, miss["etag"])
        assert service.sandbox.calls.report().calls == {QUERY: 1}
        assert [fields(line)["cache"] for line in service.log] == ["miss", "hit"]


async def test_after_a_restart_it_is_still_known(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_service(tmp_path, clock=clock) as service:
        before = await service.get(SEARCH)
    clock.leap(60)
    async with open_service(tmp_path, clock=clock) as service:
        after = await service.get(SEARCH)
        assert (after["cache-status"], after["age"], service.calls) == ("alistach; hit", "60", 0)
        assert json.loads(after.body) == json.loads(before.body)
        assert after["etag"] == before["etag"]


async def test_pages_and_details_of_what_was_shown_cost_nothing(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        first = await service.get(f"{SEARCH}&page_size=10")
        second = await service.get(f"{SEARCH}&page_size=10&page_no=2")
        shown = [row["product_id"] for got in (first, second) for row in got.json["data"]["products"]]
        assert len(set(shown)) == 20
        detail = await service.get(f"/api/products/{shown[15]}")
        details = await service.post("/api/products/details", {"product_ids": shown})
        assert detail.json["data"]["product_id"] == shown[15]
        assert [row["product_id"] for row in details.json["data"]["products"]] == shown
        assert service.sandbox.calls.report().calls == {QUERY: 1}


async def test_the_tree_is_asked_for_once(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        roots = (await service.get("/api/categories")).json["data"]["categories"]
        assert {root["parent_id"] for root in roots} == {None}
        children = (await service.get(f"/api/categories/{roots[0]['id']}/children")).json["data"]["categories"]
        assert {child["parent_id"] for child in children} == {roots[0]["id"]}
        assert service.sandbox.calls.report().calls == {CATEGORIES: 1}


async def test_data_and_log_are_where_the_runbook_looks(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        await service.get(SEARCH)
    assert {"cache.db", "audit.db"} <= {path.name for path in (tmp_path / "data").iterdir()}
    assert (tmp_path / "logs" / "aliexpress_api.log").read_text().count("\n") == 1
