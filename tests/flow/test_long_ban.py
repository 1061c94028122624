"""A ban of an hour: what is known is answered, what is not is refused with the right time, and nothing is sent too soon."""

from __future__ import annotations

from pathlib import Path

from tests.asking import ADMIN, SEARCH, open_live
from tests.leaping import LeapingClock

_HOUR = 3600


async def test_every_question_answered_before_is_answered_during_the_ban(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        found = await service.get(SEARCH)
        product_id = found.json["data"]["products"][0]["product_id"]
        known = [
            SEARCH,
            f"/api/products/{product_id}",
            f"/api/affiliate/link?url=https://www.aliexpress.com/item/{product_id}.html",
            "/api/categories",
        ]
        before = [(await service.get(target)).json["data"] for target in known]
        clock.leap(8 * _HOUR)
        service.strike(kind="ban", seconds=_HOUR)

        during = [await service.get(target) for target in known]

        assert [one.status for one in during] == [200] * len(known)
        assert [one.json["data"] for one in during] == before


async def test_what_was_cleared_during_the_ban_is_answered_and_says_that_it_is_stale(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        before = await service.get(SEARCH)
        service.strike(kind="ban", seconds=_HOUR)
        refused = await service.get("/api/products/search?keywords=lamp")
        await service.post("/admin/cache/clear", headers=ADMIN)

        during = await service.get(SEARCH)

        assert (refused.status, refused.code) == (503, "upstream_banned")
        assert (during.status, during.body) == (200, before.body)
        assert during["cache-status"] == "alistach; fwd=stale; detail=upstream_banned"


async def test_a_new_question_is_told_when_the_ban_ends(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        service.strike(kind="ban", seconds=_HOUR)
        await service.get(SEARCH)
        clock.leap(_HOUR / 2)

        refused = await service.get("/api/products/search?keywords=lamp")

        assert (refused.status, refused.code) == (503, "upstream_banned")
        assert abs(int(refused["retry-after"]) - _HOUR / 2) <= 2


async def test_the_first_call_leaves_when_the_ban_ends_and_not_before(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        service.strike(kind="ban", seconds=_HOUR)
        await service.get(SEARCH)
        spent = service.calls
        clock.leap(_HOUR - 60)
        early = await service.get(SEARCH)
        assert (early.code, service.calls) == ("upstream_banned", spent)

        clock.leap(60)
        late = await service.get(SEARCH)

        assert (late.status, service.calls) == (200, spent + 1)
