"""Counts and latencies, since the start and over the last hour."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.observe.metrics import BOUNDS_SECONDS, Metrics
from tests.observe.making import AT, exchange
from tests.steered import SteeredClock


def counted(*durations: float) -> Metrics:
    """Metrics that have seen answers of these durations."""
    metrics = Metrics(lambda: AT)
    for seconds in durations:
        metrics.count(exchange(seconds=seconds))
    return metrics


def within_a_quarter(shown: float | None, truth_seconds: float) -> bool:
    return shown is not None and truth_seconds * 1000 <= shown + 0.001 and shown <= truth_seconds * 1250 + 0.011


def test_without_a_request_there_is_nothing_to_share() -> None:
    traffic = Metrics(lambda: AT).total()
    assert (traffic.requests, traffic.hit_rate, traffic.success_rate) == (0, None, None)
    assert (traffic.latency.p50_ms, traffic.latency.p95_ms, traffic.latency.p99_ms) == (None, None, None)
    assert (traffic.by_status, traffic.by_operation, traffic.by_cache_status, traffic.upstream_calls) == ({}, {}, {}, 0)


def test_exchanges_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics(lambda: AT)
    for status, operation, cache, calls in (
        (200, "search", "miss", 1),
        (200, "search", "hit", 0),
        (200, "detail", "stale", 0),
        (304, "search", "hit", 0),
        (503, "search", "-", 3),
        (404, "-", "-", 0),
    ):
        metrics.count(exchange(status=status, operation=operation, cache=cache, calls=calls))
    traffic = metrics.total()
    assert traffic.requests == 6
    assert list(traffic.by_status.items()) == [("200", 3), ("304", 1), ("404", 1), ("503", 1)]
    assert list(traffic.by_operation.items()) == [("-", 1), ("detail", 1), ("search", 4)]
    assert list(traffic.by_cache_status.items()) == [("-", 2), ("hit", 2), ("miss", 1), ("stale", 1)]
    assert traffic.upstream_calls == 4


@pytest.mark.parametrize(
    ("caches", "rate"),
    [
        ([], None),
        (["-", "-"], None),
        (["miss"], 0.0),
        (["hit"], 1.0),
        (["hit", "miss"], 0.5),
        (["hit", "stale", "collapsed", "miss"], 0.75),
        (["-", "hit", "miss", "miss"], 0.3333),
    ],
)
def test_the_hit_rate_is_the_share_of_answers_that_needed_no_call_of_their_own(
    caches: Iterable[str], rate: float | None
) -> None:
    metrics = Metrics(lambda: AT)
    for cache in caches:
        metrics.count(exchange(cache=cache))
    assert metrics.total().hit_rate == rate


@pytest.mark.parametrize(
    ("statuses", "rate"), [([200, 404, 429], 1.0), ([200, 503], 0.5), ([500], 0.0), ([200, 200, 504], 0.6667)]
)
def test_only_what_failed_on_our_side_counts_against_success(statuses: Iterable[int], rate: float) -> None:
    metrics = Metrics(lambda: AT)
    for status in statuses:
        metrics.count(exchange(status=status))
    assert metrics.total().success_rate == rate


def test_percentiles_are_those_of_the_durations() -> None:
    dice = random.Random(1)
    durations = sorted(dice.lognormvariate(-6, 1.5) for _ in range(10_000))
    latency = counted(*dice.sample(durations, len(durations))).total().latency
    assert within_a_quarter(latency.p50_ms, durations[4_999])
    assert within_a_quarter(latency.p95_ms, durations[9_499])
    assert within_a_quarter(latency.p99_ms, durations[9_899])


@given(st.lists(st.floats(1e-5, 60.0), min_size=1, max_size=60))
def test_a_percentile_is_right_to_a_quarter_of_itself(durations: list[float]) -> None:
    latency = counted(*durations).total().latency
    middle = sorted(durations)[-(-len(durations) // 2) - 1]
    assert within_a_quarter(latency.p50_ms, middle)


def test_percentiles_of_one_are_that_one() -> None:
    latency = counted(0.02).total().latency
    assert latency.p50_ms == latency.p95_ms == latency.p99_ms
    assert within_a_quarter(latency.p50_ms, 0.02)


@pytest.mark.parametrize(("seconds", "bound"), [(0.0, BOUNDS_SECONDS[0]), (1e9, BOUNDS_SECONDS[-1])])
def test_durations_beyond_the_buckets_are_in_the_outermost(seconds: float, bound: float) -> None:
    assert counted(seconds).total().latency.p50_ms == round(bound * 1000, 3)


async def test_the_last_hour_forgets_what_is_older_and_the_total_does_not() -> None:
    clock = SteeredClock(AT)
    metrics = Metrics(clock.now)
    metrics.count(exchange(at=clock.now(), calls=1))
    await clock.advance(59 * 60)
    metrics.count(exchange(at=clock.now(), calls=2))
    assert (metrics.last_hour().requests, metrics.total().requests) == (2, 2)
    await clock.advance(60)
    assert (metrics.last_hour().requests, metrics.last_hour().upstream_calls) == (1, 2)
    await clock.advance(59 * 60)
    assert (metrics.last_hour().requests, metrics.total().requests) == (0, 2)
    assert metrics.total().upstream_calls == 3


async def test_a_day_of_requests_takes_the_room_of_an_hour() -> None:
    clock = SteeredClock(AT)
    metrics = Metrics(clock.now)
    for _ in range(24 * 60):
        metrics.count(exchange(at=clock.now(), seconds=0.001))
        await clock.advance(60)
    assert len(metrics._minutes) == 60
    assert (metrics.total().requests, metrics.last_hour().requests) == (1_440, 59)
    assert within_a_quarter(metrics.total().latency.p99_ms, 0.001)


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    metrics = Metrics(lambda: AT)
    for at in (AT, AT + 3_600, AT - 3_600, AT):
        metrics.count(exchange(at=at))
    assert metrics.total().requests == 4


def test_a_request_that_began_in_the_minute_before_is_counted() -> None:
    metrics = Metrics(lambda: AT)
    for at in (AT + 60, AT + 59.9, AT + 60.1):
        metrics.count(exchange(at=at))
    assert (metrics.total().requests, metrics.last_hour().requests) == (3, 3)


def test_what_no_caller_is_charged_with_is_counted_apart() -> None:
    metrics = Metrics(lambda: AT)
    metrics.charge_system(2)
    metrics.charge_system(1)
    assert (metrics.system_calls, metrics.total().upstream_calls) == (3, 0)
