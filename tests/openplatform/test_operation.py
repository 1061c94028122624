"""Operations, priorities and replies as data."""

from __future__ import annotations

import dataclasses

import pytest

from alistach.openplatform.categories import CATEGORIES
from alistach.openplatform.links import LINK_GENERATE
from alistach.openplatform.operation import Attempt, Operation, Priority, Reply
from alistach.openplatform.products import PRODUCT_DETAILS, PRODUCT_QUERY


def test_the_more_urgent_sorts_first() -> None:
    assert sorted([Priority.BACKFILL, Priority.INTERACTIVE, Priority.REFRESH]) == [
        Priority.INTERACTIVE,
        Priority.REFRESH,
        Priority.BACKFILL,
    ]


def test_each_operation_names_its_method_and_group() -> None:
    table = {
        operation.method: operation.permission_group
        for operation in (PRODUCT_QUERY, PRODUCT_DETAILS, CATEGORIES, LINK_GENERATE)
    }
    assert table == {
        "aliexpress.affiliate.product.query": "Standard API for Publishers",
        "aliexpress.affiliate.productdetail.get": "Standard API for Publishers",
        "aliexpress.affiliate.category.get": "Standard API for Publishers",
        "aliexpress.affiliate.link.generate": "Standard API for Publishers",
    }


def test_operations_and_replies_cannot_be_changed() -> None:
    reply = Reply("x", 1.0, None, (Attempt(1.0, 0.1, "ok", None),))
    with pytest.raises(dataclasses.FrozenInstanceError):
        reply.result = "y"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        CATEGORIES.method = "x"  # type: ignore[misc]


def test_an_operation_is_repeatable_unless_it_says_otherwise() -> None:
    operation: Operation[str, str] = Operation("a.b", lambda _: {}, lambda _: "", str, "g")
    assert operation.repeatable
