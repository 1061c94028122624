"""aliexpress.affiliate.category.get over HTTP."""

from __future__ import annotations

from alistach.sandbox.categories import CATEGORIES as TREE
from tests.sandbox.calling import CATEGORIES, Caller
from tests.sandbox.golden import sample, shape


async def test_the_whole_tree_comes_at_once(caller: Caller) -> None:
    found = (await caller.resp_result(CATEGORIES))["result"]
    rows = found["categories"]["category"]
    assert found["total_result_count"] == len(rows) == len(TREE)
    assert [(row["category_id"], row["category_name"], row.get("parent_category_id")) for row in rows] == [
        (category.number, category.name, category.parent) for category in TREE
    ]


async def test_the_answer_has_the_recorded_shape(caller: Caller) -> None:
    assert shape(await caller.call(CATEGORIES)) == shape(sample("aliexpress.affiliate.category.get"))


async def test_a_root_has_no_parent_and_a_child_names_it_first(caller: Caller) -> None:
    rows = (await caller.resp_result(CATEGORIES))["result"]["categories"]["category"]
    assert rows[0] == {"category_name": "Food", "category_id": 2}
    assert list(rows[1]) == ["parent_category_id", "category_name", "category_id"]


async def test_a_simplified_tree_is_a_plain_list(caller: Caller) -> None:
    found = (await caller.call(CATEGORIES, simplify="true"))["resp_result"]["result"]
    assert len(found["categories"]) == len(TREE)


async def test_unknown_parameters_are_ignored(caller: Caller) -> None:
    assert (await caller.resp_result(CATEGORIES, app_signature="x", colour="red"))["resp_code"] == 200
