"""Results: the models say exactly what the golden examples say, and know no other words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from alistach.answers.results import (
    CategoriesList,
    DetailsList,
    DetailStatus,
    Envelope,
    LinkKind,
    LinksList,
    LinkStatus,
    Metadata,
    PageLink,
    ProductsPage,
    RowLink,
    ShownCategory,
    ShownProduct,
)
from alistach.openplatform.products import Product
from tests.answers.shapes import differences, golden

ENVELOPES: dict[str, Any] = {
    "search": Envelope[ProductsPage],
    "detail": Envelope[ShownProduct],
    "details": Envelope[DetailsList],
    "link": Envelope[PageLink],
    "links": Envelope[LinksList],
    "categories": Envelope[CategoriesList],
    "children": Envelope[CategoriesList],
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_example_read_and_written_again_is_the_same(name: str) -> None:
    example = golden(name)
    envelope = msgspec.convert(example, ENVELOPES[name])
    assert msgspec.json.decode(msgspec.json.encode(envelope)) == example


@pytest.mark.parametrize("name", ENVELOPES)
def test_members_are_written_in_the_order_of_the_example(name: str) -> None:
    example = golden(name)
    envelope = msgspec.convert(example, ENVELOPES[name])
    assert _names(msgspec.json.decode(msgspec.json.encode(envelope))) == _names(example)


def _names(value: Any) -> list[str]:
    """Every member's name, in order, however deep."""
    if isinstance(value, dict):
        return [name for key, inner in value.items() for name in (key, *_names(inner))]
    return [name for inner in value for name in _names(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (LinkStatus, ["monetised", "not_in_program", "unresolvable", "failed"]),
        (LinkKind, ["long", "short"]),
        (DetailStatus, ["ok", "unavailable"]),
    ],
)
def test_closed_sets_are_the_documented_ones(enumeration: Any, values: list[str]) -> None:
    assert [member.value for member in enumeration] == values


def test_a_shown_product_is_a_product_and_its_link() -> None:
    assert ShownProduct.__struct_fields__ == (*Product.__struct_fields__, "link")


def test_a_good_answer_always_says_success() -> None:
    envelope = Envelope(data=CategoriesList(()), metadata=Metadata(source="live"))
    assert msgspec.json.decode(msgspec.json.encode(envelope))["success"] is True


def test_metadata_that_does_not_apply_is_null() -> None:
    assert msgspec.to_builtins(Metadata(source="live")) == {
        "source": "live",
        "currency": None,
        "language": None,
        "ship_to_country": None,
        "price_as_of": None,
    }


@pytest.mark.parametrize("model", [RowLink, PageLink, ShownCategory, ProductsPage, Metadata, ShownProduct])
def test_a_result_cannot_be_changed(model: type[msgspec.Struct]) -> None:
    assert model.__struct_config__.frozen


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ({"a": 1, "b": [{"c": "x"}]}, []),
        ({"a": "1", "b": []}, [".a: number expected, was text"]),
        ({"a": True, "b": []}, [".a: number expected, was boolean"]),
        ({"b": []}, [".a: missing"]),
        ({"a": 1, "b": [], "d": 1}, [".d: not in the example"]),
        ({"a": 1, "b": [{"c": None}]}, [".b[0].c: text expected, was null"]),
        ({"a": 1, "b": {}}, [".b: list expected, was object"]),
    ],
)
def test_the_comparison_with_examples_sees_every_difference(answered: object, told: list[str]) -> None:
    assert list(differences({"a": 1, "b": [{"c": "x"}]}, answered)) == told


@pytest.mark.parametrize(
    ("answered", "is_same"), [({"sku_id": None}, True), ({"sku_id": "1"}, True), ({"sku_id": 1}, False)]
)
def test_a_member_that_may_be_null_may_be_nothing_else(answered: object, is_same: bool) -> None:
    assert (list(differences({"sku_id": "12"}, answered)) == []) is is_same


@pytest.mark.parametrize(
    ("name", "statuses"),
    [("links", ["monetised", "not_in_program", "unresolvable", "failed"]), ("details", ["ok", "unavailable"])],
)
def test_the_examples_show_every_status(name: str, statuses: list[str]) -> None:
    [rows] = golden(name)["data"].values()
    assert [row["status"] for row in rows] == statuses


def test_a_link_without_a_url_has_a_reason_in_every_example() -> None:
    links = golden("links")["data"]["links"]
    assert all((link["url"] is None) is (link["reason"] is not None) is (link["kind"] is None) for link in links)
