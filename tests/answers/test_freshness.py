"""Freshness: the whole table, judged at its edges, with clears, directives, jitter and clocks that are set."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.freshness import (
    Directives,
    FreshnessClass,
    Lifetimes,
    Verdict,
    jittered,
    judge,
    keep_seconds,
    lifetimes,
)
from tests.answers.making import DAY, HOUR, MINUTE, TABLE

KEY = '["product","1005006338829917","USD","EN",""]'
FRESH, REVALIDATE, ERROR_ONLY, GONE = Verdict.FRESH, Verdict.REVALIDATE, Verdict.ERROR_ONLY, Verdict.GONE
C = FreshnessClass


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (C.CATEGORIES, Lifetimes(7 * DAY, 30 * DAY, 180 * DAY)),
        (C.DETAIL, Lifetimes(30 * MINUTE, DAY, 7 * DAY)),
        (C.LISTED, Lifetimes(30 * MINUTE, 0, 7 * DAY)),
        (C.SEARCH, Lifetimes(HOUR, 7 * HOUR, 7 * DAY)),
        (C.LINKS, Lifetimes(30 * DAY, 60 * DAY, 150 * DAY)),
        (C.EMPTY, Lifetimes(10 * MINUTE, 0, HOUR)),
        (C.UNAVAILABLE, Lifetimes(DAY, 0, 7 * DAY)),
        (C.PROVISIONAL, Lifetimes(10 * MINUTE, 0, 7 * DAY)),
    ],
)
def test_the_table_is_the_documented_one(kind: FreshnessClass, expected: Lifetimes) -> None:
    assert TABLE[kind] == expected


def test_every_class_has_lifetimes() -> None:
    assert set(TABLE) == set(FreshnessClass)


def test_settings_change_four_classes_and_their_companions() -> None:
    table = lifetimes(60, 120, 240, 480)
    assert table[C.DETAIL] == Lifetimes(60, 120, 7 * DAY)
    assert table[C.LISTED] == Lifetimes(60, 0, 7 * DAY)
    assert table[C.SEARCH] == Lifetimes(240, 240 + 6 * HOUR, 7 * DAY)
    assert table[C.LINKS] == Lifetimes(480, 960, 2400)
    assert table[C.CATEGORIES] == TABLE[C.CATEGORIES]


def test_a_product_ttl_below_the_price_ttl_does_not_shorten_the_fresh_life() -> None:
    assert lifetimes(1800, 60, 3600, 3600)[C.DETAIL].stale_while_revalidate == 1800


def test_a_product_ttl_over_a_week_prolongs_what_serves_for_failures() -> None:
    assert lifetimes(1800, 30 * DAY, 3600, 3600)[C.DETAIL].stale_if_error == 30 * DAY


def _verdicts(kind: FreshnessClass) -> list[tuple[float, Verdict]]:
    """Each class at, and just after, each of its edges."""
    policy = TABLE[kind]
    fresh = jittered(policy.fresh, KEY)
    edges = [(0.0, FRESH), (fresh, FRESH)]
    if policy.stale_while_revalidate > fresh:
        edges += [(math.nextafter(fresh, math.inf), REVALIDATE), (policy.stale_while_revalidate, REVALIDATE)]
    late = max(fresh, policy.stale_while_revalidate)
    edges += [(math.nextafter(late, math.inf), ERROR_ONLY), (policy.stale_if_error, ERROR_ONLY)]
    return [*edges, (math.nextafter(policy.stale_if_error, math.inf), GONE), (10_000 * DAY, GONE)]


@pytest.mark.parametrize(
    ("kind", "age", "expected"), [(kind, age, verdict) for kind in C for age, verdict in _verdicts(kind)]
)
def test_each_class_at_each_edge(kind: FreshnessClass, age: float, expected: Verdict) -> None:
    assert judge(age, TABLE[kind], KEY, cleared=False) is expected


@pytest.mark.parametrize("kind", list(FreshnessClass))
def test_what_is_cleared_serves_for_failures_alone(kind: FreshnessClass) -> None:
    policy = TABLE[kind]
    for age in (0.0, policy.fresh / 2, policy.stale_while_revalidate, policy.stale_if_error):
        assert judge(age, policy, KEY, cleared=True) is ERROR_ONLY


def test_what_is_cleared_and_too_old_is_gone() -> None:
    assert judge(8 * DAY, TABLE[C.DETAIL], KEY, cleared=True) is GONE


def test_no_cache_refuses_what_is_fresh() -> None:
    assert judge(0.0, TABLE[C.DETAIL], KEY, cleared=False, directives=Directives(no_cache=True)) is ERROR_ONLY


@pytest.mark.parametrize(
    ("age", "expected"),
    [(60.0, FRESH), (60.1, ERROR_ONLY), (20 * HOUR, ERROR_ONLY), (8 * DAY, GONE)],
)
def test_max_age_refuses_what_is_older(age: float, expected: Verdict) -> None:
    directives = Directives(max_age=60)
    assert judge(age, TABLE[C.DETAIL], KEY, cleared=False, directives=directives) is expected


def test_a_max_age_beyond_the_fresh_life_does_not_prolong_it() -> None:
    directives = Directives(max_age=DAY)
    assert judge(HOUR, TABLE[C.DETAIL], KEY, cleared=False, directives=directives) is REVALIDATE


def test_a_max_age_of_zero_takes_what_came_this_moment() -> None:
    directives = Directives(max_age=0)
    assert judge(0.0, TABLE[C.DETAIL], KEY, cleared=False, directives=directives) is FRESH


@pytest.mark.parametrize(
    ("age", "expected"),
    [(-1.0, FRESH), (-20 * HOUR, REVALIDATE), (-2 * DAY, ERROR_ONLY), (-365 * DAY, GONE)],
)
def test_an_entry_from_the_future_is_as_uncertain_as_one_that_far_in_the_past(age: float, expected: Verdict) -> None:
    assert judge(age, TABLE[C.DETAIL], KEY, cleared=False) is expected


@given(key=st.text(), fresh=st.floats(0, 1e9))
def test_jitter_takes_at_most_a_tenth_and_never_adds(key: str, fresh: float) -> None:
    assert fresh * 0.9 <= jittered(fresh, key) <= fresh


@given(key=st.text())
def test_jitter_is_the_same_each_time(key: str) -> None:
    assert jittered(1800.0, key) == jittered(1800.0, key)


def test_jitter_spreads_keys_over_the_whole_tenth() -> None:
    fresh_lives = [jittered(1000.0, f"key {number}") for number in range(1000)]
    tenths = [sum(900 + 10 * place <= life < 910 + 10 * place for life in fresh_lives) for place in range(10)]
    assert all(60 <= number <= 140 for number in tenths)


@given(
    kind=st.sampled_from(list(FreshnessClass)),
    ages=st.tuples(st.floats(0, 1e8), st.floats(0, 1e8)).map(sorted),
    cleared=st.booleans(),
    no_cache=st.booleans(),
    max_age=st.none() | st.floats(0, 1e8),
)
def test_an_entry_never_gets_better_with_age(
    kind: FreshnessClass, ages: list[float], cleared: bool, no_cache: bool, max_age: float | None
) -> None:
    order = list(Verdict)
    younger, older = (
        judge(age, TABLE[kind], KEY, cleared=cleared, directives=Directives(no_cache, max_age)) for age in ages
    )
    assert order.index(younger) <= order.index(older)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Lifetimes(3, 2, 1), 3), (Lifetimes(1, 3, 2), 3), (Lifetimes(1, 2, 3), 3), (TABLE[C.LINKS], 150 * DAY)],
)
def test_an_entry_is_kept_for_its_longest_life(policy: Lifetimes, expected: float) -> None:
    assert keep_seconds(policy) == expected
