"""Short links on the sandbox: whose they are, how few calls they cost, and what becomes of refusals."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from alistach.answers.asker import CacheStatus
from alistach.answers.cachekey import link_key, resolution_key
from alistach.answers.entry import Entry, Minted, Resolution
from alistach.answers.freshness import FreshnessClass
from alistach.answers.links import Target
from alistach.errors import CredentialsRejected, TrackingIdUnknown, UpstreamBanned, UpstreamDown
from alistach.sandbox.faults import Ban, BusinessError, HalfBatch, MissingPromotionLink, Status
from tests.answers.making import DAY, HOUR, MINUTE
from tests.answers.world import LINKS, MANY, World, data_of, ids_of, page_of


def entry(world: World, product_id: str, tracking_id: str = "default") -> Entry | None:
    return world.store.get(link_key(tracking_id, product_id))


def link_classes(world: World, ids: list[str]) -> list[FreshnessClass]:
    return [known.freshness for product_id in ids if (known := entry(world, product_id)) is not None]


def test_a_product_is_known_by_its_id_and_another_page_by_its_url() -> None:
    assert Target(page_of("1005"), "1005").name == "1005"
    assert Target("https://www.aliexpress.com/store/1", None).name == "https://www.aliexpress.com/store/1"


async def test_fifty_askers_for_fifty_links_cost_one_call(world: World) -> None:
    ids = [world.product_id(index) for index in range(50)]
    answers = await asyncio.gather(*(world.link(page_of(product_id)) for product_id in ids))
    assert (world.calls(), sum(answer.calls for answer in answers)) == (1, 1)
    for answer, product_id in zip(answers, ids, strict=True):
        assert await world.whose(data_of(answer)["url"]) == ("default", page_of(product_id))


async def test_links_of_two_tracking_ids_never_travel_together(world: World) -> None:
    product_id = world.product_id(0)
    owners = ("default", "deals", "bot")
    answers = await asyncio.gather(*(world.link(page_of(product_id), tracking_id=owner) for owner in owners))
    assert world.calls() == 3
    assert [(await world.whose(data_of(answer)["url"]))[0] for answer in answers] == list(owners)


async def test_free_seats_carry_the_products_shown_last(world: World) -> None:
    shown = [
        *ids_of(await world.search(MANY, page_size=50)),
        *ids_of(await world.search(MANY, page_size=20, page_no=4)),
    ]
    asked = world.product_id(500)
    await world.link(page_of(asked))
    expected = {product_id for product_id in shown[-49:] if product_id != asked}
    assert {one for one in shown if entry(world, one) is not None} >= expected
    assert world.calls(LINKS) == 1
    assert (await world.link(page_of(shown[-1]))).calls == 0


async def test_products_that_have_their_link_take_no_seat(world: World) -> None:
    shown = ids_of(await world.search(MANY, page_size=50, page_no=1))
    await world.links([page_of(product_id) for product_id in shown])
    await world.search(MANY, page_size=50, page_no=2)
    urls = {product_id: known for product_id in shown if (known := entry(world, product_id)) is not None}
    await world.link(page_of(world.product_id(500)))
    assert {product_id: entry(world, product_id) for product_id in shown} == urls


async def test_free_seats_are_filled_for_every_tracking_id(world: World) -> None:
    shown = ids_of(await world.search(page_size=40))
    await world.search(page_size=5, tracking_id="deals")
    answer = await world.search(page_size=40, tracking_id="deals")
    assert (answer.calls, world.calls(LINKS)) == (0, 1)
    assert [(await world.whose(row["link"]["url"]))[0] for row in data_of(answer)["products"]] == ["deals"] * len(shown)


async def test_endless_products_and_tracking_ids_cannot_fill_memory(world: World) -> None:
    links = world.answers.products._links
    numbers = itertools.count(10_000)
    for _ in range(100):
        links.shown(str(next(numbers)) for _ in range(100))
    assert len(links._shown._seen) == 2_000


async def test_a_refused_link_says_why_and_is_soon_asked_for_again(world: World) -> None:
    product_id = world.product_id(0)
    world.sandbox.add_fault(MissingPromotionLink(count=1, method=LINKS))
    link = data_of(await world.link(page_of(product_id)))
    assert (link["status"], link["url"], link["kind"]) == ("not_in_program", None, None)
    assert "The link could not be generated, please try again" in link["reason"]
    assert link_classes(world, [product_id]) == [FreshnessClass.PROVISIONAL]
    world.clock.leap(10 * MINUTE)
    assert data_of(await world.link(page_of(product_id)))["status"] == "monetised"


async def test_a_link_refused_twice_is_believed_for_a_day(world: World) -> None:
    outsider = world.outsider()
    await world.link(page_of(outsider))
    world.clock.leap(10 * MINUTE)
    await world.link(page_of(outsider))
    assert link_classes(world, [outsider]) == [FreshnessClass.UNAVAILABLE]
    world.clock.leap(21 * HOUR)
    await world.link(page_of(outsider))
    assert world.calls() == 2


async def test_half_a_batch_that_fails_is_not_final(world: World) -> None:
    world.sandbox.add_fault(HalfBatch(count=1))
    ids = [world.product_id(index) for index in range(6)]
    links = data_of(await world.links([page_of(product_id) for product_id in ids]))["links"]
    assert [link["status"] for link in links] == ["monetised", "not_in_program"] * 3
    assert all((link["reason"] is None) is (link["status"] == "monetised") for link in links)
    assert link_classes(world, ids) == [FreshnessClass.LINKS, FreshnessClass.PROVISIONAL] * 3
    world.clock.leap(10 * MINUTE)
    links = data_of(await world.links([page_of(product_id) for product_id in ids]))["links"]
    assert [link["status"] for link in links] == ["monetised"] * 6


async def test_a_paying_link_that_could_not_be_made_again_is_lost_for_ten_minutes_at_most(world: World) -> None:
    product_id = world.product_id(0)
    await world.link(page_of(product_id))
    world.clock.leap(40 * DAY)
    world.sandbox.add_fault(MissingPromotionLink(count=1, method=LINKS))
    assert (await world.link(page_of(product_id))).status is CacheStatus.STALE
    await world.tasks.close(5.0)
    world.clock.leap(10 * MINUTE)
    assert data_of(await world.link(page_of(product_id)))["status"] == "monetised"


async def test_an_unknown_tracking_id_is_not_asked_about_again_for_a_minute(world: World) -> None:
    for attempt in range(3):
        with pytest.raises(TrackingIdUnknown) as raised:
            await world.link(page_of(world.product_id(attempt)), tracking_id="nobody")
        assert raised.value.upstream_calls == (1 if attempt == 0 else 0)
    assert world.calls() == 1
    world.clock.leap(61.0)
    with pytest.raises(TrackingIdUnknown):
        await world.link(page_of(world.product_id(0)), tracking_id="nobody")
    assert world.calls() == 2


async def test_an_unknown_tracking_id_is_nobody_elses_trouble(world: World) -> None:
    with pytest.raises(TrackingIdUnknown):
        await world.link(page_of(world.product_id(0)), tracking_id="nobody")
    assert data_of(await world.link(page_of(world.product_id(0)), tracking_id="deals"))["status"] == "monetised"


async def test_endless_unknown_tracking_ids_cannot_fill_memory(world: World) -> None:
    links = world.answers.products._links
    for number in range(2_000):
        links._learnt_unknown(f"nobody{number}", TrackingIdUnknown("unknown", upstream_calls=1))
    assert len(links._unknown) == 1_000


async def test_the_houses_own_tracking_id_that_is_unknown_is_the_operators_trouble(world: World) -> None:
    world.sandbox.add_fault(BusinessError(resp_code=402, method=LINKS))
    with pytest.raises(CredentialsRejected) as raised:
        await world.link(page_of(world.product_id(0)))
    assert "'default'" in raised.value.detail
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)


async def test_a_known_link_serves_when_the_platform_fails(world: World) -> None:
    product_id = world.product_id(0)
    first = data_of(await world.link(page_of(product_id)))
    world.clock.leap(100 * DAY)
    world.sandbox.add_fault(Status(status=503))
    answer = await world.link(page_of(product_id))
    assert (data_of(answer), answer.status, answer.reason) == (first, CacheStatus.STALE, "upstream_down")


async def test_a_link_is_dead_after_a_hundred_and_fifty_days(world: World) -> None:
    product_id = world.product_id(0)
    await world.link(page_of(product_id))
    world.clock.leap(150 * DAY + 1)
    world.sandbox.add_fault(Status(status=503))
    with pytest.raises(UpstreamDown):
        await world.link(page_of(product_id))


async def test_a_short_link_is_followed_once(world: World) -> None:
    short = data_of(await world.link(page_of(world.product_id(0)), tracking_id="deals"))["url"]
    links = [data_of(await world.link(short)) for _ in range(2)]
    assert [link["product_id"] for link in links] == [world.product_id(0)] * 2
    known = world.store.get(resolution_key(short))
    assert known is not None
    assert known.expect(Resolution) == Resolution(page_of(world.product_id(0)), world.product_id(0))
    assert known.freshness is FreshnessClass.LINKS
    assert world.calls(LINKS) == 2


async def test_a_dead_short_link_is_remembered_for_ten_minutes(world: World) -> None:
    dead = "https://s.click.aliexpress.com/e/_cNEVERMADE"
    assert data_of(await world.link(dead))["status"] == "unresolvable"
    known = world.store.get(resolution_key(dead))
    assert known is not None
    assert (known.freshness, known.expect(Resolution)) == (FreshnessClass.EMPTY, Resolution(None, None))
    assert world.calls() == 0


async def test_a_ban_does_not_keep_a_short_link_from_being_followed_to_a_link_that_is_known(world: World) -> None:
    product_id = world.product_id(0)
    await world.link(page_of(product_id))
    short = data_of(await world.link(page_of(product_id), tracking_id="deals"))["url"]
    world.sandbox.add_fault(Ban(seconds=3600))
    with pytest.raises(UpstreamBanned):
        await world.link(page_of(world.product_id(1)))
    assert data_of(await world.link(short))["status"] == "monetised"


async def test_an_entry_names_its_tracking_id_and_its_product(world: World) -> None:
    product_id = world.product_id(0)
    await world.link(page_of(product_id), tracking_id="deals")
    known = entry(world, product_id, "deals")
    assert known is not None
    assert known.tags == ("tracking:deals", f"product:{product_id}")
    assert known.expect(Minted).reason is None


async def test_a_page_that_is_no_products_has_a_link_too(world: World) -> None:
    shop = "https://www.aliexpress.com/store/1101234567"
    link = data_of(await world.link(f"{shop}?spm=x"))
    assert (link["status"], link["product_id"], link["canonical_url"]) == ("monetised", None, shop)
    known = world.store.get(link_key("default", shop))
    assert known is not None
    assert known.tags == ("tracking:default",)
