"""Askers: what they say, and the tab of what they are charged with."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from alistach.answers.asker import Asker, CacheStatus, Found, Tab
from alistach.answers.freshness import NO_DIRECTIVES, Directives
from tests.answers.making import make_entry


def test_an_asker_says_nothing_of_freshness_unless_it_does() -> None:
    assert Asker(12.5).directives is NO_DIRECTIVES
    assert Directives(no_cache=False, max_age=None) == NO_DIRECTIVES


def test_each_asker_has_a_tab_of_its_own() -> None:
    one, other = Asker(1.0), Asker(1.0)
    one.tab.calls += 3
    assert (one.tab.calls, other.tab.calls) == (3, 0)


def test_a_new_tab_leaves_the_old_one_alone() -> None:
    asker = Asker(1.0)
    payer = replace(asker, tab=Tab())
    payer.tab.calls += 1
    assert (asker.tab.calls, payer.deadline) == (0, 1.0)


def test_statuses_are_the_parameters_of_cache_status() -> None:
    assert {status.name: status.value for status in CacheStatus} == {
        "HIT": "hit",
        "COLLAPSED": "collapsed",
        "MISS": "fwd=miss; stored",
        "STALE": "fwd=stale",
    }


def test_an_entry_is_found_without_a_failure_unless_there_was_one() -> None:
    assert Found(make_entry(), CacheStatus.HIT).reason is None


def test_an_asker_has_not_spent_anything_at_first() -> None:
    assert Asker(1.0).tab == Tab(0)


def test_what_was_found_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Found(make_entry(), CacheStatus.HIT).status = CacheStatus.MISS  # type: ignore[misc]
