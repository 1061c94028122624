"""The category tree on the sandbox: one call for all of it, kept for long, never replaced by nothing."""

from __future__ import annotations

import asyncio

import pytest

from alistach.answers.cachekey import CATEGORIES_KEY
from alistach.answers.entry import Tree
from alistach.answers.freshness import FreshnessClass
from alistach.errors import UpstreamDown, UpstreamInvalid
from alistach.sandbox.faults import Empty, Status
from tests.answers.making import DAY
from tests.answers.world import CATEGORIES, World, data_of


async def test_the_whole_tree_comes_with_one_call(world: World) -> None:
    roots = data_of(await world.roots())["categories"]
    for root in roots:
        await world.children(root["id"])
    assert world.calls() == world.calls(CATEGORIES) == 1


async def test_the_entry_holds_every_category_once(world: World) -> None:
    await world.roots()
    known = world.store.get(CATEGORIES_KEY)
    assert known is not None
    nodes = known.expect(Tree).nodes
    assert known.freshness is FreshnessClass.CATEGORIES
    assert len({node.id for node in nodes}) == len(nodes) > 10
    assert {node.parent_id for node in nodes} <= {None, *(node.id for node in nodes)}


async def test_an_entry_says_when_its_call_was_sent_and_when_it_was_answered(world: World) -> None:
    before = world.clock.now()
    await world.roots()
    known = world.store.get(CATEGORIES_KEY)
    assert known is not None
    assert before < known.asked_at < known.received_at < world.clock.now()


async def test_many_askers_share_one_call(world: World) -> None:
    answers = await asyncio.gather(*(world.roots() for _ in range(50)))
    assert (world.calls(), sum(answer.calls for answer in answers)) == (1, 1)


async def test_a_tree_without_categories_is_a_failure(world: World) -> None:
    world.sandbox.add_fault(Empty())
    with pytest.raises(UpstreamInvalid) as raised:
        await world.roots()
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)
    assert world.store.get(CATEGORIES_KEY) is None


async def test_a_tree_without_categories_does_not_replace_one_that_is_known(world: World) -> None:
    first = await world.roots()
    world.sandbox.add_fault(Empty())
    world.clock.leap(8 * DAY)
    await world.roots()
    await world.tasks.close(5.0)
    world.clock.leap(30 * DAY)
    assert (await world.roots()).body == first.body


async def test_a_known_tree_serves_half_a_year_when_the_platform_fails(world: World) -> None:
    first = await world.roots()
    world.sandbox.add_fault(Status(status=503))
    world.clock.leap(179 * DAY)
    answer = await world.roots()
    assert (answer.body, answer.reason) == (first.body, "upstream_down")
    world.clock.leap(2 * DAY)
    with pytest.raises(UpstreamDown):
        await world.roots()
