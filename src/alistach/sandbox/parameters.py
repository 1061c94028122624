"""The parameters of one call: query and body made one, and read with the platform's refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

from alistach.sandbox.refusals import Refused, invalid, missing

_WHOLE: Final = re.compile(r"[0-9]{1,18}")


def decode_form(text: str) -> dict[str, str]:
    """The pairs of a query string or a form; those without a name or a value do not exist for the platform."""
    return {name: value for name, value in parse_qsl(text, encoding="utf-8", errors="replace") if name}


class Parameters:
    """What one call asks, by name."""

    __slots__ = ("_values",)

    def __init__(self, *parts: Mapping[str, str]) -> None:
        # Callers repeat `method` in the URL and in the body and sign it once; the body, sent last, counts.
        self._values = {name: value for part in parts for name, value in part.items() if name and value}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._values.items())

    def text(self, name: str) -> str | None:
        """The value, or None where it was not sent."""
        return self._values.get(name)

    def required(self, name: str) -> str:
        """The value of a parameter that must be sent."""
        if (value := self._values.get(name)) is None:
            raise Refused(missing(name))
        return value

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds."""
        text = self._values.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
            raise Refused(invalid(name, f"must be a whole number from {lowest} to {highest}"))
        return int(text)

    def amount(self, name: str) -> int | None:
        """A price in minor units, or None where it was not sent."""
        return self.whole(name, 0, 0, 10**18) if name in self._values else None

    def numbers(self, name: str) -> tuple[int, ...]:
        """The numbers of a comma-separated list, each once, in their order; none where it was not sent."""
        parts = [part.strip() for part in self._values.get(name, "").split(",")]
        if not all(_WHOLE.fullmatch(part) for part in parts if part):
            raise Refused(invalid(name, "must be numbers separated by commas"))
        return tuple(dict.fromkeys(int(part) for part in parts if part))

    def one_of(self, name: str, allowed: Mapping[str, str], default: str) -> str:
        """What `allowed` gives for the value in capitals."""
        value = self._values.get(name, default).upper()
        if value not in allowed:
            raise Refused(invalid(name, f"must be one of {', '.join(allowed)}"))
        return allowed[value]
