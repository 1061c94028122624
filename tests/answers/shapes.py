"""Compares answers with the golden examples: the same members, the same nesting, the same JSON types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

GOLDEN = Path(__file__).parents[1] / "golden" / "answers"

# Members that are null in an example and may hold something in an answer, or the other way round.
NULLABLE: dict[str, set[str]] = {
    "sku_id": {"text"},
    "video_url": {"text"},
    "original_price": {"object"},
    "app_price": {"object"},
    "shop_price": {"object"},
    "discount_percent": {"number"},
    "rating_percent": {"number"},
    "orders": {"number"},
    "category": {"object"},
    "subcategory": {"object"},
    "shop": {"object"},
    "promo_code": {"text"},
    "ship_to_country": {"text"},
    "parent_id": {"text"},
}


def golden(name: str) -> Any:
    """The example of this name."""
    return msgspec.json.decode((GOLDEN / f"{name}.json").read_bytes())


def differences(expected: Any, answered: Any, where: str = "") -> Iterator[str]:
    """How an answer differs from the example in members, nesting or types; the members of a list equal its first."""
    told, was = _kind(expected), _kind(answered)
    name = where.rpartition(".")[2]
    if told != was:
        if name not in NULLABLE or not {told, was} <= {"null", *NULLABLE[name]}:
            yield f"{where}: {told} expected, was {was}"
        return
    if isinstance(expected, dict):
        for member in expected.keys() - answered.keys():
            yield f"{where}.{member}: missing"
        for member in answered.keys() - expected.keys():
            yield f"{where}.{member}: not in the example"
        for member in expected.keys() & answered.keys():
            yield from differences(expected[member], answered[member], f"{where}.{member}")
    elif isinstance(expected, list) and expected:
        for place, member in enumerate(answered):
            if isinstance(member, dict) and isinstance(expected[0], dict) and "status" in member:
                example = next((one for one in expected if one["status"] == member["status"]), expected[0])
            else:
                example = expected[0]
            yield from differences(example, member, f"{where}[{place}]")


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"
