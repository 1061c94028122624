"""Counts and latencies since the start and over the last hour, for the dashboard."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from alistach.observe.exchange import Exchange

# Upper bounds of the latency buckets: each a quarter more than the one before, from 10 microseconds to over a minute.
BOUNDS_SECONDS = tuple(1e-5 * 1.25**step for step in range(72))
_MINUTES_KEPT = 60


class Latency(msgspec.Struct, frozen=True):
    """Percentiles in milliseconds, each right to a quarter of itself; null without any request."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Traffic(msgspec.Struct, frozen=True):
    """What came and what became of it. Rates are shares of 1, null when there is nothing to share."""

    requests: int
    by_status: Mapping[str, int]
    by_operation: Mapping[str, int]
    by_cache_status: Mapping[str, int]
    hit_rate: float | None
    success_rate: float | None
    upstream_calls: int
    latency: Latency


@dataclass(slots=True)
class _Minute:
    number: int
    seen: dict[tuple[str, int, str], int] = field(default_factory=dict)
    calls: int = 0
    latencies: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_SECONDS) + 1))


class Metrics:
    """Counts exchanges by minute; minutes older than an hour are folded into the total."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._total = _Minute(0)
        self._minutes: deque[_Minute] = deque([_Minute(int(now() // 60))])
        self.system_calls = 0
        self.known = 0

    def charge_system(self, calls: int) -> None:
        """Upstream calls that no caller is charged with."""
        self.system_calls += calls

    def count(self, exchange: Exchange) -> None:
        """Count a finished exchange."""
        minute = self._minutes[-1]
        number = int(exchange.at // 60)
        if number != minute.number:
            minute = self._turn(number)
        kind = (exchange.operation, exchange.status, exchange.cache)
        minute.seen[kind] = minute.seen.get(kind, 0) + 1
        minute.calls += exchange.calls
        minute.latencies[bisect_left(BOUNDS_SECONDS, exchange.seconds)] += 1

    def total(self) -> Traffic:
        """All since the start."""
        return _traffic((self._total, *self._minutes))

    def last_hour(self) -> Traffic:
        """The last sixty minutes."""
        first = int(self._now() // 60) - _MINUTES_KEPT
        return _traffic(tuple(minute for minute in self._minutes if minute.number > first))

    def _turn(self, number: int) -> _Minute:
        minute = _Minute(number)
        self._minutes.append(minute)
        while len(self._minutes) > _MINUTES_KEPT:
            _fold(self._total, self._minutes.popleft())
        return minute


def _fold(into: _Minute, minute: _Minute) -> None:
    for kind, count in minute.seen.items():
        into.seen[kind] = into.seen.get(kind, 0) + count
    into.calls += minute.calls
    into.latencies[:] = [a + b for a, b in zip(into.latencies, minute.latencies, strict=True)]


def _traffic(minutes: tuple[_Minute, ...]) -> Traffic:
    whole = _Minute(0)
    for minute in minutes:
        _fold(whole, minute)
    operations: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    caches: Counter[str] = Counter()
    for (operation, status, cache), count in whole.seen.items():
        operations[operation] += count
        statuses[status] += count
        caches[cache] += count
    requests = statuses.total()
    asked = requests - caches["-"]
    failed = sum(count for status, count in statuses.items() if status >= 500)
    without_call = asked - caches["miss"]
    return Traffic(
        requests,
        {str(status): count for status, count in sorted(statuses.items())},
        dict(sorted(operations.items())),
        dict(sorted(caches.items())),
        round(without_call / asked, 4) if asked else None,
        round(1 - failed / requests, 4) if requests else None,
        whole.calls,
        Latency(*(_percentile(whole.latencies, share) for share in (0.50, 0.95, 0.99))),
    )


def _percentile(latencies: list[int], share: float) -> float | None:
    total = sum(latencies)
    if total == 0:
        return None
    bucket = bisect_left(list(accumulate(latencies)), share * total)
    return round(BOUNDS_SECONDS[min(bucket, len(BOUNDS_SECONDS) - 1)] * 1000, 3)
