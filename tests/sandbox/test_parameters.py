"""Parameters: what counts as sent, and the refusals of the typed readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox.parameters import Parameters, decode_form
from alistach.sandbox.refusals import Refused


def refusal_of(raised: pytest.ExceptionInfo[Refused]) -> tuple[str | int, str]:
    return raised.value.refusal.code, raised.value.refusal.msg


def test_a_missing_parameter_is_named_in_curly_quotes() -> None:
    with pytest.raises(Refused) as raised:
        Parameters().required("app_key")
    message = "The input parameter “app_key” that is mandatory for processing this request is not supplied"
    assert refusal_of(raised) == ("MissingParameter", message)


def test_an_empty_value_is_not_sent() -> None:
    with pytest.raises(Refused):
        Parameters({"keywords": ""}).required("keywords")


def test_an_empty_name_is_not_sent() -> None:
    assert list(Parameters({"": "x", "a": "b"})) == [("a", "b")]


@pytest.mark.parametrize("text", ["0", "51", "-1", "1.5", "ten", " 1", "1e1", "٣", "9" * 40])
def test_a_number_outside_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(Refused) as raised:
        Parameters({"page_size": text}).whole("page_size", 20, 1, 50)
    message = "The input parameter “page_size” is not valid: must be a whole number from 1 to 50"
    assert refusal_of(raised) == ("InvalidParameter", message)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("50", 50), ("007", 7)])
def test_a_number_within_its_bounds_is_read(text: str, number: int) -> None:
    assert Parameters({"page_size": text}).whole("page_size", 20, 1, 50) == number


def test_a_number_not_sent_is_the_default() -> None:
    assert Parameters().whole("page_size", 20, 1, 50) == 20


@pytest.mark.parametrize("text", ["-5", "1.99", "$3"])
def test_an_amount_that_is_not_minor_units_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Parameters({"max_sale_price": text}).amount("max_sale_price")


def test_an_amount_may_be_missing() -> None:
    assert Parameters().amount("max_sale_price") is None
    assert Parameters({"max_sale_price": "0"}).amount("max_sale_price") == 0


@pytest.mark.parametrize("text", ["a", "1,b", "1;2", "1.0", "-1"])
def test_a_list_with_something_else_than_numbers_is_refused(text: str) -> None:
    with pytest.raises(Refused) as raised:
        Parameters({"product_ids": text}).numbers("product_ids")
    message = "The input parameter “product_ids” is not valid: must be numbers separated by commas"
    assert refusal_of(raised) == ("InvalidParameter", message)


def test_a_list_keeps_its_order_and_drops_repetitions() -> None:
    assert Parameters({"product_ids": "3, 1,,3,2"}).numbers("product_ids") == (3, 1, 2)


def test_a_list_not_sent_is_empty() -> None:
    assert Parameters().numbers("product_ids") == ()


def test_a_value_that_is_not_allowed_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused) as raised:
        Parameters({"sort": "PRICE"}).one_of("sort", {"UP": "u", "DOWN": "d"}, "UP")
    assert refusal_of(raised) == (
        "InvalidParameter",
        "The input parameter “sort” is not valid: must be one of UP, DOWN",
    )


def test_a_value_is_allowed_in_any_case() -> None:
    assert Parameters({"sort": "down"}).one_of("sort", {"UP": "u", "DOWN": "d"}, "UP") == "d"


def test_a_value_not_sent_is_the_default() -> None:
    assert Parameters().one_of("sort", {"UP": "u", "DOWN": "d"}, "UP") == "u"


def test_the_body_counts_over_the_query() -> None:
    both = Parameters({"method": "a", "v": "2.0"}, {"method": "b"})
    assert dict(both) == {"method": "b", "v": "2.0"}


def test_what_was_not_sent_has_no_text() -> None:
    assert Parameters({"a": "b"}).text("c") is None


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", {}),
        ("a", {}),
        ("a=", {}),
        ("=b", {}),
        ("a=1&a=2", {"a": "2"}),
        ("a=1%202+3", {"a": "1 2 3"}),
        ("k=c%C3%A2ble%20%26%20%E5%85%85", {"k": "câble & 充"}),
        ("a=%FF", {"a": "�"}),
        ("a=b=c", {"a": "b=c"}),
    ],
)
def test_a_form_is_read(text: str, pairs: dict[str, str]) -> None:
    assert decode_form(text) == pairs


@given(st.text(max_size=60))
def test_no_form_is_too_strange_to_read(text: str) -> None:
    assert all(name and value for name, value in decode_form(text).items())
