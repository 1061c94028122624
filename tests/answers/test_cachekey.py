"""Keys: one for each question however it is written, never one for two."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alistach.answers.cachekey import (
    CATEGORIES_KEY,
    House,
    Locale,
    Subject,
    canonical_id,
    canonical_words,
    link_key,
    product_key,
    resolution_key,
    subject,
    variant_name,
    window_key,
)
from alistach.answers.entry import Kind
from alistach.answers.questions import Language, Search, Sort
from alistach.errors import InvalidParameters, ParameterProblem

HOUSE = House("default", "USD", "EN")
LOCALE = Locale("USD", "EN", "")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LOCALES = st.builds(Locale, TEXTS, TEXTS, TEXTS)
SUBJECTS = st.builds(
    Subject,
    TEXTS,
    st.lists(TEXTS, max_size=3).map(tuple),
    st.none() | st.integers(0, 999),
    st.none() | st.integers(0, 999),
    TEXTS,
    LOCALES,
)


def key_for(**question: Any) -> str:
    return window_key(subject(Search(**question), HOUSE), 1)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("usb cable", "usb cable"),
        ("  USB \t Cable\n", "usb cable"),
        ("USB\u00a0cable", "usb cable"),
        ("\uff55\uff53\uff42\u3000\uff43\uff41\uff42\uff4c\uff45", "usb cable"),
        ("ﬁlter", "filter"),
        ("Straße", "strasse"),
        ("CÂBLE", "câble"),
        ("cA\u0302ble", "câble"),
        ("充电器", "充电器"),
        ("", ""),
        (" \u2003 ", ""),
    ],
)
def test_words_have_one_form(written: str, canonical: str) -> None:
    assert canonical_words(written) == canonical


@given(words=TEXTS)
def test_canonical_words_are_their_own_canonical_form(words: str) -> None:
    assert canonical_words(canonical_words(words)) == canonical_words(words)


@pytest.mark.parametrize("letter", ["\u0131", "ΐ", "ΰ", "ῒ", "ῗ", "ῢ", "ῧ", "ǰ", "İ", "ﬃ", "ͅ"])
def test_letters_that_case_folding_takes_apart_are_stable(letter: str) -> None:
    assert canonical_words(canonical_words(letter)) == canonical_words(letter)


@given(words=TEXTS, form=st.sampled_from(["NFC", "NFD"]))
def test_words_do_not_depend_on_how_accents_are_composed(words: str, form: Any) -> None:
    assert canonical_words(unicodedata.normalize(form, words)) == canonical_words(words)


@given(
    words=st.lists(st.text("abcdé充", min_size=1, max_size=5), max_size=4),
    space=st.sampled_from([" ", "  ", "\t", "\u3000"]),
)
def test_case_and_spacing_do_not_change_the_key(words: list[str], space: str) -> None:
    assert key_for(keywords=space.join(words).upper() + space) == key_for(keywords=" ".join(words))


@given(ids=st.lists(st.from_regex(r"[0-9]{1,6}", fullmatch=True), max_size=6), data=st.data())
def test_order_repetition_and_leading_zeros_of_categories_do_not_change_the_key(
    ids: list[str], data: st.DataObject
) -> None:
    other = data.draw(st.permutations([*ids, *ids[:1]]))
    zeros = data.draw(st.lists(st.integers(0, 3), min_size=len(other), max_size=len(other)))
    padded = tuple("0" * number + one for number, one in zip(zeros, other, strict=True))
    assert key_for(category_ids=tuple(ids)) == key_for(category_ids=padded)


@pytest.mark.parametrize(
    ("number", "canonical"), [("1005", "1005"), ("0001005", "1005"), ("0", "0"), ("000", "0"), ("100", "100")]
)
def test_zeros_in_front_of_an_id_say_nothing(number: str, canonical: str) -> None:
    assert canonical_id(number) == canonical


@pytest.mark.parametrize("written", ["5", "5.0", "5.00", "05", "5e0"])
def test_a_price_has_one_form(written: str) -> None:
    assert key_for(max_sale_price=Decimal(written)) == key_for(max_sale_price=Decimal(5))


@pytest.mark.parametrize(("currency", "minor"), [("USD", 1200), ("JPY", 12), ("KWD", 12000)])
def test_a_price_is_in_the_minor_units_of_its_currency(currency: str, minor: int) -> None:
    asked = Search(min_sale_price=Decimal(12), target_currency=currency)
    assert subject(asked, HOUSE).min_sale_price == minor


def test_a_price_with_decimals_that_the_currency_lacks_is_refused_by_name() -> None:
    with pytest.raises(InvalidParameters) as raised:
        subject(Search(max_sale_price=Decimal("4.99"), target_currency="JPY"), HOUSE)
    message = "4.99 has more than 0 decimals, which JPY does not have"
    assert raised.value.problems == (ParameterProblem("max_sale_price", message),)


def test_a_price_band_that_ends_before_it_begins_is_refused_by_name() -> None:
    with pytest.raises(InvalidParameters) as raised:
        subject(Search(min_sale_price=Decimal(20), max_sale_price=Decimal(5)), HOUSE)
    message = "must not be above max_sale_price, was 20 and 5"
    assert raised.value.problems == (ParameterProblem("min_sale_price", message),)


def test_a_price_band_of_one_price_is_a_question() -> None:
    about = subject(Search(min_sale_price=Decimal(5), max_sale_price=Decimal("5.00")), HOUSE)
    assert (about.min_sale_price, about.max_sale_price) == (500, 500)


def test_what_is_left_out_means_the_houses_own() -> None:
    written_out = key_for(target_currency="usd", target_language=Language.EN)
    assert written_out == key_for()


def test_a_country_has_one_form() -> None:
    assert key_for(ship_to_country="de") == key_for(ship_to_country="DE")


def test_the_tracking_id_and_the_page_are_no_part_of_what_a_search_is_about() -> None:
    asked = Search(keywords="x", tracking_id="deals", page_no=3, page_size=7)
    assert subject(asked, HOUSE) == subject(Search(keywords="x"), HOUSE)


@pytest.mark.parametrize(
    "other",
    [
        {"keywords": "y"},
        {"category_ids": ("1",)},
        {"min_sale_price": Decimal(5)},
        {"max_sale_price": Decimal(5)},
        {"min_sale_price": Decimal(0)},
        {"sort": Sort.SALE_PRICE_ASC},
        {"ship_to_country": "DE"},
        {"target_currency": "EUR"},
        {"target_language": Language.DE},
    ],
)
def test_each_member_changes_the_key(other: dict[str, Any]) -> None:
    assert key_for(**{"keywords": "x", **other}) != key_for(keywords="x")


@given(one=SUBJECTS, other=SUBJECTS, numbers=st.tuples(st.integers(1, 100), st.integers(1, 100)))
def test_windows_of_different_questions_never_share_a_key(
    one: Subject, other: Subject, numbers: tuple[int, int]
) -> None:
    same = (one, numbers[0]) == (other, numbers[1])
    assert (window_key(one, numbers[0]) == window_key(other, numbers[1])) is same


@given(left=TEXTS, right=TEXTS, cut=st.integers(0, 24))
def test_crafted_text_does_not_spill_into_its_neighbour(left: str, right: str, cut: int) -> None:
    joined = f'{left}","{right}'
    pair = (joined[:cut], joined[cut:])
    assume(pair != (left, right))
    assert link_key(*pair) != link_key(left, right)


def _keys(text: str, locale: Locale, about: Subject) -> Sequence[str]:
    windows = (window_key(about, 1),)
    return (*windows, product_key(text, locale), link_key(text, text), resolution_key(text), variant_name(text))


@given(text=TEXTS, other=TEXTS, locale=LOCALES, about=SUBJECTS)
def test_keys_of_different_kinds_never_collide(text: str, other: str, locale: Locale, about: Subject) -> None:
    mine, others = _keys(text, locale, about), _keys(other, locale, about)
    assert not any(mine[i] == others[j] for i in range(5) for j in range(5) if i != j)


@given(
    one=st.tuples(TEXTS, LOCALES),
    other=st.tuples(TEXTS, LOCALES),
)
def test_products_seen_from_different_locales_have_keys_of_their_own(
    one: tuple[str, Locale], other: tuple[str, Locale]
) -> None:
    assert (product_key(*one) == product_key(*other)) is (one == other)


@given(one=st.tuples(TEXTS, TEXTS), other=st.tuples(TEXTS, TEXTS))
def test_links_of_different_tracking_ids_have_keys_of_their_own(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (link_key(*one) == link_key(*other)) is (one == other)


def test_tracking_ids_differ_by_case() -> None:
    assert link_key("Deals", "1") != link_key("deals", "1")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (window_key(Subject("", (), None, None, "", LOCALE), 1), Kind.SEARCH),
        (product_key("1", LOCALE), Kind.PRODUCT),
        (link_key("default", "1"), Kind.LINK),
        (resolution_key("https://s.click.aliexpress.com/e/_x"), Kind.RESOLUTION),
        (CATEGORIES_KEY, Kind.CATEGORIES),
    ],
)
def test_a_key_begins_with_the_kind_of_its_entry(key: str, kind: Kind) -> None:
    assert msgspec.json.decode(key)[0] == kind.value


def test_a_window_key_is_readable() -> None:
    about = subject(Search(keywords="USB Cable", category_ids=("44", "7"), max_sale_price=Decimal(20)), HOUSE)
    assert window_key(about, 2) == '["search","usb cable",["7","44"],null,2000,"","USD","EN","",2]'
