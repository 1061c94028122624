"""Searches on the sandbox: windows of the platform's largest page, from which pages of any size are cut."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from alistach.answers.asker import CacheStatus
from alistach.answers.cachekey import subject, window_key
from alistach.answers.entry import Window
from alistach.answers.freshness import Directives, FreshnessClass
from alistach.answers.questions import Search, Sort
from alistach.errors import InvalidParameters, ParameterProblem, UpstreamDown
from alistach.sandbox.faults import Empty, MissingPromotionLink, Status
from tests.answers.making import HOUR, MINUTE
from tests.answers.world import DETAILS, MANY, QUERY, World, data_of, ids_of

FEW = "yoga mat"


def key(world: World, keywords: str, number: int = 1) -> str:
    return window_key(subject(Search(keywords=keywords), world.house), number)


async def count(world: World, keywords: str) -> int:
    """How many products a search finds, as the sandbox counts."""
    return int(data_of(await world.search(keywords, page_size=1))["total"])


@pytest.mark.parametrize("page_size", [1, 2, 7, 10, 20, 24, 33, 49, 50])
async def test_pages_of_every_size_come_from_the_same_windows(world: World, page_size: int) -> None:
    whole = [
        *ids_of(await world.search(MANY, page_size=50)),
        *ids_of(await world.search(MANY, page_size=50, page_no=2)),
    ]
    calls = world.calls(QUERY)
    pages = [ids_of(await world.search(MANY, page_size=page_size, page_no=n)) for n in range(1, 100 // page_size + 1)]
    assert [product_id for page in pages for product_id in page] == whole[: len(pages) * page_size]
    assert world.calls(QUERY) == calls == 2


async def test_every_page_size_is_served_by_one_call(world: World) -> None:
    first = ids_of(await world.search(MANY, page_size=50))
    for page_size in range(1, 51):
        assert ids_of(await world.search(MANY, page_size=page_size)) == first[:page_size]
    assert world.calls() == 1


async def test_a_page_over_two_windows_costs_two_calls_charged_together(world: World) -> None:
    answer = await world.search(MANY, page_no=3, page_size=20)
    assert (answer.calls, world.calls(QUERY), answer.status) == (2, 2, CacheStatus.MISS)
    assert len(set(ids_of(answer))) == 20


async def test_the_last_page_says_that_there_is_no_more(world: World) -> None:
    total = await count(world, FEW)
    assert total > 0
    last = (total - 1) // 20 + 1
    pages = [data_of(await world.search(FEW, page_no=n)) for n in range(1, last + 2)]
    assert [page["has_more"] for page in pages] == [True] * (last - 1) + [False, False]
    assert sum(len(page["products"]) for page in pages) == total
    assert pages[-1]["products"] == []


async def test_a_page_behind_a_known_end_costs_nothing(world: World) -> None:
    total = await count(world, FEW)
    await world.search(FEW, page_no=(total - 1) // 50 + 1, page_size=50)
    calls = world.calls()
    answer = await world.search(FEW, page_no=40, page_size=50)
    assert (data_of(answer)["products"], data_of(answer)["total"], data_of(answer)["has_more"]) == ([], total, False)
    assert (world.calls(), answer.calls, answer.status) == (calls, 0, CacheStatus.HIT)


async def test_a_page_behind_an_end_that_is_not_known_is_asked_for_once(world: World) -> None:
    answers = [await world.search(FEW, page_no=40, page_size=50) for _ in range(3)]
    assert [answer.calls for answer in answers] == [1, 0, 0]
    assert data_of(answers[0])["products"] == []


async def test_no_row_after_the_five_thousandth_can_be_asked_for(world: World) -> None:
    with pytest.raises(InvalidParameters) as raised:
        await world.search(page_no=101, page_size=50)
    message = "must be 1 to 100 for a page_size of 50, was 101"
    assert raised.value.problems == (ParameterProblem("page_no", message),)
    assert world.calls() == 0


async def test_an_empty_search_is_cached_as_empty(world: World) -> None:
    answers = [await world.search("zzzz nothing is called this") for _ in range(3)]
    assert [data_of(answer)["products"] for answer in answers] == [[]] * 3
    assert (world.calls(), answers[2].status) == (1, CacheStatus.HIT)
    entry = world.store.get(key(world, "zzzz nothing is called this"))
    assert entry is not None
    assert entry.freshness is FreshnessClass.EMPTY
    world.clock.leap(10 * MINUTE)
    assert (await world.search("zzzz nothing is called this")).calls == 1


async def test_an_empty_search_does_not_serve_for_failures_after_an_hour(world: World) -> None:
    await world.search("zzzz nothing")
    world.sandbox.add_fault(Status(status=503))
    world.clock.leap(HOUR - 1)
    assert (await world.search("zzzz nothing")).reason == "upstream_down"
    world.clock.leap(2)
    with pytest.raises(UpstreamDown):
        await world.search("zzzz nothing")


async def test_the_same_words_in_another_hand_cost_nothing(world: World) -> None:
    first = ids_of(await world.search("usb cable"))
    for words in ("USB Cable", "  usb   cable ", "\uff55\uff53\uff42 cable"):
        assert ids_of(await world.search(words)) == first
    assert world.calls() == 1


async def test_rows_keep_the_price_band_and_the_order_asked_for(world: World) -> None:
    answer = await world.search(
        "usb", min_sale_price=Decimal(5), max_sale_price=Decimal("9.99"), sort=Sort.SALE_PRICE_ASC, page_size=50
    )
    prices = [Decimal(row["price"]["amount"]) for row in data_of(answer)["products"]]
    assert prices == sorted(prices)
    assert prices
    assert Decimal(5) <= prices[0] <= prices[-1] <= Decimal("9.99")


async def test_products_of_an_earlier_window_are_not_shown_again_by_a_later(world: World) -> None:
    await world.search(MANY, page_size=50)
    second = ids_of(await world.search(MANY, page_size=50, page_no=2))
    first = world.store.get(key(world, MANY))
    assert first is not None
    # As if the order had changed since: what the first window shows now is in the platform's second.
    window = first.expect(Window)
    shown = (*second[:3], *window.product_ids[3:])
    moved = Window(shown, window.rows, window.received, window.total)
    world.clock.leap(30.0)
    world.answers.entries.keep([replace(first, content=moved, asked_at=world.clock.now())])
    asker = world.asker(directives=Directives(max_age=20))
    assert ids_of(await world.search(MANY, page_size=50, page_no=2, asker=asker)) == second[3:]


async def test_a_window_whose_rows_lack_their_links_is_soon_asked_for_again(world: World) -> None:
    world.sandbox.add_fault(MissingPromotionLink(count=1))
    first = await world.search()
    reason = "AliExpress sent this row without a link. Ask /api/affiliate/link for one."
    assert {
        (row["link"]["status"], row["link"]["url"], row["link"]["reason"]) for row in data_of(first)["products"]
    } == {("failed", None, reason)}
    world.clock.leap(10 * MINUTE)
    second = await world.search()
    assert second.calls == 1
    assert {row["link"]["status"] for row in data_of(second)["products"]} == {"monetised"}


async def test_rows_without_their_links_do_not_answer_detail_questions(world: World) -> None:
    world.sandbox.add_fault(MissingPromotionLink(count=1))
    product_id = ids_of(await world.search())[0]
    detail = await world.detail(product_id)
    assert (world.calls(DETAILS), data_of(detail)["link"]["status"]) == (1, "monetised")


async def test_a_failure_is_never_an_empty_page(world: World) -> None:
    world.sandbox.add_fault(Status(status=500))
    with pytest.raises(UpstreamDown):
        await world.search()
    assert world.store.get(key(world, "usb cable")) is None


async def test_an_answer_of_nothing_takes_the_place_of_what_was_found_for_ten_minutes_only(world: World) -> None:
    await world.search()
    world.clock.leap(8 * HOUR)
    world.sandbox.add_fault(Empty(count=1))
    assert data_of(await world.search())["products"] == []
    world.clock.leap(10 * MINUTE)
    assert len(ids_of(await world.search())) == 20


async def test_a_stale_page_is_refreshed_behind_the_askers_back(world: World) -> None:
    first = await world.search()
    world.clock.leap(2 * HOUR)
    stale = await world.search()
    assert (stale.status, stale.calls, stale.received_at) == (CacheStatus.STALE, 0, first.received_at)
    await world.tasks.close(5.0)
    again = await world.search()
    assert (again.status, world.calls(), world.ledger.charged) == (CacheStatus.HIT, 2, [1])
    assert again.received_at > first.received_at + HOUR


async def test_a_search_in_the_currency_of_the_house(tmp_path: Path) -> None:
    async with World.built(tmp_path, currency="EUR") as world:
        rows = data_of(await world.search())["products"]
    assert {row["price"]["currency"] for row in rows} == {"EUR"}
