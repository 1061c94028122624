"""Where an answer came from, in a line for the reader."""

from __future__ import annotations

import msgspec

from alistach.cli.reply import Reply


class _Metadata(msgspec.Struct):
    source: str
    price_as_of: str | None = None


class _Sourced(msgspec.Struct):
    metadata: _Metadata


def origin(reply: Reply) -> str:
    """Such as `SANDBOX: cached, 12 s old; prices of 2026-11-23T08:00:00Z; 0 upstream calls.`"""
    metadata = msgspec.json.decode(reply.body, type=_Sourced).metadata
    calls = int(reply.headers.get("x-upstream-calls", "0"))
    prices = [] if metadata.price_as_of is None else [f"prices of {metadata.price_as_of}"]
    told = "; ".join([_cache(reply), *prices, f"{calls} upstream call{'' if calls == 1 else 's'}"])
    return f"{metadata.source.upper()}: {told}."


def _cache(reply: Reply) -> str:
    status = reply.headers.get("cache-status", "").partition("; ")[2]
    if status.startswith("hit"):
        return f"cached, {reply.headers.get('age', '0')} s old"
    if "stale" in status:
        return f"STALE, {reply.headers.get('age', '0')} s old"
    if "collapsed" in status:
        return "shared with another asker"
    return "new"
