"""The category tree."""

from __future__ import annotations

from typing import Any

import pytest

from alistach.errors import UpstreamInvalid
from alistach.openplatform.categories import CATEGORIES, CategoryNode, CategoryQuery
from alistach.openplatform.envelope import open_envelope
from tests.openplatform.stand_ins import sample


@pytest.mark.parametrize(
    "payload",
    [
        {"surprise": 1},
        {"total_result_count": 564},
        {"total_result_count": 564, "categories": {}},
        {"categories": [{"category_name": "no id"}]},
    ],
)
def test_a_tree_that_is_missing_is_not_an_empty_one(payload: dict[str, Any]) -> None:
    with pytest.raises(UpstreamInvalid, match="list of categories that cannot be read"):
        CATEGORIES.decode(payload)


def test_the_recorded_tree_decodes() -> None:
    nodes = CATEGORIES.decode(open_envelope(sample("category.get"), CATEGORIES.method, "g").payload)
    assert len(nodes) == 19
    assert nodes[0] == CategoryNode("2", "Food", None)
    assert nodes[1] == CategoryNode("200180142", "Grocery", "2")
    assert nodes[-1] == CategoryNode("211106", "Desk Accessories & Organizer", "21")


def test_a_parent_that_is_zero_is_none() -> None:
    rows = [{"category_id": 3, "category_name": "Food &amp; Drink", "parent_category_id": 0}]
    assert CATEGORIES.decode({"categories": rows}) == (CategoryNode("3", "Food & Drink", None),)


def test_one_category_may_come_without_its_list() -> None:
    payload = {"categories": {"category_id": "3", "category_name": None}}
    assert CATEGORIES.decode(payload) == (CategoryNode("3", "", None),)


def test_an_empty_tree_that_says_so_is_empty() -> None:
    assert CATEGORIES.decode({"total_result_count": 0}) == CATEGORIES.empty() == ()


def test_the_question_has_no_parameters() -> None:
    assert CATEGORIES.encode(CategoryQuery()) == {}
