"""A caller at or below its limits is never refused; one over them is, and is told for how long."""

from __future__ import annotations

import math
import sys
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alistach.admission.ratelimit import (
    MINUTE_SECONDS,
    Bucket,
    Buckets,
    Limits,
    Policy,
    Verdict,
    limit_header,
    policy_header,
    retry_after_header,
    standing,
    take,
)

DEFAULT = Limits(per_second=20, per_minute=600)

# What a bucket may be overdrawn by, in requests.
SLACK = 0.0002


def burst(bucket: Bucket, limits: Limits, now: float, count: int) -> list[bool]:
    return [take(bucket, limits, now).allowed for _ in range(count)]


# Over the limit


@pytest.mark.parametrize(("per_second", "per_minute"), [(0, 600), (20, 0), (-1, 600), (20, -5)])
def test_a_limit_below_one_cannot_be_made(per_second: int, per_minute: int) -> None:
    with pytest.raises(ValueError, match="A limit must be at least 1"):
        Limits(per_second, per_minute)


def test_the_request_after_the_last_of_a_second_is_refused() -> None:
    assert burst(Bucket(DEFAULT, 100.0), DEFAULT, 100.0, 22) == [True] * 20 + [False] * 2


def test_a_refusal_says_the_policy_the_wait_and_when_all_is_back() -> None:
    bucket = Bucket(DEFAULT, 100.0)
    burst(bucket, DEFAULT, 100.0, 20)
    assert take(bucket, DEFAULT, 100.0) == Verdict(False, 0, 1.0, 0.05, Policy.SECOND)


def test_the_request_after_the_last_of_a_minute_is_refused() -> None:
    limits = Limits(per_second=1000, per_minute=30)
    bucket = Bucket(limits, 0.0)
    assert burst(bucket, limits, 0.0, 31) == [True] * 30 + [False]
    assert take(bucket, limits, 0.0) == Verdict(False, 0, 60.0, 2.0, Policy.MINUTE)


def test_a_minute_smaller_than_the_second_is_what_counts() -> None:
    limits = Limits(per_second=20, per_minute=3)
    assert burst(Bucket(limits, 0.0), limits, 0.0, 4) == [True, True, True, False]


def test_when_both_are_spent_the_longer_wait_is_told() -> None:
    limits = Limits(per_second=5, per_minute=5)
    bucket = Bucket(limits, 0.0)
    burst(bucket, limits, 0.0, 5)
    assert take(bucket, limits, 0.0) == Verdict(False, 0, 60.0, 12.0, Policy.MINUTE)


def test_when_only_the_second_is_spent_its_short_wait_is_told() -> None:
    limits = Limits(per_second=2, per_minute=120)
    bucket = Bucket(limits, 0.0)
    burst(bucket, limits, 0.0, 2)
    assert take(bucket, limits, 0.25) == Verdict(False, 0, 0.75, 0.25, Policy.SECOND)


def test_a_refused_request_costs_nothing() -> None:
    bucket = Bucket(DEFAULT, 0.0)
    burst(bucket, DEFAULT, 0.0, 1000)
    assert burst(bucket, DEFAULT, 0.05, 2) == [True, False]


def test_hammering_does_not_put_off_the_next_turn() -> None:
    bucket = Bucket(DEFAULT, 0.0)
    burst(bucket, DEFAULT, 0.0, 20)
    answers = [take(bucket, DEFAULT, milliseconds / 1000).allowed for milliseconds in range(1, 501)]
    assert [index + 1 for index, allowed in enumerate(answers) if allowed] == list(range(50, 501, 50))


def test_a_steady_caller_at_twice_its_minute_is_cut_down_to_it() -> None:
    limits = Limits(per_second=20, per_minute=600)
    bucket = Bucket(limits, 0.0)
    allowed = [take(bucket, limits, tick / 20).allowed for tick in range(20 * 300)]
    # The full bucket of 600, then the 10 a second that it refills by.
    assert sum(allowed) == 600 + 299 * 10 + 9


def test_idling_for_long_saves_up_no_more_than_the_limit() -> None:
    bucket = Bucket(DEFAULT, 0.0)
    assert burst(bucket, DEFAULT, 1e6, 21) == [True] * 20 + [False]


