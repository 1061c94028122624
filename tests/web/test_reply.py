"""A reply before it leaves: the literal forms of its headers, conditional requests, codings, problems."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.answer import Answer
from alistach.answers.asker import CacheStatus
from alistach.errors import (
    AdminKeyMissing,
    InvalidParameters,
    KeyMissing,
    MethodNotAllowed,
    ParameterProblem,
    UpstreamBanned,
    UpstreamDown,
)
from alistach.web.reply import (
    ERRORS_URL,
    Reply,
    answered,
    has_tag,
    in_coding,
    json_reply,
    problem,
    stored_headers,
    unless_modified,
)
from tests.asking import SEARCH, Service
from tests.leaping import LeapingClock

ANSWER = Answer(
    body=b'{"success":true}' + b" " * 2_000,
    etag='W/"1f"',
    status=CacheStatus.HIT,
    received_at=1_000.0,
    calls=0,
    fresh_until=4_600.0,
)


def header(reply: Reply, name: bytes) -> bytes | None:
    """The one header of this name, if there is one."""
    found = [value for known, value in reply.headers if known == name]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("status", "literal", "logged"),
    [
        (CacheStatus.HIT, b"alistach; hit", "hit"),
        (CacheStatus.MISS, b"alistach; fwd=miss; stored", "miss"),
        (CacheStatus.STALE, b"alistach; fwd=stale", "stale"),
        (CacheStatus.COLLAPSED, b"alistach; collapsed", "collapsed"),
    ],
)
def test_an_answer_says_where_it_came_from(status: CacheStatus, literal: bytes, logged: str) -> None:
    reply = answered(replace(ANSWER, status=status), 1_000.0)
    assert (header(reply, b"cache-status"), reply.cache) == (literal, logged)


def test_a_stale_answer_says_why() -> None:
    reply = answered(replace(ANSWER, status=CacheStatus.STALE, reason="upstream_banned"), 1_000.0)
    assert header(reply, b"cache-status") == b"alistach; fwd=stale; detail=upstream_banned"


@pytest.mark.parametrize(("now", "age"), [(1_000.0, b"0"), (1_059.9, b"59"), (990.0, b"0")])
def test_an_answer_says_how_old_it_is_and_is_never_younger_than_new(now: float, age: bytes) -> None:
    assert header(answered(ANSWER, now), b"age") == age


def test_an_answer_says_what_it_cost() -> None:
    reply = answered(replace(ANSWER, calls=2), 1_000.0)
    assert (header(reply, b"x-upstream-calls"), reply.calls) == (b"2", 2)


def test_an_answer_that_needed_nobody_has_neither_age_nor_origin() -> None:
    reply = answered(replace(ANSWER, status=None), 1_000.0)
    assert (header(reply, b"cache-status"), header(reply, b"age"), reply.cache) == (None, None, "-")


def test_what_never_changes_of_an_answer() -> None:
    assert stored_headers(ANSWER) == (
        (b"content-type", b"application/json"),
        (b"etag", b'W/"1f"'),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept-encoding, origin"),
    )


@pytest.mark.parametrize(
    ("known", "is_named"),
    [
        (b'W/"1f"', True),
        (b'"1f"', True),
        (b"*", True),
        (b'"a", W/"1f"', True),
        (b'"a",W/"1f","b"', True),
        (b'  W/"1f"  ', True),
        (b"", False),
        (b'"1F"', False),
        (b"1f", False),
        (b'W/"1f', False),
        (b'"a", "b"', False),
        (b'w/"1f"', False),
    ],
)
def test_tags_are_compared_weakly(known: bytes, is_named: bool) -> None:
    assert has_tag(known, b'W/"1f"') is is_named


def test_a_body_that_the_caller_has_is_not_sent_again() -> None:
    reply = unless_modified(answered(ANSWER, 1_000.0), {b"if-none-match": b'W/"1f"'})
    assert (reply.status, reply.body, header(reply, b"etag")) == (304, b"", b'W/"1f"')
    assert header(reply, b"vary") == b"accept-encoding, origin"


def test_another_body_is_sent() -> None:
    reply = answered(ANSWER, 1_000.0)
    assert unless_modified(reply, {b"if-none-match": b'"other"'}) is reply
    assert unless_modified(reply, {}) is reply


def test_only_a_good_answer_with_a_tag_can_be_unchanged() -> None:
    for reply in (json_reply(b"{}"), problem(UpstreamDown("Down."), "/", "abc")):
        assert unless_modified(reply, {b"if-none-match": b"*"}) is reply


def test_a_body_is_coded_as_the_caller_takes_it() -> None:
    reply = in_coding(answered(ANSWER, 1_000.0), {b"accept-encoding": b"gzip"})
    assert (header(reply, b"content-encoding"), reply.body[:2]) == (b"gzip", b"\x1f\x8b")


def test_a_body_that_is_coded_is_not_coded_again() -> None:
    coded = Reply(200, [(b"content-encoding", b"br")], b"x" * 5_000)
    assert in_coding(coded, {b"accept-encoding": b"gzip"}) is coded


@pytest.mark.parametrize("headers", [{}, {b"accept-encoding": b"identity"}])
def test_a_body_is_not_coded_for_a_caller_that_takes_none(headers: dict[bytes, bytes]) -> None:
    reply = answered(ANSWER, 1_000.0)
    assert in_coding(reply, headers) is reply


def test_a_short_body_is_not_coded() -> None:
    reply = json_reply(b"x" * 999)
    assert in_coding(reply, {b"accept-encoding": b"gzip"}) is reply


def test_a_problem_has_these_members_in_this_order() -> None:
    error = UpstreamBanned("Ask again later.", retry_after=11.2, upstream_request_id="2101", upstream_calls=1)
    assert msgspec.json.decode(problem(error, "/api/products/search", "qmxwzplkvbtr").body) == {
        "type": f"{ERRORS_URL}#upstream_banned",
        "title": "AliExpress has banned this app key for 12 seconds",
        "status": 503,
        "detail": "Ask again later.",
        "instance": "/api/products/search",
        "success": False,
        "code": "upstream_banned",
        "request_id": "qmxwzplkvbtr",
        "upstream_request_id": "2101",
        "retry_after": 12,
        "doc_url": f"{ERRORS_URL}#upstream_banned",
    }


def test_a_problem_with_400_names_every_parameter() -> None:
    error = InvalidParameters(
        "page_size is wrong.", problems=(ParameterProblem("page_size", "must be 1 to 50, was 51"),)
    )
    told = msgspec.json.decode(problem(error, "/", "abc").body)["errors"]
    assert told == [{"parameter": "page_size", "message": "must be 1 to 50, was 51"}]


@pytest.mark.parametrize(
    ("seconds", "header_value"), [(0.0, b"1"), (0.2, b"1"), (1.0, b"1"), (1.1, b"2"), (60.0, b"60")]
)
def test_retry_after_is_whole_seconds_that_are_enough(seconds: float, header_value: bytes) -> None:
    assert header(problem(UpstreamDown("Down.", retry_after=seconds), "/", "abc"), b"retry-after") == header_value


def test_no_retry_after_is_told_where_none_is_known() -> None:
    reply = problem(UpstreamDown("Down."), "/", "abc")
    assert header(reply, b"retry-after") is None
    assert msgspec.json.decode(reply.body)["retry_after"] is None


def test_a_401_names_the_key_that_is_wanted() -> None:
    assert header(problem(KeyMissing("Key."), "/", "abc"), b"www-authenticate") == (
        b'ApiKey realm="alistach", header="X-API-Key"'
    )
    assert header(problem(AdminKeyMissing("Key."), "/", "abc"), b"www-authenticate") == (
        b'ApiKey realm="alistach admin", header="X-Admin-API-Key"'
    )


def test_a_405_names_the_methods() -> None:
    assert header(problem(MethodNotAllowed("No.", allow=("GET", "POST")), "/", "abc"), b"allow") == b"GET, POST"


@given(st.text(max_size=40))
def test_whatever_the_path_was_it_is_told(path: str) -> None:
    path = path.encode("utf-8", "replace").decode()
    assert msgspec.json.decode(problem(UpstreamDown("Down."), path, "abc").body)["instance"] == path


async def test_an_answer_grows_old_and_keeps_its_tag(service: Service, clock: LeapingClock) -> None:
    first = await service.get(SEARCH)
    clock.leap(100)
    later = await service.get(SEARCH)
    assert (first["age"], later["age"], later["etag"]) == ("0", "100", first["etag"])


@pytest.mark.parametrize("tags", ["{}", '"a", {}', "*"])
async def test_the_whole_service_answers_304(service: Service, tags: str) -> None:
    etag = (await service.get(SEARCH))["etag"]
    got = await service.get(SEARCH, {"If-None-Match": tags.format(etag)})
    assert (got.status, got.body, got["etag"], got["cache-status"]) == (304, b"", etag, "alistach; hit")
    assert service.log[-1].count(" status=304 ") == 1
