"""How fast a caller may ask: a bucket by second and one by minute, full at first and refilled all the time."""

from __future__ import annotations

import enum
import math
from collections.abc import Hashable
from dataclasses import dataclass, field

import msgspec

MINUTE_SECONDS = 60

# Refills are sums of floats. This share of a request is far more than they can be wrong by, and a bucket that was
# overdrawn by it refills from there, so it never adds up to a request that should have been refused.
_SLACK = 0.0001
_ONE = 1.0 - _SLACK

# A newcomer adds one caller and removes up to this many idle ones, so forgetting outruns any flood of addresses.
_SWEPT_AT_ONCE = 4


class Policy(enum.StrEnum):
    """The two limits, by the names that the RateLimit headers give them."""

    SECOND = "second"
    MINUTE = "minute"


_SECOND = Policy.SECOND
_MINUTE = Policy.MINUTE


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests a caller may send; each limit is also how many may come at once."""

    per_second: int
    per_minute: int
    minute_rate: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.per_second < 1 or self.per_minute < 1:
            raise ValueError(f"A limit must be at least 1: {self}")
        object.__setattr__(self, "minute_rate", self.per_minute / MINUTE_SECONDS)


class Bucket:
    """What one caller has left of each limit, as of `at`."""

    __slots__ = ("at", "minute", "second")

    def __init__(self, limits: Limits, now: float) -> None:
        self.at = now
        self.second = float(limits.per_second)
        self.minute = float(limits.per_minute)


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether the request may pass, and where the caller stands with its tightest policy.

    The tightest is the one that lets the fewest through now or, when refused, the one to wait longest for.
    `reset_seconds` is when its whole limit is there again; `retry_after_seconds` is 0 for an allowed request.
    """

    allowed: bool
    remaining: int
    reset_seconds: float
    retry_after_seconds: float
    policy: Policy


def take(bucket: Bucket, limits: Limits, now: float) -> Verdict:
    """Take one request out of the bucket, if both limits have one; a refused request costs nothing."""
    # Comparisons in place of min(): on the path of every request, the two calls would cost as much as all else here.
    elapsed = now - bucket.at
    most_second = limits.per_second
    second = bucket.second + elapsed * most_second
    if second > most_second:  # noqa: PLR1730
        second = most_second
    most_minute = limits.per_minute
    rate = limits.minute_rate
    minute = bucket.minute + elapsed * rate
    if minute > most_minute:  # noqa: PLR1730
        minute = most_minute
    bucket.at = now
    if second < _ONE or minute < _ONE:
        bucket.second = second
        bucket.minute = minute
        return _refusal(second, minute, limits)
    second -= 1.0
    minute -= 1.0
    bucket.second = second
    bucket.minute = minute
    if second < minute:
        return Verdict(True, int(second + _SLACK), (most_second - second) / most_second, 0.0, _SECOND)
    return Verdict(True, int(minute + _SLACK), (most_minute - minute) / rate, 0.0, _MINUTE)


def _refusal(second: float, minute: float, limits: Limits) -> Verdict:
    second_wait = (1.0 - second) / limits.per_second
    minute_wait = (1.0 - minute) / limits.minute_rate
    if second_wait > minute_wait:
        return Verdict(False, 0, (limits.per_second - second) / limits.per_second, second_wait, _SECOND)
    return Verdict(False, 0, (limits.per_minute - minute) / limits.minute_rate, minute_wait, _MINUTE)


def standing(bucket: Bucket, limits: Limits, now: float) -> Verdict:
    """Where the bucket stands, with nothing taken out of it."""
    elapsed = now - bucket.at
    second = min(limits.per_second, bucket.second + elapsed * limits.per_second)
    minute = min(limits.per_minute, bucket.minute + elapsed * limits.minute_rate)
    if second < _ONE or minute < _ONE:
        return _refusal(second, minute, limits)
    if second < minute:
        return Verdict(True, int(second + _SLACK), (limits.per_second - second) / limits.per_second, 0.0, _SECOND)
    return Verdict(True, int(minute + _SLACK), (limits.per_minute - minute) / limits.minute_rate, 0.0, _MINUTE)


def policy_header(limits: Limits) -> str:
    """The `RateLimit-Policy` header: the same for every answer under these limits."""
    return f'"second";q={limits.per_second};w=1, "minute";q={limits.per_minute};w={MINUTE_SECONDS}'


def limit_header(verdict: Verdict) -> str:
    """The `RateLimit` header: what is left of the tightest policy, and when all of it is back."""
    return f'"{verdict.policy}";r={verdict.remaining};t={math.ceil(verdict.reset_seconds)}'


def retry_after_header(verdict: Verdict) -> str:
    """The `Retry-After` header of a refusal: whole seconds, rounded up so that the retry passes."""
    return str(max(1, math.ceil(verdict.retry_after_seconds)))


class Buckets:
    """The buckets of all callers, in bounded memory.

    A caller not seen for a minute has full buckets again, so forgetting it changes nothing. When more than `most`
    are active at once, newcomers are forgotten first: the guard fails open for them, and `forgotten` counts it.
    """

    def __init__(self, most: int = 120_000) -> None:
        self._most = most
        self._recent: dict[Hashable, Bucket] = {}
        self._earlier: dict[Hashable, Bucket] = {}
        self._sweep_at = -math.inf
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._recent) + len(self._earlier)

    def take(self, caller: Hashable, limits: Limits, now: float) -> Verdict:
        """Take one request of `caller`, who starts with full buckets."""
        bucket = self._recent.get(caller)
        if bucket is None:
            bucket = self._recall(caller, limits, now)
        if now >= self._sweep_at:
            self._sweep(now)
        return take(bucket, limits, now)

    def look(self, caller: Hashable, limits: Limits, now: float) -> Verdict:
        """Where `caller` stands; nothing is taken, and nobody is remembered for it."""
        bucket = self._recent.get(caller) or self._earlier.get(caller) or Bucket(limits, now)
        return standing(bucket, limits, now)

    def _recall(self, caller: Hashable, limits: Limits, now: float) -> Bucket:
        bucket = self._earlier.pop(caller, None)
        if bucket is None:
            bucket = Bucket(limits, now)
            if len(self) >= self._most:
                (self._earlier or self._recent).popitem()
                self.forgotten += 1
        self._recent[caller] = bucket
        return bucket

    def _sweep(self, now: float) -> None:
        """Look at a few callers of the earlier minute; when none is left, the recent minute becomes the earlier one."""
        for _ in range(_SWEPT_AT_ONCE):
            if not self._earlier:
                self._earlier, self._recent = self._recent, {}
                self._sweep_at = now + MINUTE_SECONDS
                return
            caller, bucket = self._earlier.popitem()
            if now - bucket.at < MINUTE_SECONDS:
                self._recent[caller] = bucket
