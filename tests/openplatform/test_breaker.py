"""The breaker: opens on a row of failures, probes, closes on any sign of life."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach import errors
from alistach.errors import GatewayError
from alistach.openplatform import rejections
from alistach.openplatform.breaker import (
    Breaker,
    Condition,
    Tolerance,
    abandoned,
    answered,
    calling,
    closed_for,
    condition,
    counts_against,
    failed,
    may_call,
)

TOLERANCE = Tolerance(failures=3, first_seconds=5.0, longest_seconds=20.0)


def after_failures(count: int, now: float = 100.0) -> Breaker:
    breaker = Breaker()
    for _ in range(count):
        breaker = failed(breaker, TOLERANCE, now)
    return breaker


def after_failed_probe(breaker: Breaker, now: float) -> Breaker:
    return failed(calling(breaker), TOLERANCE, now)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (errors.UpstreamDown, True),
        (errors.UpstreamInvalid, True),
        (errors.DeadlineExceeded, True),
        (errors.UpstreamBanned, False),
        (errors.UpstreamBusy, False),
        (rejections.BackendFailed, False),
        (rejections.PlatformCodeUnknown, False),
        (errors.CredentialsRejected, False),
        (rejections.SignatureRejected, False),
        (errors.PermissionGroupMissing, False),
        (errors.InvalidParameters, False),
        (errors.TrackingIdUnknown, False),
        (errors.InternalError, False),
    ],
)
def test_only_the_platforms_own_failures_count(kind: type[GatewayError], counts: bool) -> None:
    assert counts_against(kind("detail")) is counts


def test_fewer_failures_than_tolerated_change_nothing() -> None:
    breaker = after_failures(2)
    assert condition(breaker, TOLERANCE, 100.0) is Condition.CLOSED
    assert may_call(breaker, TOLERANCE, 100.0)
    assert closed_for(breaker, TOLERANCE, 100.0) == 0.0


def test_an_answer_in_between_starts_the_count_anew() -> None:
    assert answered() == Breaker()
    assert condition(failed(answered(), TOLERANCE, 1.0), TOLERANCE, 1.0) is Condition.CLOSED


def test_enough_failures_in_a_row_open_it() -> None:
    breaker = after_failures(3)
    assert condition(breaker, TOLERANCE, 104.9) is Condition.OPEN
    assert not may_call(breaker, TOLERANCE, 104.9)
    assert closed_for(breaker, TOLERANCE, 101.0) == 4.0


def test_after_the_pause_one_probe_may_go() -> None:
    breaker = after_failures(3)
    assert condition(breaker, TOLERANCE, 105.0) is Condition.HALF_OPEN
    assert may_call(breaker, TOLERANCE, 105.0)
    assert not may_call(calling(breaker), TOLERANCE, 105.0)


def test_a_probe_that_was_abandoned_makes_room_for_another() -> None:
    breaker = abandoned(calling(after_failures(3)))
    assert breaker == after_failures(3)
    assert may_call(breaker, TOLERANCE, 105.0)


def test_a_probe_that_succeeds_closes_it() -> None:
    assert condition(answered(), TOLERANCE, 105.0) is Condition.CLOSED


def test_each_failed_probe_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = after_failures(3), 100.0, []
    for _ in range(5):
        pauses.append(closed_for(breaker, TOLERANCE, now))
        now += pauses[-1]
        breaker = after_failed_probe(breaker, now)
    assert pauses == [5.0, 10.0, 20.0, 20.0, 20.0]


def test_a_failure_of_a_call_sent_before_it_opened_says_nothing_new() -> None:
    breaker = after_failures(3)
    assert failed(breaker, TOLERANCE, 104.0) == breaker


def test_while_closed_calls_are_no_probes() -> None:
    assert calling(Breaker()) == Breaker()
    assert abandoned(Breaker(failures=2)) == Breaker(failures=2)


@given(st.lists(st.tuples(st.sampled_from(["fail", "answer", "abandon"]), st.floats(0, 30)), max_size=60))
def test_while_open_there_is_at_most_one_call_per_pause(events: list[tuple[str, float]]) -> None:
    breaker, now, row = Breaker(), 0.0, 0
    for event, passed in events:
        now += passed
        if not may_call(breaker, TOLERANCE, now):
            assert breaker.opened_at is not None
            assert now < breaker.opened_at + TOLERANCE.longest_seconds
            continue
        breaker = calling(breaker)
        assert breaker.opened_at is None or not may_call(breaker, TOLERANCE, now)
        match event:
            case "fail":
                breaker, row = failed(breaker, TOLERANCE, now), row + 1
            case "answer":
                breaker, row = answered(), 0
            case _:
                breaker = abandoned(breaker)
        assert (breaker.opened_at is not None) == (row >= TOLERANCE.failures)
