"""Search: what matches, and in which order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable

import pytest

from alistach.sandbox import search
from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.categories import BY_NUMBER
from alistach.sandbox.prices import Conversion
from alistach.sandbox.search import Index, Question, Search, Sort, words_of

CATALOGUE = Catalogue(seed=1, size=3_000)
INDEX = Index(CATALOGUE)
INSIDERS = [index for index in range(3_000) if CATALOGUE.outline(index).is_in_program]


def price(index: int, currency: str) -> int:
    outline = CATALOGUE.outline(index)
    return Conversion.between(outline.currency, currency)(outline.sale_minor)


def matches(index: int, keywords: str) -> int:
    return len(words_of(CATALOGUE.outline(index).title) & words_of(keywords))


def volumes(indexes: Iterable[int]) -> list[int]:
    return [CATALOGUE.outline(index).volume for index in indexes]


@pytest.mark.parametrize("keywords", ["xylophone", "!!!", "for the", "充电器"])
def test_words_that_stand_nowhere_find_nothing(keywords: str) -> None:
    assert INDEX.find(Question(keywords=keywords)) == []


def test_an_unknown_category_finds_nothing() -> None:
    assert INDEX.find(Question(keywords="usb", category_ids=(999,))) == []


def test_a_band_turned_round_finds_nothing() -> None:
    assert INDEX.find(Question(lowest=500, highest=400)) == []


def test_without_words_everything_in_the_program_is_found() -> None:
    assert sorted(INDEX.find(Question())) == INSIDERS
    assert sorted(INDEX.find(Question(keywords="  "))) == INSIDERS


@pytest.mark.parametrize("keywords", ["usb cable", "mini tent", "3d printer nozzle", "t-shirt"])
def test_what_is_found_is_what_has_one_of_the_words(keywords: str) -> None:
    expected = [index for index in INSIDERS if matches(index, keywords)]
    assert expected
    assert sorted(INDEX.find(Question(keywords=keywords))) == expected


@pytest.mark.parametrize("other", ["USB Cable", "  usb   cable ", "cable usb", "usb cables", "usb cable for the"])
def test_the_same_words_in_another_hand_find_the_same(other: str) -> None:
    assert INDEX.find(Question(keywords=other)) == INDEX.find(Question(keywords="usb cable"))


def test_more_matching_words_come_first() -> None:
    counts = [matches(index, "mini usb cable") for index in INDEX.find(Question(keywords="mini usb cable"))]
    assert set(counts) == {1, 2, 3}
    assert counts == sorted(counts, reverse=True)


def test_among_equal_matches_the_thing_itself_comes_before_its_mention() -> None:
    found = INDEX.find(Question(keywords="usb cable"))
    full = [index for index in found if matches(index, "usb cable") == 2]
    is_cable = [CATALOGUE.outline(index).noun.name == "USB Cable" for index in full]
    assert is_cable == sorted(is_cable, reverse=True)
    assert set(is_cable) == {True, False}


def test_among_equals_the_best_seller_comes_first() -> None:
    cables = [i for i in INDEX.find(Question(keywords="usb cable")) if CATALOGUE.outline(i).noun.name == "USB Cable"]
    assert len(cables) > 20
    assert volumes(cables) == sorted(volumes(cables), reverse=True)


@pytest.mark.parametrize("number", [509, 200126001, 18])
def test_a_category_of_either_level_holds_its_products(number: int) -> None:
    def is_within(index: int) -> bool:
        category = CATALOGUE.outline(index).noun.category
        return number in {category, BY_NUMBER[category].parent}

    expected = [index for index in INSIDERS if is_within(index)]
    assert expected
    assert sorted(INDEX.find(Question(category_ids=(number,)))) == expected


def test_several_categories_are_joined() -> None:
    both = set(INDEX.find(Question(category_ids=(509, 18))))
    assert both == set(INDEX.find(Question(category_ids=(509,)))) | set(INDEX.find(Question(category_ids=(18,))))


def test_words_and_category_must_both_match() -> None:
    words, category = INDEX.find(Question(keywords="mini")), set(INDEX.find(Question(category_ids=(509,))))
    narrowed = INDEX.find(Question(keywords="mini", category_ids=(509,)))
    assert narrowed == [index for index in words if index in category]
    assert 0 < len(narrowed) < len(words)


@pytest.mark.parametrize("currency", ["USD", "CNY", "EUR", "JPY"])
def test_the_band_is_in_minor_units_of_the_target_currency(currency: str) -> None:
    low, high = (Conversion.between("USD", currency)(cents) for cents in (500, 1_000))
    question = Question(keywords="usb cable", lowest=low, highest=high, currency=currency)
    expected = [i for i in INSIDERS if matches(i, "usb cable") and low <= price(i, currency) <= high]
    assert expected
    assert sorted(INDEX.find(question)) == expected


def test_the_ends_of_the_band_belong_to_it() -> None:
    exact = price(INSIDERS[0], "USD")
    assert INSIDERS[0] in INDEX.find(Question(lowest=exact, highest=exact))
    assert INSIDERS[0] not in INDEX.find(Question(lowest=exact + 1))
    assert INSIDERS[0] not in INDEX.find(Question(highest=exact - 1))


@pytest.mark.parametrize("currency", ["USD", "VND"])
def test_the_cheapest_come_first_when_asked(currency: str) -> None:
    found = INDEX.find(Question(keywords="mini lamp", sort=Sort.SALE_PRICE_ASC, currency=currency))
    prices = [price(index, currency) for index in found]
    assert len(prices) > 100
    assert prices == sorted(prices)


def test_the_dearest_come_first_when_asked() -> None:
    prices = [price(i, "USD") for i in INDEX.find(Question(keywords="mini", sort=Sort.SALE_PRICE_DESC))]
    assert prices == sorted(prices, reverse=True)
    assert prices[0] > prices[-1]


def test_the_best_sellers_come_first_when_asked() -> None:
    sold = volumes(INDEX.find(Question(keywords="mini usb", sort=Sort.LAST_VOLUME_DESC)))
    assert sold == sorted(sold, reverse=True)
    assert sold[0] > sold[-1]


def test_the_least_sold_come_first_when_asked() -> None:
    sold = volumes(INDEX.find(Question(keywords="mini usb", sort=Sort.LAST_VOLUME_ASC)))
    assert sold == sorted(sold)
    assert sold[0] < sold[-1]


@pytest.mark.parametrize("sort", list(Sort))
def test_an_order_changes_nothing_about_what_is_found(sort: Sort) -> None:
    assert sorted(INDEX.find(Question(keywords="tent", sort=sort))) == sorted(INDEX.find(Question(keywords="tent")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set()),
        ("USB Cables", {"usb", "cable"}),
        ("Glass lens", {"glass", "len"}),
        ("gas", {"gas"}),
        ("3D Printer", {"3d", "printer"}),
        ("T-Shirt for Men", {"t", "shirt", "men"}),
        ("Q&amp;T Lily&#39;s", {"q", "t", "lily"}),
        ("1/2/5Pcs", {"1", "2", "5pc"}),
        ("câble", {"câble"}),
    ],
)
def test_text_is_taken_apart_into_words(text: str, words: set[str]) -> None:
    assert words_of(text) - {"s"} == words


async def test_the_index_is_built_once_and_outside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []

    class Watched(Index):
        def __init__(self, catalogue: Catalogue) -> None:
            built.append(threading.get_ident())
            super().__init__(catalogue)

    monkeypatch.setattr(search, "Index", Watched)
    door = Search(Catalogue(1, 100))
    answers = await asyncio.gather(*(door.find(Question(keywords="mini")) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert len(built) == 1
    assert built[0] != threading.get_ident()


async def test_nothing_is_built_before_somebody_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Catalogue) -> Index:
        raise AssertionError("built too early")

    monkeypatch.setattr(search, "Index", refuse)
    Search(Catalogue(1, 100))
