"""Answers about products: their shapes, whose links they carry, what they are charged and how long they are good."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from alistach.answers.asker import CacheStatus
from alistach.answers.clearing import Clearing
from alistach.answers.freshness import jittered
from alistach.answers.questions import Language
from alistach.errors import InvalidParameters, ProductUnavailable, TrackingIdUnknown, UpstreamDown
from alistach.kit.clock import iso
from alistach.sandbox.faults import Ban, Delay, PlatformError, Status
from tests.answers.making import DAY, HOUR, MINUTE
from tests.answers.shapes import differences, golden
from tests.answers.world import DETAILS, LINKS, MANY, QUERY, World, data_of, ids_of, page_of


async def test_a_search_has_the_documented_shape(world: World) -> None:
    answer = await world.search(page_size=50)
    assert list(differences(golden("search"), msgspec.json.decode(answer.body))) == []


async def test_a_product_has_the_documented_shape(world: World) -> None:
    answer = await world.detail(world.product_id(0))
    assert list(differences(golden("detail"), msgspec.json.decode(answer.body))) == []


async def test_several_products_have_the_documented_shape(world: World) -> None:
    answer = await world.details([world.product_id(0), world.outsider(), world.product_id(1)])
    assert list(differences(golden("details"), msgspec.json.decode(answer.body))) == []


@pytest.mark.parametrize("tracking_id", ["deals", "default"])
async def test_shapes_do_not_depend_on_whose_links_are_asked_for(world: World, tracking_id: str) -> None:
    search = await world.search(tracking_id=tracking_id)
    detail = await world.detail(ids_of(search)[0], tracking_id=tracking_id)
    assert list(differences(golden("search"), msgspec.json.decode(search.body))) == []
    assert list(differences(golden("detail"), msgspec.json.decode(detail.body))) == []


async def test_metadata_says_what_the_answer_rests_on(world: World) -> None:
    answer = await world.search(ship_to_country="de", target_currency="eur", target_language=Language.DE)
    assert msgspec.json.decode(answer.body)["metadata"] == {
        "source": "sandbox",
        "currency": "EUR",
        "language": "DE",
        "ship_to_country": "DE",
        "price_as_of": iso(answer.received_at),
    }


async def test_prices_are_as_of_the_oldest_window_of_a_page(world: World) -> None:
    first = await world.search(MANY, page_size=50)
    world.clock.leap(10 * MINUTE)
    both = await world.search(MANY, page_no=3, page_size=20)
    assert msgspec.json.decode(both.body)["metadata"]["price_as_of"] == iso(first.received_at)
    assert both.received_at == first.received_at


async def test_a_house_row_carries_the_long_link_that_came_with_it(world: World) -> None:
    row = data_of(await world.search())["products"][0]
    link = row["link"]
    assert (link["status"], link["kind"], link["tracking_id"], link["reason"]) == ("monetised", "long", "default", None)
    assert link["url"].startswith("https://s.click.aliexpress.com/s/")
    assert await world.whose(link["url"]) == ("default", page_of(row["product_id"]))


async def test_a_row_for_another_tracking_id_carries_its_own_short_link(world: World) -> None:
    rows = data_of(await world.search(tracking_id="deals", page_size=5))["products"]
    for row in rows:
        link = row["link"]
        assert (link["status"], link["kind"], link["tracking_id"]) == ("monetised", "short", "deals")
        assert await world.whose(link["url"]) == ("deals", page_of(row["product_id"]))


async def test_no_tracking_id_ever_gets_anothers_link(world: World) -> None:
    product_id = ids_of(await world.search())[0]
    for tracking_id in ("deals", "bot", "site1", "default", "deals", "bot"):
        for answer in (
            await world.detail(product_id, tracking_id=tracking_id),
            await world.link(page_of(product_id), tracking_id=tracking_id),
        ):
            link = data_of(answer).get("link") or data_of(answer)
            assert await world.whose(link["url"]) == (tracking_id, page_of(product_id))


async def test_ten_publishers_asking_one_question_cost_one_search_and_a_link_call_each(world: World) -> None:
    for number in range(10):
        answer = await world.search(tracking_id=f"site{number}", page_size=50)
        assert answer.calls == (2 if number == 0 else 1)
    assert (world.calls(QUERY), world.calls(LINKS)) == (1, 10)


async def test_a_tracking_id_that_was_given_its_links_costs_nothing_more(world: World) -> None:
    answers = [await world.search(tracking_id="deals") for _ in range(3)]
    assert [answer.calls for answer in answers] == [2, 0, 0]
    assert answers[1].body == answers[0].body
    assert answers[2].status is CacheStatus.HIT


async def test_an_unknown_tracking_id_is_the_callers_fault_and_pays_for_the_search_too(world: World) -> None:
    with pytest.raises(TrackingIdUnknown) as raised:
        await world.search(tracking_id="nobody")
    assert (raised.value.upstream_calls, world.calls()) == (2, 2)


@pytest.mark.parametrize("how_many", [1, 3])
async def test_an_unknown_tracking_id_is_refused_for_details_too(world: World, how_many: int) -> None:
    ids = ids_of(await world.search())[:how_many]
    with pytest.raises(TrackingIdUnknown):
        await world.details(ids, tracking_id="nobody")
    with pytest.raises(TrackingIdUnknown):
        await world.detail(ids[0], tracking_id="nobody")


async def test_a_link_that_cannot_be_minted_now_says_so_and_is_tried_again(world: World) -> None:
    world.sandbox.add_fault(Status(status=502, method=LINKS, count=1))
    first = await world.search(tracking_id="deals", page_size=5)
    links = [row["link"] for row in data_of(first)["products"]]
    assert {(link["status"], link["url"], link["kind"], link["reason"]) for link in links} == {
        ("failed", None, None, "AliExpress cannot be reached or is in trouble. Ask again later.")
    }
    assert (first.calls, first.fresh_until) == (2, 0.0)
    second = await world.search(tracking_id="deals", page_size=5)
    assert {row["link"]["status"] for row in data_of(second)["products"]} == {"monetised"}


async def test_a_failed_search_is_charged_with_the_window_that_came(world: World) -> None:
    world.sandbox.add_fault(Delay(delay_seconds=0.001, count=1))
    asking = asyncio.create_task(world.search(MANY, page_no=3, page_size=20))
    await world.called()
    world.sandbox.add_fault(Status(status=503))
    with pytest.raises(UpstreamDown) as raised:
        await asking
    assert (raised.value.upstream_calls, world.calls()) == (2, 2)


async def test_a_failed_link_call_is_charged_with_the_search(world: World) -> None:
    world.sandbox.add_fault(PlatformError(name="InvalidParameter", method=LINKS))
    answer = await world.search(tracking_id="deals", page_size=1)
    assert data_of(answer)["products"][0]["link"]["status"] == "failed"
    assert (answer.calls, world.calls()) == (2, 2)


async def test_an_unavailable_product_is_refused_and_charged_once(world: World) -> None:
    outsider = world.outsider()
    with pytest.raises(ProductUnavailable) as raised:
        await world.detail(outsider)
    assert raised.value.upstream_calls == 1
    with pytest.raises(ProductUnavailable) as raised:
        await world.detail(outsider)
    assert (raised.value.upstream_calls, world.calls()) == (0, 1)


async def test_several_products_come_in_the_order_asked_repetitions_too(world: World) -> None:
    one, other, outsider = world.product_id(3), world.product_id(1), world.outsider()
    rows = data_of(await world.details([other, outsider, one, other]))["products"]
    assert [(row["product_id"], row["status"]) for row in rows] == [
        (other, "ok"),
        (outsider, "unavailable"),
        (one, "ok"),
        (other, "ok"),
    ]
    assert [row["product"] and row["product"]["product_id"] for row in rows] == [other, None, one, other]
    assert world.calls() == 1


async def test_zeros_in_front_of_an_id_are_no_other_product(world: World) -> None:
    product_id = world.product_id(0)
    rows = data_of(await world.details([f"00{product_id}", product_id]))["products"]
    assert [(row["product_id"], row["product"]["product_id"]) for row in rows] == [
        (f"00{product_id}", product_id),
        (product_id, product_id),
    ]
    assert data_of(await world.detail(f"0{product_id}"))["product_id"] == product_id
    assert world.calls() == 1


async def test_several_products_with_one_failure_are_a_failure_charged_with_all(world: World) -> None:
    known = ids_of(await world.search())[0]
    world.sandbox.add_fault(Status(status=503))
    with pytest.raises(UpstreamDown) as raised:
        await world.details([known, world.outsider()])
    assert raised.value.upstream_calls == 1


async def test_several_products_for_another_tracking_id_carry_its_links(world: World) -> None:
    ids = [world.product_id(index) for index in range(3)]
    answer = await world.details(ids, tracking_id="deals")
    for row in data_of(answer)["products"]:
        assert await world.whose(row["product"]["link"]["url"]) == ("deals", page_of(row["product_id"]))
    assert answer.calls == world.calls() == 2


async def test_the_same_answer_has_the_same_bytes_and_entity_tag(world: World) -> None:
    first, second = await world.search(), await world.search()
    assert (first.body, first.etag) == (second.body, second.etag)
    assert first.body is second.body


async def test_an_answer_is_good_for_others_while_its_entries_are_fresh(world: World) -> None:
    answer = await world.search()
    assert 0.9 * HOUR <= answer.fresh_until - answer.received_at <= HOUR
    again = await world.search()
    assert again.fresh_until == answer.fresh_until


async def test_a_stale_answer_says_so_and_why_and_is_good_for_nobody_else(world: World) -> None:
    first = await world.search()
    world.clock.leap(2 * DAY)
    world.sandbox.add_fault(Ban(seconds=3600))
    answer = await world.search()
    assert (answer.status, answer.reason, answer.fresh_until) == (CacheStatus.STALE, "upstream_banned", 0.0)
    assert (answer.body, answer.received_at) == (first.body, first.received_at)


async def test_a_page_with_a_stale_window_says_that_it_is_stale(world: World) -> None:
    await world.search(MANY, page_size=50)
    world.clock.leap(2 * HOUR)
    answer = await world.search(MANY, page_no=3, page_size=20)
    assert (answer.status, answer.calls) == (CacheStatus.STALE, 1)


async def test_a_price_that_the_currency_cannot_express_costs_nothing(world: World) -> None:
    with pytest.raises(InvalidParameters):
        await world.search(max_sale_price=Decimal("4.99"), target_currency="JPY")
    assert world.calls() == 0


async def test_a_currency_that_the_platform_does_not_take_is_refused_with_one_call(world: World) -> None:
    ids = [world.product_id(index) for index in range(50)]
    with pytest.raises(InvalidParameters) as raised:
        await world.details(ids, target_currency="ZZZ")
    assert (raised.value.upstream_calls, world.calls(DETAILS)) == (1, 1)


async def test_a_detail_is_fresh_for_the_price_ttl(world: World) -> None:
    answer = await world.detail(world.product_id(0))
    key = f'["product","{world.product_id(0)}","USD","EN",""]'
    assert answer.fresh_until == answer.received_at + jittered(30 * MINUTE, key)


async def test_an_answer_does_not_outlive_a_clear_that_came_while_it_was_made(tmp_path: Path) -> None:
    async with World.built(tmp_path) as world:
        world.sandbox.add_fault(Delay(delay_seconds=0.2, count=1))
        asking = asyncio.create_task(world.search())
        await world.called()
        await world.answers.entries.clear(Clearing(at=world.clock.now()), hard=False)
        answer = await asking
        assert (answer.fresh_until, len(ids_of(answer))) == (0.0, 20)
        assert (await world.search()).calls == 1
