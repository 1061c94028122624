"""Products by id on the sandbox: known from listings, gathered into calls, believed when they are said to be missing."""

from __future__ import annotations

import asyncio

import pytest

from alistach.answers.asker import CacheStatus
from alistach.answers.cachekey import Locale, product_key
from alistach.answers.entry import Entry, Row
from alistach.answers.freshness import FreshnessClass
from alistach.errors import InvalidParameters, ProductUnavailable, UpstreamDown
from alistach.sandbox.faults import HalfBatch, MissingPromotionLink, PlatformError, Status
from tests.answers.making import DAY, HOUR, MINUTE
from tests.answers.world import DETAILS, World, data_of, ids_of

LOCALE = Locale("USD", "EN", "")


def entry(world: World, product_id: str) -> Entry:
    known = world.store.get(product_key(product_id, LOCALE))
    assert known is not None
    return known


def raw(world: World, product_id: str) -> bytes | None:
    return entry(world, product_id).expect(Row).raw


async def test_products_that_were_shown_answer_detail_questions_without_a_call(world: World) -> None:
    rows = data_of(await world.search(page_size=50))["products"]
    for row in rows[::5]:
        answer = await world.detail(row["product_id"])
        assert (data_of(answer), answer.calls, answer.status) == (row, 0, CacheStatus.HIT)
    assert world.calls(DETAILS) == 0
    assert world.answers.entries.saved["product reuse"] == len(rows[::5])


async def test_rows_of_a_page_that_was_not_shown_answer_too(world: World) -> None:
    await world.search(page_size=1)
    last = ids_of(await world.search(page_size=50))[-1]
    assert (await world.detail(last)).calls == 0


async def test_a_listed_product_older_than_the_price_ttl_is_asked_for(world: World) -> None:
    product_id = ids_of(await world.search())[0]
    world.clock.leap(30 * MINUTE)
    answer = await world.detail(product_id)
    assert (answer.calls, answer.status, world.calls(DETAILS)) == (1, CacheStatus.MISS, 1)
    assert entry(world, product_id).freshness is FreshnessClass.DETAIL


async def test_a_listed_product_of_any_age_serves_when_the_platform_fails(world: World) -> None:
    product_id = ids_of(await world.search())[0]
    world.clock.leap(6 * DAY)
    world.sandbox.add_fault(Status(status=503))
    answer = await world.detail(product_id)
    assert (answer.status, answer.reason) == (CacheStatus.STALE, "upstream_down")


async def test_a_product_listed_for_another_locale_answers_nothing(world: World) -> None:
    product_id = ids_of(await world.search(target_currency="EUR"))[0]
    assert (await world.detail(product_id)).calls == 1


async def test_a_product_asked_for_by_id_is_served_stale_while_it_is_refreshed(world: World) -> None:
    product_id = world.product_id(0)
    await world.detail(product_id)
    world.clock.leap(23 * HOUR)
    answer = await world.detail(product_id)
    assert (answer.status, answer.calls) == (CacheStatus.STALE, 0)
    await world.tasks.close(5.0)
    assert (world.calls(DETAILS), world.ledger.charged) == (2, [1])


async def test_fifty_askers_for_fifty_products_cost_one_call(world: World) -> None:
    ids = [world.product_id(index) for index in range(50)]
    answers = await asyncio.gather(*(world.detail(product_id) for product_id in ids))
    assert [data_of(answer)["product_id"] for answer in answers] == ids
    assert (world.calls(), sum(answer.calls for answer in answers)) == (1, 1)


async def test_askers_of_two_locales_do_not_share_a_call(world: World) -> None:
    ids = [world.product_id(index) for index in range(4)]
    answers = await asyncio.gather(
        *(world.detail(product_id, target_currency=currency) for product_id in ids for currency in ("USD", "EUR"))
    )
    assert world.calls() == 2
    assert [data_of(answer)["price"]["currency"] for answer in answers] == ["USD", "EUR"] * 4


async def test_an_unavailable_product_is_remembered_for_a_day(world: World) -> None:
    outsider = world.outsider()
    with pytest.raises(ProductUnavailable):
        await world.detail(outsider)
    assert entry(world, outsider).freshness is FreshnessClass.UNAVAILABLE
    world.clock.leap(21 * HOUR)
    with pytest.raises(ProductUnavailable):
        await world.detail(outsider)
    assert world.calls() == 1
    world.clock.leap(3 * HOUR)
    with pytest.raises(ProductUnavailable):
        await world.detail(outsider)
    assert world.calls() == 2


async def test_an_unavailable_product_among_available_ones_is_believed_at_once(world: World) -> None:
    outsider = world.outsider()
    await world.details([outsider, world.product_id(0), world.product_id(1)])
    assert entry(world, outsider).freshness is FreshnessClass.UNAVAILABLE


async def test_half_a_batch_left_out_is_not_believed_at_once(world: World) -> None:
    world.sandbox.add_fault(HalfBatch(count=1))
    ids = [world.product_id(index) for index in range(10)]
    rows = data_of(await world.details(ids))["products"]
    assert [row["status"] for row in rows] == ["ok", "unavailable"] * 5
    assert {entry(world, product_id).freshness for product_id in ids[1::2]} == {FreshnessClass.PROVISIONAL}
    world.clock.leap(10 * MINUTE)
    rows = data_of(await world.details(ids))["products"]
    assert [row["status"] for row in rows] == ["ok"] * 10


