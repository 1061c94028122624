"""What a caller receives: one model for each shape of docs/answers.md."""

from __future__ import annotations

import enum
from typing import Generic, Literal, TypeVar

import msgspec

from alistach.openplatform.products import Product

T = TypeVar("T")


class LinkStatus(enum.StrEnum):
    """Whether a link pays, or why not."""

    MONETISED = "monetised"
    NOT_IN_PROGRAM = "not_in_program"
    UNRESOLVABLE = "unresolvable"
    FAILED = "failed"


class LinkKind(enum.StrEnum):
    """`long` links come with product rows, `short` ones from `link.generate`."""

    LONG = "long"
    SHORT = "short"


class RowLink(msgspec.Struct, frozen=True):
    """The link of a product row: a paying `url`, or the reason why there is none."""

    status: LinkStatus
    url: str | None
    kind: LinkKind | None
    tracking_id: str
    reason: str | None


class ShownProduct(Product, frozen=True, kw_only=True):
    """A product with the caller's link."""

    link: RowLink


class ProductsPage(msgspec.Struct, frozen=True):
    """A page of a search. `total` is the platform's count, advisory only."""

    products: tuple[ShownProduct, ...]
    total: int
    page_no: int
    page_size: int
    has_more: bool


class DetailStatus(enum.StrEnum):
    """Whether a product asked for by id can be shown."""

    OK = "ok"
    UNAVAILABLE = "unavailable"


class DetailRow(msgspec.Struct, frozen=True):
    """One of several products asked for by id."""

    product_id: str
    status: DetailStatus
    product: ShownProduct | None


class DetailsList(msgspec.Struct, frozen=True):
    """Products in the order asked."""

    products: tuple[DetailRow, ...]


class PageLink(msgspec.Struct, frozen=True):
    """The link asked for a page: a paying `url`, or the reason why there is none."""

    source_url: str
    product_id: str | None
    canonical_url: str | None
    status: LinkStatus
    url: str | None
    kind: LinkKind | None
    tracking_id: str
    reason: str | None


class LinksList(msgspec.Struct, frozen=True):
    """Links in the order asked."""

    links: tuple[PageLink, ...]


class ShownCategory(msgspec.Struct, frozen=True):
    """A category; `parent_id` is null at the root."""

    id: str
    name: str
    parent_id: str | None


class CategoriesList(msgspec.Struct, frozen=True):
    """Categories of one level."""

    categories: tuple[ShownCategory, ...]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer rests on. Members that do not apply are null."""

    source: str
    currency: str | None = None
    language: str | None = None
    ship_to_country: str | None = None
    price_as_of: str | None = None


class Envelope(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Every good answer."""

    success: Literal[True] = True
    data: T
    metadata: Metadata
