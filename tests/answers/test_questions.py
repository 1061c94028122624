"""Questions: every parameter with its bounds and default, as callers and the OpenAPI document see them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Meta

from alistach.answers import questions
from alistach.answers.questions import (
    MUST_BE,
    AffiliateLink,
    AffiliateLinks,
    Categories,
    ChildCategories,
    Language,
    ProductDetail,
    ProductDetails,
    Search,
    Sort,
)

MODELS: tuple[type[msgspec.Struct], ...] = (
    Search,
    ProductDetail,
    ProductDetails,
    Categories,
    ChildCategories,
    AffiliateLink,
    AffiliateLinks,
)
LOCALE = ("ship_to_country", "target_currency", "target_language", "tracking_id")


def metas_of(annotation: Any) -> list[Meta]:
    """The constraints of a type, those of its members and of its alternatives too."""
    found = [meta for meta in get_args(annotation) if isinstance(meta, Meta)]
    for inner in get_args(annotation):
        if not isinstance(inner, Meta):
            found += metas_of(inner)
    return found


def pattern_of(name: str) -> str:
    """The pattern of a type of this module, such as `ProductId`."""
    [pattern] = [meta.pattern for meta in metas_of(getattr(questions, name)) if meta.pattern is not None]
    return pattern


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (
            Search,
            (
                "keywords",
                "category_ids",
                "min_sale_price",
                "max_sale_price",
                "page_no",
                "page_size",
                "sort",
                *LOCALE,
            ),
        ),
        (ProductDetail, ("product_id", *LOCALE)),
        (ProductDetails, ("product_ids", *LOCALE)),
        (Categories, ()),
        (ChildCategories, ("category_id",)),
        (AffiliateLink, ("url", "tracking_id")),
        (AffiliateLinks, ("urls", "tracking_id")),
    ],
)
def test_a_model_has_these_parameters(model: type[msgspec.Struct], names: tuple[str, ...]) -> None:
    assert model.__struct_fields__ == names


def test_a_search_without_parameters_is_a_question() -> None:
    assert Search() == Search(
        keywords="",
        category_ids=(),
        min_sale_price=None,
        max_sale_price=None,
        page_no=1,
        page_size=20,
        sort=None,
        ship_to_country=None,
        target_currency=None,
        target_language=None,
        tracking_id=None,
    )


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (ProductDetail, "product_id"),
        (ProductDetails, "product_ids"),
        (ChildCategories, "category_id"),
        (AffiliateLink, "url"),
        (AffiliateLinks, "urls"),
    ],
)
def test_what_a_question_is_about_is_required(model: type[msgspec.Struct], name: str) -> None:
    required = [field.name for field in msgspec.structs.fields(model) if field.required]
    assert required == [name]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "ProductId",
            ["12345", "1005006338829917", "1" * 20],
            ["1234", "1" * 21, "12345x", "", "1234\uff15", "-12345"],
        ),
        ("CategoryId", ["0", "200000121", "1" * 20], ["", "1" * 21, "1,2", "x"]),
        ("TrackingId", ["default", "a", "A_b.c-9", "x" * 64], ["", "x" * 65, "a b", "a/b", "é", 'a"']),
        ("Currency", ["USD", "usd"], ["US", "USDT", "U$D", ""]),
        ("Country", ["DE", "de"], ["D", "DEU", "1E", ""]),
    ],
)
def test_a_text_matches_whole_or_not_at_all(kind: str, good: list[str], bad: list[str]) -> None:
    pattern = pattern_of(kind)
    assert [text for text in good if re.fullmatch(pattern, text) is None] == []
    assert [text for text in [*bad, good[0] + "\n", "\n" + good[0]] if re.fullmatch(pattern, text)] == []


@pytest.mark.parametrize("kind", ["ProductId", "CategoryId", "TrackingId", "Currency", "Country"])
def test_a_pattern_is_anchored_for_readers_of_the_openapi_document(kind: str) -> None:
    assert re.fullmatch(r"\^.*\$", pattern_of(kind))


@pytest.mark.parametrize("kind", ["ProductId", "CategoryId", "TrackingId", "Currency", "Country"])
def test_a_pattern_is_said_in_words_too(kind: str) -> None:
    [words] = [meta.extra[MUST_BE] for meta in metas_of(getattr(questions, kind)) if meta.extra]
    assert words.startswith("a ")


@pytest.mark.parametrize(
    ("model", "name", "bounds"),
    [
        (Search, "keywords", {"max_length": 256}),
        (Search, "category_ids", {"max_length": 20}),
        (Search, "page_no", {"ge": 1, "le": 5000}),
        (Search, "page_size", {"ge": 1, "le": 50}),
        (ProductDetails, "product_ids", {"min_length": 1, "max_length": 50}),
        (AffiliateLink, "url", {"min_length": 1, "max_length": 4096}),
        (AffiliateLinks, "urls", {"min_length": 1, "max_length": 50}),
    ],
)
def test_a_parameter_has_these_bounds(model: type[msgspec.Struct], name: str, bounds: dict[str, object]) -> None:
    metas = metas_of(get_type_hints(model, include_extras=True)[name])
    # The constraints of a list stand before those of its members.
    told = {bound: next(set_ for meta in metas if (set_ := getattr(meta, bound)) is not None) for bound in bounds}
    assert told == bounds


@pytest.mark.parametrize("model", MODELS)
def test_every_parameter_says_what_it_is(model: type[msgspec.Struct]) -> None:
    hints = get_type_hints(model, include_extras=True)
    silent = [name for name, hint in hints.items() if not any(meta.description for meta in metas_of(hint))]
    assert silent == []


@pytest.mark.parametrize("model", MODELS)
def test_every_model_says_what_it_asks(model: type[msgspec.Struct]) -> None:
    assert (model.__doc__ or "").endswith(".")


@pytest.mark.parametrize("model", MODELS)
def test_a_question_cannot_be_changed(model: type[msgspec.Struct]) -> None:
    assert model.__struct_config__.frozen


def test_the_sorts_are_the_platforms() -> None:
    assert [sort.value for sort in Sort] == [
        "SALE_PRICE_ASC",
        "SALE_PRICE_DESC",
        "LAST_VOLUME_ASC",
        "LAST_VOLUME_DESC",
    ]


def test_languages_are_two_capital_letters_each_named_for_itself() -> None:
    assert len(Language) == 20
    assert all(re.fullmatch("[A-Z]{2}", language.value) and language.name == language.value for language in Language)


@pytest.mark.parametrize("name", ["min_sale_price", "max_sale_price"])
def test_a_price_is_exact_and_bounded(name: str) -> None:
    assert Decimal in get_args(get_type_hints(Search)[name])
    bounds = [meta.extra_json_schema for meta in metas_of(get_type_hints(Search, include_extras=True)[name])]
    assert {"minimum": 0, "maximum": 100_000_000} in bounds


def test_the_examples_match_their_patterns() -> None:
    for kind in ("ProductId", "CategoryId", "Currency", "Country"):
        annotated = getattr(questions, kind)
        assert get_origin(annotated) is Annotated
        for meta in metas_of(annotated):
            assert all(re.fullmatch(pattern_of(kind), str(example)) for example in meta.examples or ())
