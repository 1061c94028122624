"""The words that titles are made of."""

from __future__ import annotations

import pytest

from alistach.sandbox.categories import BY_NUMBER
from alistach.sandbox.search import words_of
from alistach.sandbox.vocabulary import ADJECTIVES, AUDIENCES, COLOURS, NOUNS, Noun

SEARCHED = (
    "phone case",
    "usb cable",
    "wireless earbuds",
    "smart watch",
    "led strip",
    "desk lamp",
    "backpack",
    "yoga mat",
    "garden hose",
    "drone",
    "car charger",
    "screwdriver set",
    "air fryer liner",
    "cat toy",
    "dog leash",
    "fishing reel",
    "bike light",
    "tent",
    "kitchen scale",
    "water bottle",
    "mouse pad",
    "mechanical keyboard",
    "ssd enclosure",
    "webcam",
    "microphone",
    "tripod",
    "sunglasses",
    "wallet",
    "necklace",
    "ring",
    "earrings",
    "hair dryer",
    "nail lamp",
    "makeup brush",
    "curtain",
    "rug",
    "wall sticker",
    "clock",
    "puzzle",
    "robot vacuum filter",
    "3d printer nozzle",
    "solder iron",
    "multimeter",
    "oscilloscope probe",
    "raspberry pi case",
    "arduino kit",
    "stepper motor",
    "power bank",
    "solar panel",
    "projector",
)
PRAISE = (
    "mini",
    "portable",
    "waterproof",
    "rgb",
    "magnetic",
    "foldable",
    "wireless",
    "cheap",
    "large",
    "steel",
    "black",
    "white",
    "kids",
    "men",
    "women",
)


@pytest.mark.parametrize("noun", NOUNS, ids=[noun.name for noun in NOUNS])
def test_a_noun_stands_in_a_second_level_category(noun: Noun) -> None:
    assert BY_NUMBER[noun.category].parent is not None


@pytest.mark.parametrize("noun", NOUNS, ids=[noun.name for noun in NOUNS])
def test_a_noun_has_a_range_of_prices(noun: Noun) -> None:
    assert 50 <= noun.cheapest < noun.dearest <= 25_000


@pytest.mark.parametrize("subject", SEARCHED)
def test_what_people_search_for_is_sold(subject: str) -> None:
    assert any(words_of(subject) <= words_of(noun.name) for noun in NOUNS)


@pytest.mark.parametrize("word", PRAISE)
def test_the_adjectives_people_search_with_are_used(word: str) -> None:
    assert words_of(word) <= {known for text in (*ADJECTIVES, *AUDIENCES, *COLOURS) for known in words_of(text)}


def test_no_noun_is_listed_twice() -> None:
    assert len({noun.name for noun in NOUNS}) == len(NOUNS)
