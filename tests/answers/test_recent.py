"""What was seen lately: distinct, counted, bounded, the newest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.recent import Recent


def test_nothing_was_seen_at_first() -> None:
    assert Recent(5).newest(5) == []


def test_the_newest_come_first() -> None:
    recent = Recent(5)
    recent.see(("a", "b"))
    recent.see(("c",))
    assert recent.newest(5) == [("c", 1), ("b", 1), ("a", 1)]


def test_what_is_seen_again_is_counted_and_new_again() -> None:
    recent = Recent(5)
    recent.see(("a", "b", "a"))
    assert recent.newest(5) == [("a", 2), ("b", 1)]


@pytest.mark.parametrize(("most", "expected"), [(0, []), (1, ["c"]), (2, ["c", "b"]), (9, ["c", "b", "a"])])
def test_no_more_are_told_than_asked_for(most: int, expected: list[str]) -> None:
    recent = Recent(5)
    recent.see("abc")
    assert [item for item, _ in recent.newest(most)] == expected


def test_what_is_forgotten_is_counted_anew() -> None:
    recent = Recent(2)
    recent.see("aabc")
    recent.see("a")
    assert recent.newest(2) == [("a", 1), ("c", 1)]


def test_it_says_whether_something_was_seen_lately() -> None:
    recent = Recent(2)
    recent.see("abc")
    assert [item in recent for item in "abc"] == [False, True, True]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=80), st.integers(1, 6))
def test_it_holds_the_last_distinct_items_and_no_more(items: list[str], limit: int) -> None:
    recent = Recent(limit)
    for item in items:
        recent.see((item,))
    last = list(dict.fromkeys(reversed(items)))[:limit]
    assert [item for item, _ in recent.newest(100)] == last
