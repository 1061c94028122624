"""Shops: a pure function of the seed and the shop's number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alistach.sandbox.draws import Draws

SHOPS: Final = 800
_FIRST: Final = 1_102_000_000
# Written as the platform writes them, HTML entities and all.
_OWNERS: Final = (
    "Stone&#39;s",
    "IXTAR&#39;s",
    "Lily &amp; Co",
    "TIMARCO Factory store",
    "Shenzhen Bright",
    "HomeJoy",
    "Mr.Tool",
)
_SUFFIXES: Final = ("Store", "Official Store", "Global Store", "Direct Store", "Digital Store")


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells: the number and the name as the platform writes it."""

    number: int
    name: str


def make_shop(seed: int, ordinal: int) -> Shop:
    """The `ordinal`-th shop of the seed."""
    draws = Draws(seed, "shop", ordinal)
    number = _FIRST + ordinal * 1_999 + draws.below(1_999)
    if draws.chance(40):
        return Shop(number, f"Shop{911_000_000 + draws.below(1_000_000)} Store")
    return Shop(number, f"{draws.pick(_OWNERS)} {draws.pick(_SUFFIXES)}")
