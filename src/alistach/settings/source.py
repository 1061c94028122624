"""Where each value comes from: the environment before `.env`, both cleaned of what a copy and paste leaves behind."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alistach.settings.table import TABLE

# Zero-width space and byte order mark: invisible, and not whitespace to str.strip.
_INVISIBLE: Final = "\u200b\ufeff"


class Origin(enum.StrEnum):
    """Where a value was found."""

    DEFAULT = "default"
    FILE = ".env"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the operator gave, under the name that was used, and what was cut off it."""

    name: str
    text: str
    origin: Origin
    cut: tuple[str, ...]


def collect(environ: Mapping[str, str], file: Mapping[str, str]) -> tuple[dict[str, Given], tuple[str, ...]]:
    """What was given for each setting, by its name, and notices about what was cut or ignored."""
    given: dict[str, Given] = {}
    notices: list[str] = []
    for row in TABLE.values():
        found = [
            one
            for name in (row.name, row.also)
            for one in (_given(name, environ, Origin.ENVIRONMENT), _given(name, file, Origin.FILE))
            if one is not None
        ]
        if found:
            given[row.name] = found[0]
            notices += _cut(found[0])
            notices += _ignored_other_name(found)
    return given, tuple(notices)


def _given(name: str | None, texts: Mapping[str, str], origin: Origin) -> Given | None:
    """None for a missing or empty value: compose files pass on empty ones for what nobody has set."""
    if name is None or name not in texts:
        return None
    text, cut = clean(texts[name])
    return Given(name, text, origin, cut) if text else None


def clean(raw: str) -> tuple[str, tuple[str, ...]]:
    """`raw` without surrounding line ends, spaces and quotes, and the words for what was cut."""
    text = raw
    while (shorter := _without_quotes(text.strip().strip(_INVISIBLE))) != text:
        text = shorter
    around = raw.replace(text, "", 1) if text else raw
    kinds = {
        "a line end": bool(re.search(r"[\r\n]", around)),
        "spaces": bool(re.search(r"[^\S\r\n]|[" + _INVISIBLE + "]", around)),
        "quotes": bool(re.search(r"[\"']", around)),
    }
    return text, tuple(kind for kind, is_there in kinds.items() if is_there)


def _without_quotes(text: str) -> str:
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text


def _cut(given: Given) -> list[str]:
    if not given.cut:
        return []
    return [f"{given.name} ({given.origin}): cut {' and '.join(given.cut)} around the value."]


def _ignored_other_name(found: list[Given]) -> list[str]:
    used = found[0]
    return [
        f"{other.name} ({other.origin}) is ignored, since {used.name} ({used.origin}) is given."
        for other in found
        if other.name != used.name and other.text != used.text
    ]
