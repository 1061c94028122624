"""One request and its reply."""

from __future__ import annotations

import gc

import msgspec

from alistach.observe.exchange import Exchange
from tests.observe.making import exchange


def test_a_new_exchange_knows_only_what_came() -> None:
    made = Exchange(1.0, "abcdefghijkl", "GET", "/", "127.0.0.1", 0.5)
    assert (made.caller, made.operation, made.cache) == ("-", "-", "-")
    assert (made.status, made.calls, made.seconds, made.body_bytes) == (0, 0, 0.0, 0)
    assert (made.code, made.client_request_id, made.upstream_request_id) == (None, None, None)


def test_an_exchange_is_filled_in_while_it_is_handled() -> None:
    made = Exchange(1.0, "abcdefghijkl", "GET", "/", "127.0.0.1", 0.5)
    made.status, made.code, made.calls = 503, "upstream_down", 3
    assert (made.status, made.code, made.calls) == (503, "upstream_down", 3)


def test_an_exchange_is_no_work_for_the_garbage_collector() -> None:
    assert not gc.is_tracked(exchange())


def test_an_exchange_can_be_written_down_and_read_back() -> None:
    made = exchange(code="upstream_down", status=503)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Exchange) == made
