"""Money in main units and minor ones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.kit.money import exponent, to_minor


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity", "0.001"])
def test_what_the_currency_cannot_express_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=amount):
        to_minor(Decimal(amount), "USD")


def test_a_currency_without_decimals_takes_none() -> None:
    with pytest.raises(ValueError, match="JPY does not have"):
        to_minor(Decimal("100.5"), "JPY")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("4.99", "USD", 499), ("5", "EUR", 500), ("5.00", "EUR", 500), ("100", "JPY", 100), ("1.234", "KWD", 1234)],
)
def test_main_units_become_minor_ones(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("JPY", 0), ("VND", 0), ("BHD", 3), ("CLF", 4), ("XYZ", 2)]
)
def test_a_currency_has_as_many_decimals_as_iso_4217_says(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_minor_units_written_in_main_units_come_back(minor: int, currency: str) -> None:
    assert to_minor(Decimal(minor).scaleb(-exponent(currency)), currency) == minor
