"""The rate check."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox.limiter import Limiter


def outcomes(moments: list[float], calls_per_second: float, ban_seconds: float = 1.0) -> list[float]:
    limiter = Limiter()
    return [limiter.admit(moment, calls_per_second, ban_seconds) for moment in moments]


def test_a_second_call_within_the_second_is_banned() -> None:
    assert outcomes([0.0, 0.999], 1) == [0.0, 1.0]


def test_a_call_a_second_is_admitted() -> None:
    assert outcomes([0.0, 1.0, 2.0, 3.0], 1) == [0.0, 0.0, 0.0, 0.0]


def test_calls_during_a_ban_are_told_what_is_left_and_do_not_lengthen_it() -> None:
    assert outcomes([0.0, 0.5, 2.5, 10.0, 10.5], 1, 10) == [0.0, 10, 8.0, 0.5, 0.0]


def test_five_a_second_may_come_at_once() -> None:
    assert outcomes([0.0] * 5 + [0.5], 5) == [0.0] * 5 + [1.0]


def test_the_second_moves_with_the_calls() -> None:
    assert outcomes([0.0, 0.9, 1.0, 1.85], 2) == [0.0, 0.0, 0.0, 1.0]


def test_less_than_one_a_second_widens_the_window() -> None:
    assert outcomes([0.0, 1.9, 20.0, 22.0], 0.5) == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("rate", [1.0, 1.5, 1.99])
def test_a_fraction_above_a_whole_call_admits_no_more(rate: float) -> None:
    assert outcomes([0.0, 0.5], rate) == [0.0, 1.0]


@given(st.integers(min_value=1, max_value=20), st.floats(min_value=0, max_value=1e6))
def test_calls_spaced_a_little_more_than_the_rate_are_never_banned(rate: int, start: float) -> None:
    moments = [start + number * 1.05 / rate for number in range(60)]
    assert outcomes(moments, rate) == [0.0] * 60


@given(st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=60), st.integers(1, 5))
def test_no_second_ever_admits_more_than_the_rate(gaps: list[float], rate: int) -> None:
    moments = sorted(gaps)
    told = outcomes(moments, rate)
    admitted = [moment for moment, left in zip(moments, told, strict=True) if left == 0]
    assert all(sum(first <= moment < first + 1 for moment in admitted) <= rate for first in admitted)
