"""Any method by its name: how values are written, and what is never sent twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.errors import InvalidParameters
from alistach.openplatform.generic import generic_operation, written_parameters


class Address(msgspec.Struct):
    city: str


@pytest.mark.parametrize(
    "method",
    ["", "x", "aliexpress..get", "aliexpress.ds.get?x=1", "aliexpress.ds/x", "/", "/auth/../x y", "/auth//token", "a b.c"],
)  # fmt: skip
def test_what_is_no_method_is_refused(method: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        generic_operation(method)
    assert [problem.parameter for problem in caught.value.problems] == ["method"]


@pytest.mark.parametrize("name", ["app_key", "format", "method", "sign", "sign_method", "timestamp", "v"])
def test_what_the_client_sets_cannot_be_set(name: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        written_parameters({name: "x", "keywords": "y"})
    assert [problem.parameter for problem in caught.value.problems] == [name]


@pytest.mark.parametrize("value", [object(), {"a": object()}, [object()], {(1, 2): 3}])
def test_a_value_that_cannot_be_written_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidParameters) as caught:
        written_parameters({"address": value})
    assert [problem.parameter for problem in caught.value.problems] == ["address"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("câble", "câble"),
        (True, "true"),
        (False, "false"),
        (50, "50"),
        (12000036815593863, "12000036815593863"),
        (1.5, "1.5"),
        (Decimal("15.680"), "15.680"),
        (Decimal("1E+3"), "1000"),
        ({"city": "Köln", "n": 1}, '{"city":"Köln","n":1}'),
        ([1, "a"], '[1,"a"]'),
        ((1, 2), "[1,2]"),
        (Address("Köln"), '{"city":"Köln"}'),
        ({}, "{}"),
    ],
)
def test_values_are_written_as_the_wire_takes_them(value: Any, written: str) -> None:
    assert written_parameters({"x": value}) == {"x": written}


@pytest.mark.parametrize(
    ("method", "repeatable"),
    [
        ("aliexpress.affiliate.hotproduct.query", True),
        ("aliexpress.affiliate.link.generate", True),
        ("aliexpress.affiliate.order.listbyindex", True),
        ("aliexpress.ds.image.searchV2", True),
        ("aliexpress.logistics.buyer.freight.calculate", True),
        ("aliexpress.ds.order.create", False),
        ("aliexpress.ds.add.info", False),
        ("aliexpress.ds.member.orderdata.submit", False),
        ("aliexpress.ds.search.event.report", False),
        ("aliexpress.some.new.thing", False),
        ("/auth/token/create", False),
        ("/auth/token/refresh", False),
    ],
)
def test_only_what_reads_is_repeatable(method: str, repeatable: bool) -> None:
    assert generic_operation(method).repeatable is repeatable


def test_the_payload_is_the_result() -> None:
    operation = generic_operation("aliexpress.ds.product.get")
    assert operation.decode({"result": {"a": 1}}) == {"result": {"a": 1}}
    assert operation.empty() == {}
    assert operation.permission_group == "AE-Dropshipper"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(st.lists(values) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values))
def test_nested_values_are_json_that_reads_back(value: Any) -> None:
    assert msgspec.json.decode(written_parameters({"x": value})["x"]) == value
