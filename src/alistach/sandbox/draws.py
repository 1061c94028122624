"""Chance that repeats: the draws of one subject are a pure function of the seed and its number."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import shake_128
from typing import TypeVar

T = TypeVar("T")

_WORDS = 32
_UNPACK = struct.Struct(f"<{_WORDS}I").unpack
RANGE = 1 << 32


class Draws:
    """At most 32 draws, each a number below 2^32, in a fixed order."""

    __slots__ = ("_next", "_words")

    def __init__(self, seed: int, subject: str, number: int) -> None:
        # A hash, not random.Random: the same on every platform and Python, and a tenth of the cost to begin.
        self._words: tuple[int, ...] = _UNPACK(shake_128(f"{seed}:{subject}:{number}".encode()).digest(4 * _WORDS))
        self._next = 0

    def word(self) -> int:
        """The next draw itself."""
        word = self._words[self._next]
        self._next += 1
        return word

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return self.word() * limit >> 32

    def pick(self, items: Sequence[T]) -> T:
        """One of `items`."""
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent
