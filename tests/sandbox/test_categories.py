"""The category tree."""

from __future__ import annotations

from collections import Counter

import pytest

from alistach.sandbox.categories import BY_NUMBER, CATEGORIES
from tests.sandbox.golden import sample


def test_no_number_is_used_twice() -> None:
    assert [number for number, times in Counter(c.number for c in CATEGORIES).items() if times > 1] == []


def test_every_parent_is_a_root_that_comes_first() -> None:
    seen: set[int] = set()
    for category in CATEGORIES:
        if category.parent is None:
            seen.add(category.number)
        assert category.parent is None or category.parent in seen


def test_every_root_has_children() -> None:
    roots = {category.number for category in CATEGORIES if category.parent is None}
    assert roots == {category.parent for category in CATEGORIES if category.parent is not None}


def test_there_are_enough_of_them() -> None:
    roots = [category for category in CATEGORIES if category.parent is None]
    assert (len(roots), len(CATEGORIES)) == (26, 106)


def test_every_recorded_category_is_here() -> None:
    answer = sample("aliexpress.affiliate.category.get")["aliexpress_affiliate_category_get_response"]
    for recorded in answer["resp_result"]["result"]["categories"]["category"]:
        ours = BY_NUMBER[recorded["category_id"]]
        assert (ours.name, ours.parent) == (recorded["category_name"], recorded.get("parent_category_id"))


@pytest.mark.parametrize(("number", "name"), [(200154001, "Kitchen, Dining & Bar"), (200000297, "Apparel Accessories")])
def test_names_keep_their_commas_and_ampersands(number: int, name: str) -> None:
    assert BY_NUMBER[number].name == name
