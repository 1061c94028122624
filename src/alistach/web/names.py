"""Names of requests: our own, and the caller's where it sent a sane one."""

from __future__ import annotations

import re
from collections.abc import Callable

_LETTERS = 12
_AT_ONCE = 512
# Letters only: a request id in the log can then never look like a status.
_ALPHABET = bytes(b"abcdefghijklmnopqrstuvwxyz"[byte % 26] for byte in range(256))
_SANE = re.compile(rb"[A-Za-z0-9._~+/=-]{1,64}")


class RequestIds:
    """Twelve random letters for each request; `random_bytes` is asked for many at once."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._random_bytes = random_bytes
        self._made: list[str] = []

    def next(self) -> str:
        """The next id."""
        if not self._made:
            letters = self._random_bytes(_LETTERS * _AT_ONCE).translate(_ALPHABET).decode()
            self._made = [letters[i : i + _LETTERS] for i in range(0, len(letters), _LETTERS)]
        return self._made.pop()


def client_request_id(sent: bytes) -> str | None:
    """The caller's own id, if it has a sane form."""
    return sent.decode() if _SANE.fullmatch(sent) else None
