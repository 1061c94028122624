"""Row links: the house's long one, the caller's short one, or a reason; and sorting outcomes from failures."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from alistach.answers.asker import CacheStatus, Found
from alistach.answers.entry import Minted
from alistach.answers.results import LinkKind, LinkStatus, RowLink
from alistach.answers.rowlinks import (
    CallerLinks,
    caller_links,
    failed_link,
    house_link,
    minted_link,
    settled,
    sorted_out,
)
from alistach.errors import GatewayError, TrackingIdUnknown, UpstreamBanned, UpstreamDown
from alistach.sandbox.faults import Status
from tests.answers.making import key_of, make_entry
from tests.answers.world import LINKS, World
from tests.steered import settle

LONG = "https://s.click.aliexpress.com/s/long"
SHORT = "https://s.click.aliexpress.com/e/_short"


async def value(number: int) -> int:
    return number


async def failing(error: BaseException) -> int:
    raise error


def test_the_houses_link_is_the_long_one_of_the_row() -> None:
    assert house_link(LONG, "default") == RowLink(LinkStatus.MONETISED, LONG, LinkKind.LONG, "default", None)


def test_a_row_without_its_link_says_where_to_get_one() -> None:
    reason = "AliExpress sent this row without a link. Ask /api/affiliate/link for one."
    assert house_link(None, "default") == RowLink(LinkStatus.FAILED, None, None, "default", reason)


def test_a_minted_link_is_short() -> None:
    assert minted_link("deals", Minted(SHORT, None)) == RowLink(
        LinkStatus.MONETISED, SHORT, LinkKind.SHORT, "deals", None
    )


def test_a_refused_link_says_what_the_platform_said() -> None:
    assert minted_link("deals", Minted(None, "words")) == RowLink(
        LinkStatus.NOT_IN_PROGRAM, None, None, "deals", "AliExpress does not make links for this page: words"
    )


def test_a_failed_link_has_neither_url_nor_kind() -> None:
    assert failed_link("deals", "why") == RowLink(LinkStatus.FAILED, None, None, "deals", "why")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UpstreamDown("details"), "AliExpress cannot be reached or is in trouble. Ask again later."),
        (
            UpstreamBanned("details", retry_after=12),
            "AliExpress has banned this app key for 12 seconds. Ask again later.",
        ),
    ],
)
def test_a_link_that_could_not_be_made_says_why(error: GatewayError, reason: str) -> None:
    links = CallerLinks("deals", {}, {"1": error})
    assert links.link("1") == RowLink(LinkStatus.FAILED, None, None, "deals", reason)


def test_each_product_has_its_own_link() -> None:
    found = {
        product_id: Found(make_entry(key_of(product_id, "link"), content=Minted(url, None)), CacheStatus.HIT)
        for product_id, url in (("1", "one"), ("2", "two"))
    }
    links = CallerLinks("deals", found, {"3": UpstreamDown("down")})
    assert [links.link(product_id).url for product_id in ("1", "2", "3")] == ["one", "two", None]


async def test_outcomes_come_in_the_order_of_the_work() -> None:
    down = UpstreamDown("down")
    work: list[Coroutine[Any, Any, int]] = [value(1), failing(down), value(3)]
    assert await settled(work) == [1, down, 3]


async def test_a_defect_is_no_outcome() -> None:
    work: list[Coroutine[Any, Any, int]] = [value(1), failing(KeyError("ours")), failing(UpstreamDown("down"))]
    with pytest.raises(KeyError, match="ours"):
        await settled(work)


async def test_no_work_has_no_outcomes() -> None:
    nothing: list[Coroutine[Any, Any, int]] = []
    assert await settled(nothing) == []


async def test_who_leaves_takes_the_work_along() -> None:
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    waiting = asyncio.create_task(settled([work("one"), work("other")]))
    await settle()
    waiting.cancel()
    await settle()
    assert (waiting.cancelled(), sorted(ended)) == (True, ["one", "other"])


def test_outcomes_are_sorted_by_name() -> None:
    down = UpstreamDown("down")
    assert sorted_out(["a", "b", "c"], [1, down, 3]) == ({"a": 1, "c": 3}, {"b": down})


def test_as_many_names_as_outcomes_are_needed() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        sorted_out(["a", "b"], [1])


async def test_missing_links_are_minted_in_one_call_on_the_askers_tab(world: World) -> None:
    ids = [world.product_id(index) for index in range(20)]
    asker = world.asker()
    links = await caller_links(world.answers.products._links, ids, "deals", asker)
    assert {links.link(product_id).status for product_id in ids} == {LinkStatus.MONETISED}
    assert (asker.tab.calls, world.calls(LINKS)) == (1, 1)


async def test_links_that_cannot_be_minted_are_failures_of_their_own(world: World) -> None:
    known, unknown = world.product_id(0), world.product_id(1)
    await caller_links(world.answers.products._links, [known], "deals", world.asker())
    world.sandbox.add_fault(Status(status=503))
    links = await caller_links(world.answers.products._links, [known, unknown], "deals", world.asker())
    assert [links.link(one).status for one in (known, unknown)] == [LinkStatus.MONETISED, LinkStatus.FAILED]


async def test_an_unknown_tracking_id_is_raised(world: World) -> None:
    asker = world.asker()
    with pytest.raises(TrackingIdUnknown):
        await caller_links(world.answers.products._links, [world.product_id(0)], "nobody", asker)
    assert asker.tab.calls == 1
