"""Prices: exact conversions and the notation of each currency."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox.prices import RATES, Conversion, write

DOCUMENTED = [
    "USD",
    "GBP",
    "CAD",
    "EUR",
    "UAH",
    "MXN",
    "TRY",
    "RUB",
    "BRL",
    "AUD",
    "INR",
    "JPY",
    "IDR",
    "SEK",
    "KRW",
    "ILS",
    "THB",
    "CLP",
    "VND",
]
amounts = st.integers(min_value=0, max_value=10**9)
currencies = st.sampled_from(sorted(RATES))


@pytest.mark.parametrize("currency", DOCUMENTED)
def test_every_documented_currency_has_a_rate(currency: str) -> None:
    assert RATES[currency] > 0


def test_an_unknown_currency_has_none() -> None:
    with pytest.raises(KeyError):
        Conversion.between("USD", "XXX")


@pytest.mark.parametrize(
    ("minor", "source", "target", "expected"),
    [
        (1_000, "USD", "CNY", 7_120),
        (7_120, "CNY", "USD", 1_000),
        (100, "USD", "JPY", 147),
        (147, "JPY", "USD", 100),
        (100, "USD", "VND", 26_200),
        (1, "CNY", "JPY", 0),
        (3, "CNY", "JPY", 1),
        (3_381, "CNY", "ILS", 1_591),
    ],
)
def test_amounts_are_converted(minor: int, source: str, target: str, expected: int) -> None:
    assert Conversion.between(source, target)(minor) == expected


def test_the_half_is_rounded_up() -> None:
    assert Conversion(1, 2)(1) == 1
    assert Conversion(1, 2)(3) == 2
    assert Conversion(1, 4)(1) == 0


@given(amounts, currencies)
def test_a_currency_converts_into_itself_unchanged(minor: int, currency: str) -> None:
    assert Conversion.between(currency, currency)(minor) == minor


@given(amounts, amounts, currencies, currencies)
def test_the_dearer_stays_the_dearer(one: int, other: int, source: str, target: str) -> None:
    convert = Conversion.between(source, target)
    low, high = sorted((one, other))
    assert convert(low) <= convert(high)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1_568, "USD", "15.68"),
        (5, "USD", "0.05"),
        (0, "EUR", "0.00"),
        (100, "ILS", "1.00"),
        (1_568, "JPY", "1568"),
        (0, "KRW", "0"),
        (26_200, "VND", "26200"),
        (950, "CLP", "950"),
        (1_630_050, "IDR", "16300.50"),
    ],
)
def test_amounts_are_written(minor: int, currency: str, text: str) -> None:
    assert write(minor, currency) == text