# At or below the limit


def test_a_newcomer_has_all_but_its_first_request_left() -> None:
    assert take(Bucket(DEFAULT, 7.0), DEFAULT, 7.0) == Verdict(True, 19, 0.05, 0.0, Policy.SECOND)


def test_the_tightest_policy_is_the_one_with_the_fewest_left() -> None:
    limits = Limits(per_second=20, per_minute=60)
    bucket = Bucket(limits, 0.0)
    verdicts = [take(bucket, limits, float(second)) for second in range(59) for _ in range(2)]
    assert verdicts[0] == Verdict(True, 19, 0.05, 0.0, Policy.SECOND)
    assert verdicts[-1] == Verdict(True, 0, 60.0, 0.0, Policy.MINUTE)


def test_with_equal_limits_the_minute_is_named_since_it_takes_longer() -> None:
    limits = Limits(per_second=10, per_minute=10)
    assert take(Bucket(limits, 0.0), limits, 0.0) == Verdict(True, 9, 6.0, 0.0, Policy.MINUTE)


@pytest.mark.parametrize("start", [0.0, 0.1, 12345.678, 1e7 + 0.3])
def test_whole_bursts_a_second_apart_all_pass(start: float) -> None:
    limits = Limits(per_second=20, per_minute=1200)
    bucket = Bucket(limits, start)
    assert [burst(bucket, limits, start + second, 20) for second in range(60)] == [[True] * 20] * 60


@pytest.mark.parametrize("start", [0.0, 98765.4321, 1e7 + 0.7])
def test_an_even_pace_at_the_limit_passes_for_an_hour(start: float) -> None:
    limits = Limits(per_second=7, per_minute=420)
    bucket = Bucket(limits, start)
    assert all(take(bucket, limits, start + index / 7).allowed for index in range(7 * 3600))


def test_a_clock_that_stands_still_changes_nothing_but_the_count() -> None:
    bucket = Bucket(DEFAULT, 5.0)
    assert [take(bucket, DEFAULT, 5.0).remaining for _ in range(20)] == list(range(19, -1, -1))


def test_a_limit_that_was_lowered_holds_at_once() -> None:
    bucket = Bucket(DEFAULT, 0.0)
    assert burst(bucket, Limits(3, 600), 0.0, 4) == [True, True, True, False]


def test_a_limit_that_was_raised_is_reached_by_refilling() -> None:
    bucket = Bucket(Limits(1, 600), 0.0)
    assert burst(bucket, Limits(10, 600), 0.5, 7) == [True] * 6 + [False]


# Properties

limits_of = st.builds(Limits, st.integers(1, 50), st.integers(1, 200))
gaps = st.lists(
    st.one_of(st.just(0.0), st.floats(0, 0.3), st.floats(0, 5), st.sampled_from([1.0, 59.0, 60.0, 61.0])), max_size=200
)
starts = st.sampled_from([0.0, 1234.5678, 1e6 + 1 / 3, 1e7 + 0.1])


def times(start: float, between: list[float]) -> list[float]:
    moments = [start]
    for gap in between:
        moments.append(moments[-1] + gap)
    return moments


def fits(moments: list[float], now: float, limit: int, window: float) -> bool:
    """Whether one more request at `now` keeps every window of that length at or below the limit."""
    return sum(1 for moment in moments if moment > now - window) < limit


@given(limits_of, starts, gaps)
def test_a_caller_within_its_limits_in_every_window_is_never_refused(
    limits: Limits, start: float, between: list[float]
) -> None:
    bucket = Bucket(limits, start)
    sent: list[float] = []
    for now in times(start, between):
        if fits(sent, now, limits.per_second, 1.0) and fits(sent, now, limits.per_minute, MINUTE_SECONDS):
            sent.append(now)
            assert take(bucket, limits, now).allowed


