"""Answers about categories: the roots and the children of one, in the documented shape."""

from __future__ import annotations

import msgspec
import pytest

from alistach.answers.asker import CacheStatus
from alistach.errors import NotFound
from tests.answers.making import DAY
from tests.answers.shapes import differences, golden
from tests.answers.world import World, data_of


async def test_the_roots_have_the_documented_shape(world: World) -> None:
    answer = await world.roots()
    assert list(differences(golden("categories"), msgspec.json.decode(answer.body))) == []
    assert {category["parent_id"] for category in data_of(answer)["categories"]} == {None}


async def test_the_children_have_the_documented_shape(world: World) -> None:
    root = data_of(await world.roots())["categories"][0]["id"]
    answer = await world.children(root)
    assert list(differences(golden("children"), msgspec.json.decode(answer.body))) == []
    assert {category["parent_id"] for category in data_of(answer)["categories"]} == {root}


async def test_metadata_is_the_source_alone(world: World) -> None:
    metadata = msgspec.json.decode((await world.roots()).body)["metadata"]
    assert {name: value for name, value in metadata.items() if value is not None} == {"source": "sandbox"}


async def test_a_category_without_children_is_an_honest_empty_list(world: World) -> None:
    root = data_of(await world.roots())["categories"][0]["id"]
    leaf = data_of(await world.children(root))["categories"][0]["id"]
    assert data_of(await world.children(leaf))["categories"] == []


async def test_a_category_that_is_not_in_the_tree_is_not_found_and_charged(world: World) -> None:
    with pytest.raises(NotFound) as raised:
        await world.children("999999999999")
    assert "GET /api/categories lists those at the root" in raised.value.detail
    assert (raised.value.upstream_calls, world.calls()) == (1, 1)
    with pytest.raises(NotFound) as raised:
        await world.children("999999999999")
    assert raised.value.upstream_calls == 0


async def test_zeros_in_front_of_an_id_are_no_other_category(world: World) -> None:
    root = data_of(await world.roots())["categories"][0]["id"]
    assert (await world.children(f"00{root}")).body is (await world.children(root)).body


async def test_roots_and_children_are_different_answers(world: World) -> None:
    roots = await world.roots()
    children = await world.children(data_of(roots)["categories"][0]["id"])
    assert roots.etag != children.etag
    assert (roots.status, children.status) == (CacheStatus.MISS, CacheStatus.HIT)


async def test_an_answer_is_good_for_a_week_less_its_jitter(world: World) -> None:
    answer = await world.roots()
    assert 6.3 * DAY <= answer.fresh_until - answer.received_at <= 7 * DAY
