"""Where an answer came from, in a line."""

from __future__ import annotations

import pytest

from alistach.cli.origin import origin
from alistach.cli.reply import Reply

BODY = b'{"success":true,"data":{},"metadata":{"source":"%s","price_as_of":%s}}'


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"cache-status": "alistach; hit", "age": "12", "x-upstream-calls": "0"}, "cached, 12 s old; 0 upstream calls"),
        ({"cache-status": "alistach; fwd=miss; stored", "x-upstream-calls": "1"}, "new; 1 upstream call"),
        ({"cache-status": "alistach; fwd=stale; detail=x", "age": "9"}, "STALE, 9 s old; 0 upstream calls"),
        ({"cache-status": "alistach; collapsed"}, "shared with another asker; 0 upstream calls"),
        ({"x-upstream-calls": "2"}, "new; 2 upstream calls"),
    ],
)
def test_the_cache_status_is_put_in_words(headers: dict[str, str], told: str) -> None:
    assert origin(Reply(200, headers, BODY % (b"live", b"null"))) == f"LIVE: {told}."


def test_the_sandbox_is_named_and_prices_have_their_time() -> None:
    reply = Reply(200, {}, BODY % (b"sandbox", b'"2026-11-23T08:00:00Z"'))
    assert origin(reply) == "SANDBOX: new; prices of 2026-11-23T08:00:00Z; 0 upstream calls."
