"""Content codings (RFC 9110 §12.5.3): which one the caller takes, and a body in it."""

from __future__ import annotations

import enum
import gzip

import brotli
import zstandard

# Shorter bodies do not gain enough to be worth a coding.
LEAST_BYTES = 1_000
_GZIP_LEVEL, _BROTLI_QUALITY, _ZSTD_LEVEL = 6, 5, 3


class Coding(enum.StrEnum):
    """The codings spoken here, the preferred first: for our bodies each is a little larger than the one before."""

    BROTLI = "br"
    ZSTD = "zstd"
    GZIP = "gzip"


def negotiated(accept_encoding: bytes) -> Coding | None:
    """The coding to use for this `Accept-Encoding`; None for the body as it is."""
    weights: dict[str, float] = {}
    for item in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameter = item.partition(";")
        weights[name.strip()] = _weight(parameter)
    anything = weights.get("*", 0.0)
    best = max(Coding, key=lambda coding: weights.get(coding, anything))
    weight = weights.get(best, anything)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def coded(body: bytes, coding: Coding) -> bytes:
    """The body in a coding."""
    match coding:
        case Coding.BROTLI:
            return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
        case Coding.ZSTD:
            return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
        case Coding.GZIP:
            return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
