"""Affiliate links: each mint is a new one, and the sandbox can tell whose it is and where it leads."""

from __future__ import annotations

import base64
import binascii
from hashlib import shake_128
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

_HOST: Final = "https://s.click.aliexpress.com"
_LONG: Final = 1_000
# A real link dies after half a year without a click; here the oldest dies when there are this many.
_LIVING: Final = 100_000
DEAD: Final = "https://best.aliexpress.com/"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Link(msgspec.Struct, frozen=True):
    """Whose link it is, and of what."""

    tracking_id: str
    source_value: str


class _Sealed(msgspec.Struct, frozen=True):
    tracking_id: str
    source_value: str
    serial: int


class Links:
    """Mints links and remembers the short ones; the long ones carry what they say."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._serial = 0
        self._short: dict[str, Link] = {}

    def mint_short(self, tracking_id: str, source_value: str) -> str:
        """A new link of the kind that link.generate gives."""
        self._serial += 1
        number = int.from_bytes(shake_128(f"{self._seed}:short:{self._serial}".encode()).digest(6), "big")
        code = "_c" + "".join(_ALPHABET[number // 62**place % 62] for place in range(7))
        self._short[code] = Link(tracking_id, source_value)
        if len(self._short) > _LIVING:
            del self._short[next(iter(self._short))]
        return f"{_HOST}/e/{code}"

    def mint_long(self, tracking_id: str, source_value: str) -> str:
        """A new link of the kind that product rows carry: JSON in URL-safe base 64, a dot, filler."""
        self._serial += 1
        sealed = _encode(msgspec.json.encode(_Sealed(tracking_id, source_value, self._serial)))
        filler = _encode(shake_128(f"{self._seed}:long:{self._serial}".encode()).digest(_LONG))
        link = f"{_HOST}/s/{sealed}."
        return link + filler[: max(_LONG - len(link), 8)]

    def whose(self, code: str) -> Link | None:
        """The link behind a short or a long code; None when it is dead or never was."""
        return self._short.get(code) or _unseal(code)

    def clear(self) -> None:
        """Let every short link die; serials go on, so that a dead code does not come back to life."""
        self._short.clear()


def destination(link: Link, code: str) -> str:
    """Where a click on `link` is sent first."""
    query = {
        "aff_fcid": f"{code[:12]}-fcid",
        "aff_fsk": code[:12],
        "aff_platform": "api-new-link-generate",
        "sk": code[:12],
        "aff_trace_key": f"{code[:12]}-trace",
        "terminal_id": "sandbox",
        "afSmartRedirect": "y",
    }
    target = urlsplit(link.source_value)
    return f"https://www.aliexpress.com{target.path or '/'}?{urlencode(query)}"


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unseal(code: str) -> Link | None:
    sealed, dot, _ = code.partition(".")
    if not dot:
        return None
    try:
        content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        found = msgspec.json.decode(content, type=_Sealed)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    return Link(found.tracking_id, found.source_value)