@given(limits_of, starts, gaps)
def test_no_stretch_of_time_lets_more_through_than_a_full_bucket_and_its_refill(
    limits: Limits, start: float, between: list[float]
) -> None:
    bucket = Bucket(limits, start)
    passed = [now for now in times(start, between) if take(bucket, limits, now).allowed]
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            length, count = passed[last] - passed[first], last - first + 1
            assert count <= limits.per_second + length * limits.per_second + SLACK
            assert count <= limits.per_minute + length * limits.per_minute / MINUTE_SECONDS + SLACK


@given(limits_of, starts, gaps)
@example(Limits(1, 1), 0.0, [0.0])
def test_a_retry_after_the_time_told_passes_and_one_just_before_does_not(
    limits: Limits, start: float, between: list[float]
) -> None:
    bucket = Bucket(limits, start)
    for now in times(start, between):
        verdict = take(bucket, limits, now)
        if verdict.allowed:
            continue
        early, late = Bucket(limits, now), Bucket(limits, now)
        for twin in (early, late):
            twin.second, twin.minute, twin.at = bucket.second, bucket.minute, bucket.at
        assert take(late, limits, now + verdict.retry_after_seconds).allowed
        one_hundredth = 0.01 / (limits.per_second if verdict.policy is Policy.SECOND else limits.minute_rate)
        assert not take(early, limits, now + verdict.retry_after_seconds - one_hundredth).allowed


@given(limits_of, starts, gaps)
def test_the_number_left_is_how_many_more_pass_at_once(limits: Limits, start: float, between: list[float]) -> None:
    bucket = Bucket(limits, start)
    verdicts = [take(bucket, limits, now) for now in times(start, between)]
    left = verdicts[-1].remaining
    assert burst(bucket, limits, bucket.at, left + 1) == [True] * left + [False]


@given(limits_of, starts, gaps)
def test_after_the_reset_time_the_whole_limit_of_the_policy_is_there(
    limits: Limits, start: float, between: list[float]
) -> None:
    bucket = Bucket(limits, start)
    verdicts = [take(bucket, limits, now) for now in times(start, between)]
    last = verdicts[-1]
    take(bucket, limits, bucket.at + last.reset_seconds)
    level, whole = (
        (bucket.second, limits.per_second) if last.policy is Policy.SECOND else (bucket.minute, limits.per_minute)
    )
    assert math.isclose(level, whole - 1, abs_tol=SLACK)


# Headers


def test_the_policy_header_lists_both_limits() -> None:
    assert policy_header(DEFAULT) == '"second";q=20;w=1, "minute";q=600;w=60'


def test_the_limit_header_of_a_newcomer_names_the_second() -> None:
    assert limit_header(take(Bucket(DEFAULT, 0.0), DEFAULT, 0.0)) == '"second";r=19;t=1'


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(True, 599, 60.0, 0.0, Policy.MINUTE), '"minute";r=599;t=60'),
        (Verdict(True, 598, 0.2, 0.0, Policy.MINUTE), '"minute";r=598;t=1'),
        (Verdict(False, 0, 1.0, 0.05, Policy.SECOND), '"second";r=0;t=1'),
        (Verdict(False, 0, 59.01, 2.0, Policy.MINUTE), '"minute";r=0;t=60'),
    ],
)
def test_the_limit_header_rounds_the_reset_up(verdict: Verdict, expected: str) -> None:
    assert limit_header(verdict) == expected


@pytest.mark.parametrize(("wait", "expected"), [(0.001, "1"), (0.05, "1"), (1.0, "1"), (1.01, "2"), (12.0, "12")])
def test_retry_after_is_in_whole_seconds_and_long_enough(wait: float, expected: str) -> None:
    assert retry_after_header(Verdict(False, 0, 60.0, wait, Policy.MINUTE)) == expected


# All callers


def test_one_caller_at_its_limit_does_not_hold_up_another() -> None:
    buckets = Buckets()
    for _ in range(20):
        buckets.take("192.0.2.1", DEFAULT, 0.0)
    assert not buckets.take("192.0.2.1", DEFAULT, 0.0).allowed
    assert buckets.take("192.0.2.2", DEFAULT, 0.0).remaining == 19


