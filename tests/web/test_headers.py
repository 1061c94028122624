"""What request headers ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.freshness import NO_DIRECTIVES, Directives
from alistach.web.headers import DEFAULT_WAIT_SECONDS, LONGEST_WAIT_SECONDS, directives, joined, patience


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"max-age=soon", NO_DIRECTIVES),
        (b"max-age=-1", NO_DIRECTIVES),
        (b"max-age=", NO_DIRECTIVES),
        (b"max-age=1234567890", NO_DIRECTIVES),
        (b"no-store", NO_DIRECTIVES),
        (b"", NO_DIRECTIVES),
        (b"no-cache", Directives(no_cache=True)),
        (b"NO-CACHE", Directives(no_cache=True)),
        (b'no-cache="set-cookie"', Directives(no_cache=True)),
        (b"max-age=0", Directives(max_age=0.0)),
        (b'max-age="60"', Directives(max_age=60.0)),
        (b"no-transform, max-age=60 , no-cache", Directives(no_cache=True, max_age=60.0)),
    ],
)
def test_cache_control_is_read_and_what_cannot_be_read_is_ignored(header: bytes, expected: Directives) -> None:
    assert directives({b"cache-control": header}) == expected


def test_no_cache_control_asks_for_nothing() -> None:
    assert directives({}) == NO_DIRECTIVES


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"wait=", DEFAULT_WAIT_SECONDS),
        (b"wait=long", DEFAULT_WAIT_SECONDS),
        (b"wait=-1", DEFAULT_WAIT_SECONDS),
        (b"wait=1.5", DEFAULT_WAIT_SECONDS),
        (b"return=minimal", DEFAULT_WAIT_SECONDS),
        (b"wait=0", 0.0),
        (b"wait=5", 5.0),
        (b"Wait=5", 5.0),
        (b'wait="5"', 5.0),
        (b"respond-async, wait=5", 5.0),
        (b"wait=5; strict", 5.0),
        (b"wait=5, wait=20", 5.0),
        (b"wait=30", 30.0),
        (b"wait=31", LONGEST_WAIT_SECONDS),
        (b"wait=999999999", LONGEST_WAIT_SECONDS),
    ],
)
def test_a_caller_says_how_long_it_waits(header: bytes, seconds: float) -> None:
    assert patience({b"prefer": header}) == seconds


def test_a_caller_that_does_not_say_waits_ten_seconds() -> None:
    assert patience({}) == 10.0


@given(st.binary(max_size=60))
def test_no_header_is_too_odd_to_be_read(header: bytes) -> None:
    assert 0.0 <= patience({b"prefer": header}) <= LONGEST_WAIT_SECONDS
    assert directives({b"cache-control": header}).no_cache in {False, True}


def test_a_header_that_is_there_twice_is_one_list() -> None:
    pairs = [(b"accept-encoding", b"br"), (b"host", b"a"), (b"accept-encoding", b"gzip;q=0.5")]
    assert joined(pairs) == {b"accept-encoding": b"br, gzip;q=0.5", b"host": b"a"}


def test_no_header_is_no_list() -> None:
    assert joined([]) == {}
