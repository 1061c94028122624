"""Many askers, few calls."""

from __future__ import annotations

from pathlib import Path

from tests.asking import LINKS, Service, eventually, open_live, together


async def product_ids(service: Service, wanted: int) -> list[str]:
    """Ids of products that the service has not been shown: taken from the platform's catalogue by the client itself."""
    page = await service.gateway.platform.search("usb lamp case light watch", page_size=wanted)
    return [row.product.product_id for row in page.rows]


async def test_300_askers_of_one_cold_question_cost_one_call(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        got = await together(*(service.get("/api/products/search?keywords=usb") for _ in range(300)))

        assert service.calls == 1
        assert [one.status for one in got] == [200] * 300
        assert sum(int(one["x-upstream-calls"]) for one in got) == 1


async def test_the_same_question_in_other_hands_is_the_same_question(tmp_path: Path) -> None:
    hands = (
        "keywords=usb+cable&page_size=20",
        "page_size=20&keywords=USB%20Cable",
        "keywords=%20usb++cable%20",
        "keywords=usb+cable&page_no=1&page_size=10",
    )
    async with open_live(tmp_path) as service:
        await together(*(service.get(f"/api/products/search?{hand}") for hand in hands))

        assert service.calls == 1


async def test_50_askers_for_50_products_cost_one_call(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        ids = await product_ids(service, 50)
        before = service.calls
        got = await together(*(service.get(f"/api/products/{product_id}") for product_id in ids))

        assert (len(ids), service.calls - before) == (50, 1)
        assert [one.json["data"]["product_id"] for one in got] == ids


async def test_50_askers_for_50_links_cost_one_call(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        ids = await product_ids(service, 50)
        targets = [f"/api/affiliate/link?url=https://www.aliexpress.com/item/{product_id}.html" for product_id in ids]
        got = await together(*(service.get(target) for target in targets))

        assert service.sandbox.calls.count(LINKS) == 1
        assert {one.json["data"]["kind"] for one in got if one.json["data"]["status"] == "monetised"} == {"short"}


async def test_an_asker_who_leaves_cancels_nobody(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        service.strike(kind="delay", delay_seconds=1.3, count=1)
        left = await service.get("/api/products/search?keywords=usb", {"Prefer": "wait=1"})
        await eventually(lambda: service.gateway.metrics.system_calls == 1)
        later = await service.get("/api/products/search?keywords=usb")

        assert (left.status, left.code) == (504, "deadline_exceeded")
        assert (later.status, later["cache-status"]) == (200, "alistach; hit")
        assert service.calls == 1
