"""What request headers ask for: how fresh (RFC 9111 §5.2.1) and how long the caller waits (RFC 7240 §4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from alistach.answers.freshness import Directives

DEFAULT_WAIT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 30.0

_SECONDS = re.compile(r"[0-9]{1,9}")


def joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; one that is there more than once is one list (RFC 9110 §5.3)."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def directives(headers: Mapping[bytes, bytes]) -> Directives:
    """The directives of `Cache-Control`; what cannot be read is ignored, as RFC 9111 asks."""
    said = dict(_items(headers.get(b"cache-control", b"")))
    max_age = said.get("max-age", "")
    return Directives("no-cache" in said, float(max_age) if _SECONDS.fullmatch(max_age) else None)


def patience(headers: Mapping[bytes, bytes]) -> float:
    """Seconds that the caller waits for the platform, by `Prefer: wait=N`; 10 if it does not say, 30 at most."""
    # Of a preference that is there more than once the first counts (RFC 7240 §2), so it goes in last.
    wait = dict(reversed(list(_items(headers.get(b"prefer", b""))))).get("wait", "")
    return min(float(wait), LONGEST_WAIT_SECONDS) if _SECONDS.fullmatch(wait) else DEFAULT_WAIT_SECONDS


def _items(header: bytes) -> Iterator[tuple[str, str]]:
    for item in header.decode("latin-1").split(","):
        name, _, value = item.partition(";")[0].partition("=")
        yield name.strip().lower(), value.strip().strip('"')
