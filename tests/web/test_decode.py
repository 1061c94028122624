"""From what was sent to a question: every wrong value is named with what it must be, and nothing is too odd to be read."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from alistach.answers.questions import AffiliateLinks, Categories, ProductDetail, ProductDetails, Search, Sort
from alistach.errors import InvalidParameters, MalformedBody
from alistach.web.decode import body_pairs, decode, read

SEARCH_NAMES = ", ".join(Search.__struct_fields__)
ID = "1005006338829917"


class Letter(enum.StrEnum):
    """Two values."""

    A = "A"
    B = "B"


def problems(model: type[msgspec.Struct], *sent: tuple[str, object]) -> list[tuple[str, str]]:
    """What is wrong with what was sent."""
    with pytest.raises(InvalidParameters) as caught:
        decode(model, sent)
    return [(problem.parameter, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("keyword", "is not known; did you mean keywords?"),
        ("page", "is not known; did you mean page_no?"),
        ("colour", f"is not known; known are {SEARCH_NAMES}"),
        ("pagesize", "is not known; did you mean page_size?"),
        ("Keywords", "is not known; did you mean keywords?"),
        ("", f"is not known; known are {SEARCH_NAMES}"),
        ("keywords ", "is not known; did you mean keywords?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_or_all(name: str, message: str) -> None:
    assert problems(Search, (name, "1")) == [(name, message)]


def test_a_question_without_parameters_takes_none() -> None:
    assert problems(Categories, ("x", "1")) == [("x", "is not known; known are none")]


def test_a_long_unknown_name_is_cut() -> None:
    ((name, _),) = problems(Search, ("x" * 500, "1"))
    assert name == "x" * 60


def test_what_is_needed_and_missing_is_told() -> None:
    assert problems(ProductDetail) == [("product_id", "is needed")]
    assert problems(AffiliateLinks) == [("urls", "is needed")]


def test_what_is_given_twice_is_told() -> None:
    assert problems(Search, ("page_no", "1"), ("page_no", "1")) == [("page_no", "was given more than once")]


def test_every_problem_is_told_at_once_and_in_one_sentence() -> None:
    with pytest.raises(InvalidParameters) as caught:
        decode(Search, [("page_no", "0"), ("sort", "up"), ("colour", "red")])
    assert [problem.parameter for problem in caught.value.problems] == ["colour", "page_no", "sort"]
    assert "; page_no must be 1 to 5000, was 0; sort must be one of SALE_PRICE_ASC" in caught.value.detail


def test_so_many_problems_are_told_and_no_more() -> None:
    with pytest.raises(InvalidParameters) as caught:
        decode(Search, [(f"unknown{number}", 1) for number in range(10_000)])
    assert len(caught.value.problems) == 20
    assert caught.value.detail.endswith("; and 9980 more.")
    assert len(caught.value.detail) < 8_000


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("page_size", "51", "must be 1 to 50, was 51"),
        ("page_size", 0, "must be 1 to 50, was 0"),
        ("page_size", "-1", "must be 1 to 50, was -1"),
        ("page_size", "", "must be a whole number from 1 to 50, was "),
        ("page_size", "ten", "must be a whole number from 1 to 50, was ten"),
        ("page_size", "1.5", "must be a whole number from 1 to 50, was 1.5"),
        ("page_size", 1.5, "must be a whole number from 1 to 50, was 1.5"),
        ("page_size", True, "must be a whole number from 1 to 50, was true"),
        ("page_size", "1e1", "must be a whole number from 1 to 50, was 1e1"),
        ("page_size", "٣", "must be a whole number from 1 to 50, was ٣"),
        ("page_size", "9" * 19, f"must be a whole number from 1 to 50, was {'9' * 19}"),
        ("page_size", 10**30, f"must be 1 to 50, was {10**30}"),
        ("page_size", None, "must not be null"),
        ("page_size", [1], "must be a whole number from 1 to 50, was [1]"),
        ("page_size", {"a": 1}, 'must be a whole number from 1 to 50, was {"a":1}'),
        ("page_no", "5001", "must be 1 to 5000, was 5001"),
        ("min_sale_price", "-0.01", "must be 0 to 100000000, was -0.01"),
        ("min_sale_price", "100000000.01", "must be 0 to 100000000, was 100000000.01"),
        ("min_sale_price", "4,99", "must be a number like 12.50 from 0 to 100000000, was 4,99"),
        ("min_sale_price", "$5", "must be a number like 12.50 from 0 to 100000000, was $5"),
        ("min_sale_price", "NaN", "must be a number like 12.50 from 0 to 100000000, was NaN"),
        ("min_sale_price", "Infinity", "must be a number like 12.50 from 0 to 100000000, was Infinity"),
        ("min_sale_price", 1e300, "must be a number like 12.50 from 0 to 100000000, was 1e300"),
        ("min_sale_price", False, "must be a number like 12.50 from 0 to 100000000, was false"),
        ("max_sale_price", "1.1234567", "must be a number like 12.50 from 0 to 100000000, was 1.1234567"),
        ("keywords", "a" * 257, "must have at most 256 characters, had 257"),
        ("keywords", 1.5, "must be text, was 1.5"),
        ("keywords", ["a"], 'must be text, was ["a"]'),
        ("keywords", None, "must not be null"),
        ("keywords", "usb\0", "must be text in UTF-8 without control characters"),
        ("keywords", "usb\x1b[31m", "must be text in UTF-8 without control characters"),
        ("keywords", "usb\ufffd", "must be text in UTF-8 without control characters"),
        ("keywords", "usb\x7f", "must be text in UTF-8 without control characters"),
        ("category_ids", "1,a", "must be a category id of 1 to 20 digits, was a (member 2)"),
        ("category_ids", [1, None], "must not be null (member 2)"),
        ("category_ids", [[1]], "must be text, was [1] (member 1)"),
        ("category_ids", {"a": 1}, 'must be a list, was {"a":1}'),
        ("category_ids", True, "must be a list, was true"),
        ("category_ids", ",".join("1" * 21), "must have 0 to 20 members, had 21"),
        (
            "sort",
            "cheapest",
            "must be one of SALE_PRICE_ASC, SALE_PRICE_DESC, LAST_VOLUME_ASC, LAST_VOLUME_DESC; was cheapest",
        ),
        ("sort", 1, "must be one of SALE_PRICE_ASC, SALE_PRICE_DESC, LAST_VOLUME_ASC, LAST_VOLUME_DESC; was 1"),
        ("ship_to_country", "DEU", "must be a country code of two letters, such as DE, was DEU"),
        ("ship_to_country", "DE\n", "must be a country code of two letters, such as DE, was DE\n"),
        ("target_currency", "€", "must be a currency code of three letters, such as USD, was €"),
        ("tracking_id", "a b", "must be a tracking id of 1 to 64 letters, digits, _, . or -, was a b"),
        ("tracking_id", "default\n", "must be a tracking id of 1 to 64 letters, digits, _, . or -, was default\n"),
        ("tracking_id", "", "must be a tracking id of 1 to 64 letters, digits, _, . or -, was "),
        ("tracking_id", "x" * 70, f"must be a tracking id of 1 to 64 letters, digits, _, . or -, was {'x' * 60}…"),
    ],
)
def test_a_wrong_value_is_told_with_what_it_must_be(name: str, value: object, message: str) -> None:
    assert problems(Search, (name, value)) == [(name, message)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "must have 1 to 50 members, had 0"),
        ([], "must have 1 to 50 members, had 0"),
        (",,", "must have 1 to 50 members, had 0"),
        ([ID] * 51, "must have 1 to 50 members, had 51"),
        ("1234", "must be a product id of 5 to 20 digits, was 1234 (member 1)"),
        ([ID, "12345\n"], "must be a product id of 5 to 20 digits, was 12345\n (member 2)"),
        (None, "must not be null"),
    ],
)
def test_a_wrong_list_is_told_with_what_it_must_be(value: object, message: str) -> None:
    assert problems(ProductDetails, ("product_ids", value)) == [("product_ids", message)]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("keywords", "", ""),
        ("keywords", "зонт 傘", "зонт 傘"),
        ("keywords", "a\tb\nc", "a\tb\nc"),
        ("keywords", 2024, "2024"),
        ("page_size", " 7 ", 7),
        ("page_size", "+7", 7),
        ("page_size", 50, 50),
        ("min_sale_price", "4.99", Decimal("4.99")),
        ("min_sale_price", 4.99, Decimal("4.99")),
        ("min_sale_price", 5, Decimal(5)),
        ("min_sale_price", "0", Decimal(0)),
        ("min_sale_price", None, None),
        ("category_ids", "1, 2,,3", ("1", "2", "3")),
        ("category_ids", 7, ("7",)),
        ("category_ids", ["1", 2], ("1", "2")),
        ("category_ids", "", ()),
        ("sort", "sale_price_asc", Sort.SALE_PRICE_ASC),
        ("sort", " SALE_PRICE_ASC ", Sort.SALE_PRICE_ASC),
        ("sort", None, None),
        ("tracking_id", "my_site.1-a", "my_site.1-a"),
    ],
)
def test_a_right_value_is_read(name: str, value: object, expected: object) -> None:
    assert getattr(decode(Search, [(name, value)]), name) == expected


def test_nothing_sent_is_the_question_of_all_defaults() -> None:
    assert decode(Search, []) == Search()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("true", True), ("False", False), ("1", True), ("0", False), (" TRUE ", True)],
)
def test_a_flag_is_read(value: object, expected: bool) -> None:
    assert read(bool, value) is expected


@pytest.mark.parametrize("value", ["yes", "", "2", 1, 0, [], 1.0])
def test_what_is_no_flag_is_told(value: object) -> None:
    with pytest.raises(ValueError, match="must be true or false, was "):
        read(bool, value)


def test_null_is_for_what_may_be_left_out() -> None:
    assert read(Letter | None, None) is None
    with pytest.raises(ValueError, match="must not be null"):
        read(Letter, None)


def test_bounds_are_found_however_deep_they_stand() -> None:
    kind = Annotated[Annotated[int, Meta(ge=1, le=3)], Meta(description="A number.")]
    assert read(kind, "3") == 3
    with pytest.raises(ValueError, match="must be 1 to 3, was 4"):
        read(kind, "4")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "The body must be a JSON object: Input data was truncated."),
        (b"{]", "The body must be a JSON object: JSON is malformed"),
        (b"{} {}", "The body must be a JSON object: JSON is malformed: trailing characters (byte 4)."),
        (b"{'a': 1}", "The body must be a JSON object: JSON is malformed"),
        (b"\xff\xfe{\x00}\x00", "The body must be a JSON object: JSON is malformed"),
        (b'{"keywords": "\xff"}', "The body must be a JSON object: "),
        (b'{"keywords": "\\ud800"}', "The body must be a JSON object: "),
        (b'{"keywords": "\x00"}', "The body must be a JSON object: "),
        (b'{"min_sale_price": NaN}', "The body must be a JSON object: JSON is malformed"),
        (b'{"min_sale_price": 1e999}', "The body must be a JSON object: Number out of range"),
        (b'{"page_no": 1' + b"0" * 5_000 + b"}", "The body must be a JSON object: "),
        (b'{"keywords": ' + b"[" * 60_000 + b"]" * 60_000 + b"}", "The body must be a JSON object: maximum recursion"),
        (b"[]", "The body must be a JSON object, with the parameters as members."),
        (b"null", "The body must be a JSON object, with the parameters as members."),
        (b'"keywords"', "The body must be a JSON object, with the parameters as members."),
        (b"7", "The body must be a JSON object, with the parameters as members."),
    ],
    ids=range(16),
)
def test_a_body_that_is_no_json_object_is_told(body: bytes, detail: str) -> None:
    with pytest.raises(MalformedBody) as caught:
        body_pairs(body)
    assert caught.value.detail.startswith(detail)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"{}", b" {} "])
def test_a_body_with_nothing_in_it_has_no_parameters(body: bytes) -> None:
    assert body_pairs(body) == []


def test_a_body_has_its_members_in_their_order() -> None:
    assert body_pairs(b'{"b": [1], "a": null}') == [("b", [1]), ("a", None)]


def test_a_member_that_is_there_twice_is_given_twice() -> None:
    assert problems(Search, *body_pairs(b'{"page_no": 1, "page_no": 2}')) == [("page_no", "was given more than once")]


def attempt(work: Callable[[], object]) -> object:
    """What comes of it: a result, or one of the two refusals."""
    try:
        return work()
    except (InvalidParameters, MalformedBody) as refusal:
        return refusal


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.sampled_from(Search.__struct_fields__) | st.text(max_size=9), JSON), max_size=6))
def test_whatever_is_sent_is_a_question_or_told(sent: list[tuple[str, Any]]) -> None:
    outcome = attempt(lambda: decode(Search, sent))
    if isinstance(outcome, InvalidParameters):
        assert all(problem.message for problem in outcome.problems)
    else:
        assert isinstance(outcome, Search)
        assert 1 <= outcome.page_size <= 50


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_body_is_it_is_read_or_told(body: bytes) -> None:
    outcome = attempt(lambda: body_pairs(body))
    if isinstance(outcome, MalformedBody):
        assert outcome.detail.startswith("The body must be a JSON object")
    else:
        assert isinstance(outcome, list)
