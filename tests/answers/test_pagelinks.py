"""Answers about links: any page in, a paying short link or the reason out, one failure for itself alone."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from alistach.answers.asker import CacheStatus
from alistach.errors import TrackingIdUnknown, UpstreamBanned, UpstreamDown
from alistach.sandbox.faults import Ban, Status
from tests.answers.making import DAY
from tests.answers.shapes import differences, golden
from tests.answers.world import LINKS, World, data_of, page_of

NOTHING = "https://example.com/nothing"
NO_PAGE = "No AliExpress page is behind this; send the URL of a product, shop or campaign page."


async def test_a_link_has_the_documented_shape(world: World) -> None:
    answer = await world.link(page_of(world.product_id(0)))
    assert list(differences(golden("link"), msgspec.json.decode(answer.body))) == []


async def test_links_of_every_status_have_the_documented_shape(world: World) -> None:
    await world.link(page_of(world.product_id(0)))
    world.sandbox.add_fault(Status(status=503))
    urls = [page_of(world.product_id(0)), page_of(world.product_id(1)), NOTHING]
    answer = await world.links(urls)
    assert [link["status"] for link in data_of(answer)["links"]] == ["monetised", "failed", "unresolvable"]
    assert list(differences(golden("links"), msgspec.json.decode(answer.body))) == []


async def test_a_refused_link_has_the_documented_shape(world: World) -> None:
    answer = await world.links([page_of(world.outsider())])
    assert [link["status"] for link in data_of(answer)["links"]] == ["not_in_program"]
    assert list(differences(golden("links"), msgspec.json.decode(answer.body))) == []


@pytest.mark.parametrize(
    "form",
    [
        "https://www.aliexpress.com/item/{}.html",
        "https://m.aliexpress.com/item/{}.html?spm=a2g0o.home.0",
        "https://es.aliexpress.com/i/{}.html",
        "https://www.aliexpress.us/item/{}.html?gatewayAdapt=glo2usa",
        "Look at this! https://de.aliexpress.com/item/Some-Title/{}.html?algo_pvid=1 so cheap",
        "{}",
    ],
)
async def test_every_form_of_a_products_page_leads_to_one_link(world: World, form: str) -> None:
    product_id = world.product_id(0)
    first = data_of(await world.link(page_of(product_id)))
    text = form.format(product_id)
    answer = await world.link(text)
    assert data_of(answer) == {**first, "source_url": text}
    assert (answer.calls, world.calls()) == (0, 1)


async def test_a_link_question_always_gets_a_short_link(world: World) -> None:
    rows = data_of(await world.search(page_size=1))["products"]
    link = data_of(await world.link(page_of(rows[0]["product_id"])))
    assert (link["kind"], link["url"].startswith("https://s.click.aliexpress.com/e/")) == ("short", True)


async def test_metadata_names_neither_currency_nor_prices(world: World) -> None:
    answer = await world.link(page_of(world.product_id(0)))
    assert msgspec.json.decode(answer.body)["metadata"] == {
        "source": "sandbox",
        "currency": None,
        "language": None,
        "ship_to_country": None,
        "price_as_of": None,
    }


@pytest.mark.parametrize("text", [NOTHING, "nothing", "https://evilaliexpress.com/item/1005006338829917.html", "12"])
async def test_what_is_no_page_of_aliexpress_is_unresolvable_and_costs_nothing(world: World, text: str) -> None:
    answer = await world.link(text)
    assert data_of(answer) == {
        "source_url": text,
        "product_id": None,
        "canonical_url": None,
        "status": "unresolvable",
        "url": None,
        "kind": None,
        "tracking_id": "default",
        "reason": NO_PAGE,
    }
    assert (answer.status, answer.calls, answer.fresh_until, world.calls()) == (None, 0, 0.0, 0)


async def test_links_come_in_the_order_asked_repetitions_too(world: World) -> None:
    one, other = page_of(world.product_id(0)), page_of(world.product_id(1))
    answer = await world.links([other, NOTHING, one, other])
    links = data_of(answer)["links"]
    assert [link["source_url"] for link in links] == [other, NOTHING, one, other]
    assert links[0] == links[3]
    assert (answer.calls, world.calls()) == (1, 1)


async def test_fifty_links_cost_one_call(world: World) -> None:
    urls = [page_of(world.product_id(index)) for index in range(50)]
    answer = await world.links(urls)
    assert [link["status"] for link in data_of(answer)["links"]] == ["monetised"] * 50
    assert (answer.calls, world.calls()) == (1, 1)


async def test_links_are_those_of_the_tracking_id_asked_for(world: World) -> None:
    urls = [page_of(world.product_id(index)) for index in range(3)]
    for tracking_id in ("deals", "bot", "deals"):
        for link in data_of(await world.links(urls, tracking_id=tracking_id))["links"]:
            assert link["tracking_id"] == tracking_id
            assert await world.whose(link["url"]) == (tracking_id, link["canonical_url"])
    assert world.calls() == 2


async def test_links_that_all_fail_are_a_failure_charged_once(world: World) -> None:
    world.sandbox.add_fault(Status(status=503))
    with pytest.raises(UpstreamDown) as raised:
        await world.links([page_of(world.product_id(index)) for index in range(5)])
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)


async def test_a_link_that_fails_says_so_for_itself_alone(world: World) -> None:
    await world.link(page_of(world.product_id(0)))
    world.sandbox.add_fault(Ban(seconds=3600))
    with pytest.raises(UpstreamBanned):
        await world.link(page_of(world.product_id(1)))
    answer = await world.links([page_of(world.product_id(0)), page_of(world.product_id(1))])
    known, failed = data_of(answer)["links"]
    assert known["status"] == "monetised"
    assert (failed["status"], failed["product_id"], failed["canonical_url"]) == (
        "failed",
        world.product_id(1),
        page_of(world.product_id(1)),
    )
    assert failed["reason"].startswith("AliExpress has banned this app key for ")
    assert failed["reason"].endswith(" seconds. Ask again later.")
    assert answer.calls == 0


async def test_an_unknown_tracking_id_fails_all_of_several_links(world: World) -> None:
    with pytest.raises(TrackingIdUnknown) as raised:
        await world.links([page_of(world.product_id(0)), NOTHING], tracking_id="nobody")
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)


async def test_links_for_nothing_but_strangers_need_nobody(world: World) -> None:
    answer = await world.links([NOTHING, "nothing"])
    assert [link["status"] for link in data_of(answer)["links"]] == ["unresolvable", "unresolvable"]
    assert (answer.status, answer.calls, world.calls()) == (None, 0, 0)


async def test_the_second_answer_is_a_hit_with_the_same_bytes(world: World) -> None:
    url = page_of(world.product_id(0))
    first, second = await world.link(url), await world.link(url)
    assert (first.status, second.status) == (CacheStatus.MISS, CacheStatus.HIT)
    assert first.body is second.body
    assert second.fresh_until == first.fresh_until
    assert 27 * DAY <= first.fresh_until - first.received_at <= 30 * DAY


async def test_the_answer_for_another_tracking_id_is_another(world: World) -> None:
    url = page_of(world.product_id(0))
    house, deals = await world.link(url), await world.link(url, tracking_id="deals")
    assert house.etag != deals.etag


async def test_askers_of_one_link_share_one_call(world: World) -> None:
    url = page_of(world.product_id(0))
    answers = await asyncio.gather(*(world.link(url) for _ in range(40)))
    assert len({answer.body for answer in answers}) == 1
    assert (sum(answer.calls for answer in answers), world.calls(LINKS)) == (1, 1)