def test_a_caller_that_was_quiet_for_less_than_a_minute_is_remembered() -> None:
    limits = Limits(per_second=100, per_minute=6)
    buckets = Buckets()
    for _ in range(6):
        buckets.take("quiet", limits, 0.0)
    for second in range(1, 60):
        buckets.take(f"other {second}", limits, float(second))
    assert buckets.take("quiet", limits, 59.0).remaining == 4


def test_a_caller_is_remembered_across_many_sweeps() -> None:
    limits = Limits(per_second=100, per_minute=2)
    buckets = Buckets()
    allowed = 0
    for second in range(3600):
        allowed += buckets.take("greedy", limits, float(second)).allowed
        buckets.take(f"other {second}", limits, float(second))
    assert allowed == 2 + 3599 // 30


def test_idle_callers_are_forgotten_while_one_caller_goes_on() -> None:
    buckets = Buckets()
    for number in range(1000):
        buckets.take(number, DEFAULT, 0.0)
    assert len(buckets) == 1000
    for step in range(400):
        buckets.take("steady", Limits(1000, 60000), 61.0 + step)
    assert len(buckets) == 1


def test_sweeping_looks_at_a_few_callers_at_a_time() -> None:
    buckets = Buckets()
    for number in range(1000):
        buckets.take(number, DEFAULT, 0.0)
    buckets.take("first", DEFAULT, 61.0)
    before = len(buckets)
    buckets.take("first", DEFAULT, 122.0)
    assert before - len(buckets) <= 4


def test_forgetting_outruns_newcomers() -> None:
    buckets = Buckets()
    for number in range(20_000):
        buckets.take(number, DEFAULT, number / 100)
    # 6,000 callers come in a minute; those of the minute before are being dropped.
    assert len(buckets) <= 12_100
    assert buckets.forgotten == 0


def test_a_full_house_forgets_the_newest_comers_and_counts_them() -> None:
    limits = Limits(per_second=2, per_minute=100)
    buckets = Buckets(most=10)
    for _ in range(2):
        for number in range(10):
            buckets.take(number, limits, 0.0)
    for number in range(100, 150):
        buckets.take(number, limits, 0.0)
    assert (len(buckets), buckets.forgotten) == (10, 50)
    refused = [number for number in range(9) if not buckets.take(number, limits, 0.0).allowed]
    assert len(refused) >= 8


def test_a_forgotten_caller_is_let_in_rather_than_refused() -> None:
    buckets = Buckets(most=1)
    limits = Limits(per_second=1, per_minute=1)
    answers = [buckets.take(caller, limits, 0.0).allowed for caller in ("a", "b", "a", "b")]
    assert (answers, buckets.forgotten) == ([True] * 4, 3)


def test_a_hundred_thousand_addresses_take_less_than_50_megabytes() -> None:
    tracemalloc.start()
    try:
        buckets = Buckets()
        for number in range(100_000):
            address = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64"
            buckets.take(address, DEFAULT, number / 2000)
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(buckets), buckets.forgotten) == (100_000, 0)
    assert size < 50_000_000


def test_a_bucket_has_no_dict() -> None:
    assert sys.getsizeof(Bucket(DEFAULT, 0.0)) <= 64
    assert not hasattr(Bucket(DEFAULT, 0.0), "__dict__")


@given(st.lists(st.floats(0.0, 5.0), max_size=30), st.floats(0.0, 90.0))
def test_looking_sees_what_taking_would_and_changes_nothing(pauses: list[float], later: float) -> None:
    limits, now = Limits(per_second=3, per_minute=20), 0.0
    bucket = Bucket(limits, now)
    for pause in pauses:
        now += pause
        take(bucket, limits, now)
    before = (bucket.at, bucket.second, bucket.minute)
    seen = standing(bucket, limits, now + later)
    assert (bucket.at, bucket.second, bucket.minute) == before
    assert seen.allowed is take(bucket, limits, now + later).allowed


def test_nobody_is_remembered_for_being_looked_at() -> None:
    buckets = Buckets()
    assert buckets.look("10.0.0.1", Limits(2, 5), 0.0) == Verdict(True, 2, 0.0, 0.0, Policy.SECOND)
    assert len(buckets) == 0
