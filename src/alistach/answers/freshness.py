"""How long an entry may be used, in the words of RFC 9111 (fresh) and RFC 5861 (stale-while-revalidate, stale-if-error).

Pure: the entry's age, the policy and the caller's directives are arguments.
"""

from __future__ import annotations

import enum
import zlib
from collections.abc import Mapping
from dataclasses import dataclass


class FreshnessClass(enum.StrEnum):
    """What kind of knowledge an entry is; each has its own lifetimes."""

    CATEGORIES = "categories"
    DETAIL = "detail"
    LISTED = "listed"
    SEARCH = "search"
    LINKS = "links"
    EMPTY = "empty"
    UNAVAILABLE = "unavailable"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds of age up to which an entry is fresh, may be served while it is refreshed, or when the platform fails."""

    fresh: float
    stale_while_revalidate: float
    stale_if_error: float


class Verdict(enum.Enum):
    """What may be done with an entry now."""

    FRESH = "fresh"
    REVALIDATE = "revalidate"
    ERROR_ONLY = "error_only"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Directives:
    """What a caller with the right to ask past the cache said in `Cache-Control` (RFC 9111 §5.2.1)."""

    no_cache: bool = False
    max_age: float | None = None


NO_DIRECTIVES = Directives()

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
# Entries that were stored together do not expire together: each loses up to this share of its fresh life.
_JITTER_SHARE = 0.1


def lifetimes(
    price_ttl: float, product_ttl: float, search_ttl: float, link_ttl: float
) -> Mapping[FreshnessClass, Lifetimes]:
    """The table of docs/design.md §4, with the four lifetimes that settings may change (seconds)."""
    return {
        FreshnessClass.CATEGORIES: Lifetimes(7 * _DAY, 30 * _DAY, 180 * _DAY),
        FreshnessClass.DETAIL: Lifetimes(price_ttl, max(price_ttl, product_ttl), max(product_ttl, 7 * _DAY)),
        # A row of a listing answers a detail question only while its price is fresh, or when nothing better can be had.
        FreshnessClass.LISTED: Lifetimes(price_ttl, 0.0, max(product_ttl, 7 * _DAY)),
        FreshnessClass.SEARCH: Lifetimes(search_ttl, search_ttl + 6 * _HOUR, max(search_ttl, 7 * _DAY)),
        FreshnessClass.LINKS: Lifetimes(link_ttl, 2 * link_ttl, 5 * link_ttl),
        FreshnessClass.EMPTY: Lifetimes(10 * _MINUTE, 0.0, _HOUR),
        FreshnessClass.UNAVAILABLE: Lifetimes(_DAY, 0.0, 7 * _DAY),
        # Said once and hard to believe: rows without their link, a link refused, a product left out that was there before.
        FreshnessClass.PROVISIONAL: Lifetimes(10 * _MINUTE, 0.0, 7 * _DAY),
    }


def jittered(fresh: float, key: str) -> float:
    """The fresh life of this very key: the same each time it is asked, spread over keys."""
    return fresh * (1.0 - _JITTER_SHARE * (zlib.crc32(key.encode()) / 0xFFFFFFFF))


def judge(age: float, policy: Lifetimes, key: str, *, cleared: bool, directives: Directives = NO_DIRECTIVES) -> Verdict:
    """What may be done with an entry of this age. A cleared entry is kept for failures alone.

    A negative age says that the clock was set back. How far tells how little the entry's own moment is worth, so it
    counts as an age: a step of a second does no harm, and an entry from next year is not fresh for a year.
    """
    age = abs(age)
    if age > policy.stale_if_error and age > policy.stale_while_revalidate and age > policy.fresh:
        return Verdict.GONE
    refused = cleared or directives.no_cache or (directives.max_age is not None and age > directives.max_age)
    if refused:
        return Verdict.ERROR_ONLY
    if age <= jittered(policy.fresh, key):
        return Verdict.FRESH
    if age <= policy.stale_while_revalidate:
        return Verdict.REVALIDATE
    return Verdict.ERROR_ONLY


def keep_seconds(policy: Lifetimes) -> float:
    """How long an entry is worth keeping at all."""
    return max(policy.fresh, policy.stale_while_revalidate, policy.stale_if_error)
