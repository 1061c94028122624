"""aliexpress.affiliate.category.get: the whole tree."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from alistach.sandbox.categories import CATEGORIES
from alistach.sandbox.envelope import Listing, Result
from alistach.sandbox.methods.call import Call


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One node; a root comes without a parent."""

    parent_category_id: int | UnsetType = UNSET
    category_name: str
    category_id: int


class CategoryList(msgspec.Struct, frozen=True):
    """The tree, each root before its children."""

    total_result_count: int
    categories: Listing[CategoryRow]


async def get_categories(call: Call) -> Result:
    """Every category, by its English name."""
    rows = [
        CategoryRow(
            parent_category_id=UNSET if category.parent is None else category.parent,
            category_name=category.name,
            category_id=category.number,
        )
        for category in CATEGORIES
    ]
    return Result(result=CategoryList(len(rows), call.list_of("category", rows)))
