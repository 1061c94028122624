"""Repeats: which failures deserve one, how long to wait, and when it would be too late."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach import errors
from alistach.errors import GatewayError, UpstreamBanned, UpstreamDown
from alistach.openplatform import rejections
from alistach.openplatform.retry import Retries, repeats_worth, wait_before_repeat

RETRIES = Retries(most=2, first_wait=0.5, longest_wait=8.0)


def wait(
    error: GatewayError, failures: int = 1, *, chance: float = 1.0, deadline: float = math.inf, most: int = 2
) -> float | None:
    retries = Retries(most=most)
    return wait_before_repeat(error, failures, chance=chance, now=100.0, deadline=deadline, retries=retries)


@pytest.mark.parametrize(
    ("kind", "worth"),
    [
        (errors.InvalidParameters, 0),
        (errors.TrackingIdUnknown, 0),
        (errors.ProductUnavailable, 0),
        (errors.NotFound, 0),
        (errors.PermissionGroupMissing, 0),
        (errors.CredentialsRejected, 0),
        (rejections.AppKeyRejected, 0),
        (rejections.SignatureRejected, 0),
        (rejections.TokenRejected, 0),
        (rejections.AddressRejected, 0),
        (rejections.PublisherUnregistered, 0),
        (errors.UpstreamBusy, 0),
        (rejections.PlatformCodeUnknown, 0),
        (errors.DeadlineExceeded, 0),
        (errors.InternalError, 0),
        (rejections.ClockRejected, 1),
        (rejections.BackendFailed, 1),
        (errors.UpstreamInvalid, 1),
        (errors.UpstreamBanned, 2),
        (errors.UpstreamDown, 2),
    ],
)
def test_each_failure_deserves_so_many_repeats(kind: type[GatewayError], worth: int) -> None:
    assert repeats_worth(kind("detail"), RETRIES) == worth
    assert [failures for failures in range(1, 6) if wait(kind("detail"), failures) is not None] == [1, 2][:worth]


def test_no_repeats_at_all_can_be_asked_for() -> None:
    for kind in (rejections.ClockRejected, rejections.BackendFailed, UpstreamDown, UpstreamBanned):
        assert wait(kind("detail"), most=0) is None


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0)])
def test_waits_double_up_to_the_longest(failures: int, seconds: float) -> None:
    assert wait(UpstreamDown("x"), failures, most=9) == seconds


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 0.25), (0.5, 0.375), (1.0, 0.5)])
def test_chance_takes_off_up_to_half(chance: float, seconds: float) -> None:
    assert wait(UpstreamDown("x"), chance=chance) == seconds


def test_the_platforms_own_wait_is_kept() -> None:
    assert wait(UpstreamDown("x", retry_after=3.0)) == 3.0
    assert wait(UpstreamDown("x", retry_after=0.1)) == 0.5


def test_a_repeat_that_would_come_after_the_deadline_is_given_up() -> None:
    assert wait(UpstreamDown("x"), deadline=100.5) == 0.5
    assert wait(UpstreamDown("x"), deadline=100.4) is None
    assert wait(UpstreamDown("x", retry_after=3.0), deadline=102.9) is None


def test_a_ban_is_left_to_the_governor_unless_it_outlasts_the_deadline() -> None:
    assert wait(UpstreamBanned("x", retry_after=3.0), deadline=103.0) == 0.0
    assert wait(UpstreamBanned("x", retry_after=3.0), deadline=102.9) is None
    assert wait(UpstreamBanned("x"), deadline=100.0) == 0.0


@given(st.integers(1, 30), st.floats(0, 1), st.floats(100, 200), st.floats(0, 50))
def test_a_wait_is_never_too_short_too_long_or_too_late(
    failures: int, chance: float, deadline: float, retry_after: float
) -> None:
    found = wait(UpstreamDown("x", retry_after=retry_after), failures, chance=chance, deadline=deadline, most=30)
    if found is not None:
        assert max(0.25, retry_after) <= found <= max(8.0, retry_after)
        assert 100.0 + found <= deadline