async def test_a_product_left_out_twice_is_believed(world: World) -> None:
    outsiders = [world.outsider(), "1005999999999999"]
    await world.details(outsiders)
    assert {entry(world, one).freshness for one in outsiders} == {FreshnessClass.PROVISIONAL}
    world.clock.leap(10 * MINUTE)
    await world.details(outsiders)
    assert {entry(world, one).freshness for one in outsiders} == {FreshnessClass.UNAVAILABLE}


async def test_a_product_that_was_there_before_is_not_given_up_for_one_omission(world: World) -> None:
    ids = [world.product_id(0), world.product_id(1)]
    await world.details(ids)
    world.clock.leap(2 * DAY)
    world.sandbox.add_fault(HalfBatch(count=1))
    answer = await world.details(ids)
    assert [row["status"] for row in data_of(answer)["products"]] == ["ok", "ok"]
    assert (answer.status, answer.reason, answer.calls) == (CacheStatus.STALE, "upstream_invalid", 1)
    assert entry(world, ids[1]).freshness is FreshnessClass.DETAIL


async def test_a_product_that_was_there_before_and_is_left_out_twice_is_soon_asked_for_again(world: World) -> None:
    ids = [world.product_id(0), world.product_id(1)]
    await world.details(ids)
    world.sandbox.add_fault(HalfBatch(count=2))
    for _ in range(2):
        world.clock.leap(2 * DAY)
        rows = data_of(await world.details(ids))["products"]
    assert [row["status"] for row in rows] == ["ok", "unavailable"]
    assert entry(world, ids[1]).freshness is FreshnessClass.PROVISIONAL
    world.clock.leap(10 * MINUTE)
    assert data_of(await world.detail(ids[1]))["product_id"] == ids[1]


async def test_a_product_in_a_free_seat_that_is_left_out_is_not_forgotten(world: World) -> None:
    often = world.product_id(1)
    for _ in range(3):
        await world.detail(often)
    world.clock.leap(20 * MINUTE)
    world.sandbox.add_fault(HalfBatch(count=1))
    await world.detail(world.product_id(0))
    assert raw(world, often) is not None


async def test_a_product_often_asked_for_takes_a_free_seat_before_it_is_stale(world: World) -> None:
    often, once = world.product_id(0), world.product_id(1)
    for product_id in (often, often, once):
        await world.detail(product_id)
    world.clock.leap(20 * MINUTE)
    await world.detail(world.product_id(2))
    world.clock.leap(20 * MINUTE)
    answers = [await world.detail(product_id) for product_id in (often, once)]
    assert [answer.status for answer in answers] == [CacheStatus.HIT, CacheStatus.STALE]


async def test_a_product_in_the_first_half_of_its_fresh_life_takes_no_seat(world: World) -> None:
    often = world.product_id(0)
    for _ in range(5):
        came = (await world.detail(often)).received_at
    world.clock.leap(10 * MINUTE)
    await world.detail(world.product_id(1))
    assert entry(world, often).received_at == came


async def test_a_seat_is_not_given_to_a_product_of_another_locale(world: World) -> None:
    often = world.product_id(0)
    for _ in range(3):
        await world.detail(often, target_currency="EUR")
    world.clock.leap(20 * MINUTE)
    await world.detail(world.product_id(1))
    assert world.store.get(product_key(often, LOCALE)) is None


async def test_a_row_without_its_link_is_soon_asked_for_again(world: World) -> None:
    product_id = world.product_id(0)
    world.sandbox.add_fault(MissingPromotionLink(count=1))
    assert data_of(await world.detail(product_id))["link"]["status"] == "failed"
    assert entry(world, product_id).freshness is FreshnessClass.PROVISIONAL
    world.clock.leap(10 * MINUTE)
    assert data_of(await world.detail(product_id))["link"]["status"] == "monetised"


async def test_a_refused_batch_fails_every_item_when_none_is_good(world: World) -> None:
    world.sandbox.add_fault(PlatformError(name="MissingParameter_access_token", method=DETAILS))
    ids = [world.product_id(index) for index in range(10)]
    with pytest.raises(InvalidParameters) as raised:
        await world.details(ids)
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)


async def test_a_failure_keeps_nothing(world: World) -> None:
    world.sandbox.add_fault(Status(status=503))
    with pytest.raises(UpstreamDown):
        await world.detail(world.product_id(0))
    assert world.store.get(product_key(world.product_id(0), LOCALE)) is None


async def test_an_entry_says_when_its_call_was_sent_and_when_it_was_answered(world: World) -> None:
    before = world.clock.now()
    await world.detail(world.product_id(0))
    known = entry(world, world.product_id(0))
    assert before < known.asked_at < known.received_at < world.clock.now()


async def test_an_entry_is_tagged_with_its_product(world: World) -> None:
    await world.detail(world.product_id(0))
    assert entry(world, world.product_id(0)).tags == (f"product:{world.product_id(0)}",)
