"""Secrets kept out of sight: a text that does not show itself, and cutting secrets out of other texts."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from typing import NoReturn
from urllib.parse import quote, quote_plus

MASK = "***"


class Secret:
    """A text that only `reveal` shows: repr, str and format mask it, and nothing can encode or pickle it.

    It is neither a str nor a dataclass on purpose: encoders look inside both.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._text

    def matches(self, candidate: str) -> bool:
        """Whether `candidate` is this secret, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(_bytes(self._text), _bytes(candidate))

    def __eq__(self, other: object) -> bool:
        return self.matches(other._text) if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> NoReturn:
        # A pickle is the secret in the clear, on its way to a file or another process.
        raise TypeError("A secret cannot be pickled or copied deeply")


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with each secret masked, also where it was percent-encoded for a URL or escaped for JSON."""
    spans = sorted(span for secret in secrets for form in _forms(secret.reveal()) for span in _found(form, text))
    parts: list[str] = []
    done = 0
    for start, end in spans:
        # Overlapping finds are one stretch: masking them one by one would leave the tail of the second.
        if start >= done:
            parts += (text[done:start], MASK)
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _forms(secret: str) -> set[str]:
    plain = secret.encode("utf-8", "replace")
    return {secret, quote(plain, safe=""), quote(plain), quote_plus(plain), json.dumps(secret)[1:-1]} - {""}


def _found(form: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
