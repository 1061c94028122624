"""Several publishers ask the same: the search is shared, the links are each one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp

from tests.asking import LINKS, QUERY, Service, open_service, together

TARGET = "/api/products/search?keywords=usb&page_size=5"
PUBLISHERS = ("default", "deals", "bot")


async def products(service: Service, tracking_id: str) -> list[dict[str, Any]]:
    """What a publisher is shown."""
    got = await service.get(f"{TARGET}&tracking_id={tracking_id}")
    assert got.status == 200
    shown: list[dict[str, Any]] = got.json["data"]["products"]
    return shown


async def owner(service: Service, url: str) -> str:
    """Whose link it is, as the platform itself says."""
    code = url.rpartition("/")[2]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{service.sandbox.base_url}/sandbox/links/{code}") as got,
    ):
        return str((await got.json())["tracking_id"])


async def test_one_search_serves_all_and_each_other_publisher_costs_one_link_call(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        for tracking_id in PUBLISHERS:
            await products(service, tracking_id)
        assert service.sandbox.calls.report().calls == {QUERY: 1, LINKS: 2}
        for tracking_id in PUBLISHERS:
            await products(service, tracking_id)
        assert service.calls == 3


async def test_every_link_is_the_askers_own(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        shown = dict(zip(PUBLISHERS, await together(*(products(service, one) for one in PUBLISHERS)), strict=True))
        for tracking_id, rows in shown.items():
            links = [row["link"] for row in rows if row["link"]["status"] == "monetised"]
            assert links
            assert {link["tracking_id"] for link in links} == {tracking_id}
            assert {link["kind"] for link in links} == {"long" if tracking_id == "default" else "short"}
            for link in links:
                assert await owner(service, link["url"]) == tracking_id


async def test_but_for_the_links_they_are_shown_the_same(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        shown = [await products(service, tracking_id) for tracking_id in PUBLISHERS]
        without_links = [[{**row, "link": None} for row in rows] for rows in shown]
        assert without_links[0] == without_links[1] == without_links[2]


async def test_a_publisher_whose_links_cannot_be_made_now_is_told_row_by_row(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        await products(service, "default")
        service.strike(kind="platform_error", name="InsufficientPermission", method=LINKS)
        rows = await products(service, "deals")
        assert [(row["link"]["status"], row["link"]["url"]) for row in rows] == [("failed", None)] * 5
        assert all(row["link"]["reason"].endswith(".") for row in rows)
        service.sandbox.clear_faults()
        assert {row["link"]["status"] for row in await products(service, "deals")} <= {"monetised", "not_in_program"}
