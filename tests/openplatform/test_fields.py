"""Single fields: what each notation means, and that nonsense is None."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.kit.money import Money
from alistach.openplatform import fields

NONSENSE: list[Any] = [None, "", "  ", [], {}, ["x"], {"a": 1}, True, False, object()]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_is_none_for_every_reader(value: Any) -> None:
    readers = (fields.text, fields.prose, fields.link, fields.identifier, fields.whole, fields.amount, fields.percent)
    assert [reader(value) for reader in readers] == [None] * len(readers)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("IXTAR&#39;s", "IXTAR's"),
        ("Salt &amp; Pepper &quot;Set&quot;", 'Salt & Pepper "Set"'),
        ("  plain  ", "plain"),
        ("&nbsp;", None),
        ("AT&T", "AT&T"),
    ],
)
def test_prose_has_its_entities_resolved(value: str, expected: str | None) -> None:
    assert fields.prose(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://a.b/c", "https://a.b/c"),
        ("http://a.b/c", "http://a.b/c"),
        ("//a.b/c", "https://a.b/c"),
        ("javascript:alert(1)", None),
        ("a.b/c", None),
        (12, None),
    ],
)
def test_links_are_http_ones(value: Any, expected: str | None) -> None:
    assert fields.link(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1005006338829917, "1005006338829917"),
        (12000036815593863, "12000036815593863"),
        (2**64 + 1, "18446744073709551617"),
        (" 605 ", "605"),
        (0, None),
        ("0", None),
        ("000", None),
        (-5, None),
        ("12a", None),
        ("\u0661\u0662", None),
        (1.5, None),
    ],
)
def test_ids_are_text_and_exact(value: Any, expected: str | None) -> None:
    assert fields.identifier(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (10235, 10235), ("10235", 10235), (" 7 ", 7), ("1000+", None), ("\u0663", None), ("9" * 16, None)],
)
def test_counts_are_whole_numbers(value: Any, expected: int | None) -> None:
    assert fields.whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("15.68", "15.68"),
        ("0.00", "0.00"),
        ("1,015.68", "1015.68"),
        ("1,234,567", "1234567"),
        ("4.30", "4.30"),
        (15, "15"),
        (15.68, "15.68"),
        ("12,5", None),
        ("1.2 - 3.4", None),
        ("US $15.68", None),
        ("-1", None),
        (-1, None),
        ("1e5", None),
        ("NaN", None),
        (float("nan"), None),
        (float("inf"), None),
        ("9" * 16, None),
    ],
)
def test_amounts_are_exact_decimals(value: Any, expected: str | None) -> None:
    found = fields.amount(value)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"p": "15.68", "p_currency": "ILS"}, Money(Decimal("15.68"), "ILS")),
        ({"p": "15.68", "p_currency": " ils "}, Money(Decimal("15.68"), "ILS")),
        ({"p": "15.68"}, None),
        ({"p": "15.68", "p_currency": ""}, None),
        ({"p": "15.68", "p_currency": "shekel"}, None),
        ({"p": "much", "p_currency": "ILS"}, None),
        ({"p_currency": "ILS"}, None),
        ({}, None),
    ],
)
def test_money_needs_amount_and_currency(row: dict[str, Any], expected: Money | None) -> None:
    assert fields.money(row, "p") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7.0%", 7.0),
        ("7.00%", 7.0),
        ("50%", 50.0),
        ("93.9%", 93.9),
        (" 89.2 ", 89.2),
        ("7 %", 7.0),
        ("0.00", 0.0),
        (7, 7.0),
        (7.5, 7.5),
        ("%", None),
        ("seven", None),
    ],
)
def test_percents_are_numbers(value: Any, expected: float | None) -> None:
    assert fields.percent(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["a", "", " b ", 3, None], ("a", "b")), ("a", ("a",)), (None, ()), ([], ()), ({}, ())],
)
def test_lists_of_text_keep_what_is_text(value: Any, expected: tuple[str, ...]) -> None:
    assert fields.strings(value) == expected


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_any_price_is_read_back_exactly(price: Decimal) -> None:
    assert fields.amount(str(price)) == price
    assert fields.amount(f"{price:,}") == price


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())


@given(anything)
def test_no_value_breaks_a_reader(value: Any) -> None:
    for reader in (fields.text, fields.prose, fields.link, fields.identifier, fields.whole, fields.amount):
        reader(value)
    fields.percent(value)
    fields.strings(value)
    fields.money({"p": value, "p_currency": value}, "p")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("https://s.click.aliexpress.com/e/_c4Nfja0N", "https://s.click.aliexpress.com/e/_c4Nfja0N"),
        ("https://www.aliexpress.com/item/1005006338829917.html", None),
        ("https://s.click.aliexpress.com.evil.tld/e/_x", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_link_through_a_click_host_pays(value: object, found: str | None) -> None:
    assert fields.paying_link(value) == found
