"""The category tree (`category.get`): one call answers all of it."""

from __future__ import annotations

from typing import Final

import msgspec

from alistach.errors import UpstreamInvalid
from alistach.openplatform import fields
from alistach.openplatform.envelope import rows_of
from alistach.openplatform.operation import Operation, Payload
from alistach.openplatform.permissions import STANDARD


class CategoryNode(msgspec.Struct, frozen=True):
    """A category and the one above it; a root has none."""

    id: str
    name: str
    parent_id: str | None


class CategoryQuery(msgspec.Struct, frozen=True):
    """The question for the tree, which has no parameters."""


def _decode(payload: Payload) -> tuple[CategoryNode, ...]:
    nodes = tuple(
        CategoryNode(
            found, fields.prose(row.get("category_name")) or "", fields.identifier(row.get("parent_category_id"))
        )
        for row in rows_of(payload, "categories")
        if (found := fields.identifier(row.get("category_id")))
    )
    if not nodes and fields.whole(payload.get("total_result_count")) != 0:
        raise UpstreamInvalid("AliExpress sent a list of categories that cannot be read. Try again later.")
    return nodes


def _encode(_: CategoryQuery) -> dict[str, str]:
    return {}


CATEGORIES: Final = Operation(
    method="aliexpress.affiliate.category.get",
    encode=_encode,
    decode=_decode,
    empty=tuple[CategoryNode, ...],
    permission_group=STANDARD,
)
