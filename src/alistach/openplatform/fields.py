"""Single fields of the platform's rows, read leniently: what cannot be understood is None, never an error."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from alistach.kit.money import Money

Row = Mapping[str, Any]

_DECIMAL: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,6})?")
_ID: Final = re.compile(r"[0-9]{1,30}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def text(value: Any) -> str | None:
    """Stripped text; None when it is empty or not text."""
    return (value.strip() or None) if isinstance(value, str) else None


def prose(value: Any) -> str | None:
    """Text that people read: the platform leaves HTML entities in titles and shop names."""
    found = text(value)
    return text(html.unescape(found)) if found and "&" in found else found


def link(value: Any) -> str | None:
    """An http(s) URL; one without a scheme (`//host/path`) gets https."""
    found = text(value)
    if found and found.startswith("//"):
        return f"https:{found}"
    return found if found and found.startswith(("https://", "http://")) else None


def paying_link(value: Any) -> str | None:
    """A link through AliExpress's click hosts. A plain page is what comes back for what could not be converted."""
    found = link(value)
    host = urlsplit(found).hostname or "" if found else ""
    return found if host == "s.click.aliexpress.com" or host.endswith(".click.aliexpress.com") else None


def identifier(value: Any) -> str | None:
    """An id as text. Ids come as JSON numbers beyond 2^53 or as text; 0 stands for none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value > 0 else None
    found = text(value)
    return found if found and _ID.fullmatch(found) and found.strip("0") else None


def whole(value: Any) -> int | None:
    """A count, sent as a number or as digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = text(value)
    return int(found) if found and len(found) <= 15 and found.isascii() and found.isdigit() else None


def amount(value: Any) -> Decimal | None:
    """A price in main units, sent as `15.68`, `1,015.68` or a number."""
    if isinstance(value, float) and math.isfinite(value):
        value = repr(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    found = text(value) or ""
    if _THOUSANDS.fullmatch(found):
        found = found.replace(",", "")
    return Decimal(found) if _DECIMAL.fullmatch(found) else None


def money(row: Row, name: str) -> Money | None:
    """The amount in field `name` with the currency in `<name>_currency`; None unless both are there."""
    value, currency = amount(row.get(name)), (text(row.get(f"{name}_currency")) or "").upper()
    return Money(value, currency) if value is not None and _CURRENCY.fullmatch(currency) else None


def percent(value: Any) -> float | None:
    """A percentage as a number of percents, sent as `7.0%`, `7.00%` or without the sign."""
    if isinstance(value, str):
        value = value.strip().removesuffix("%").rstrip()
    found = amount(value)
    return None if found is None else float(found)


def strings(value: Any) -> tuple[str, ...]:
    """A list of texts, or one text alone."""
    values = value if isinstance(value, list) else [value]
    return tuple(found for element in values if (found := text(element)))
