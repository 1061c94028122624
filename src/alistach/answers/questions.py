"""What a caller may ask: one model for each REST operation. Names, bounds and descriptions become the OpenAPI document."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

MAX_PAGE_SIZE = 50
MAX_ROWS = 5000
# Where a pattern's meaning in words is kept, for whoever does not meet it.
MUST_BE = "must_be"


class Sort(enum.StrEnum):
    """Orderings that the platform knows."""

    SALE_PRICE_ASC = "SALE_PRICE_ASC"
    SALE_PRICE_DESC = "SALE_PRICE_DESC"
    LAST_VOLUME_ASC = "LAST_VOLUME_ASC"
    LAST_VOLUME_DESC = "LAST_VOLUME_DESC"


class Language(enum.StrEnum):
    """Languages of the affiliate methods."""

    EN = "EN"
    RU = "RU"
    PT = "PT"
    ES = "ES"
    FR = "FR"
    ID = "ID"
    IT = "IT"
    TH = "TH"
    JA = "JA"
    AR = "AR"
    VI = "VI"
    TR = "TR"
    DE = "DE"
    HE = "HE"
    KO = "KO"
    NL = "NL"
    PL = "PL"
    MX = "MX"
    CL = "CL"
    IN = "IN"


ProductId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{5,20}$",
        description="A product id: 5 to 20 digits.",
        examples=["1005006338829917"],
        extra={MUST_BE: "a product id of 5 to 20 digits"},
    ),
]
CategoryId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,20}$",
        description="A category id: 1 to 20 digits.",
        examples=["200000121"],
        extra={MUST_BE: "a category id of 1 to 20 digits"},
    ),
]
TrackingId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="Whose links are wanted: 1 to 64 letters, digits, `_`, `.` or `-`. Default: the service's own.",
        extra={MUST_BE: "a tracking id of 1 to 64 letters, digits, _, . or -"},
    ),
]
Currency = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]{3}$",
        description="ISO 4217 code of the currency of prices. Default: the service's own.",
        examples=["USD"],
        extra={MUST_BE: "a currency code of three letters, such as USD"},
    ),
]
Country = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]{2}$",
        description="ISO 3166 code of the country to ship to.",
        examples=["DE"],
        extra={MUST_BE: "a country code of two letters, such as DE"},
    ),
]
# Bounds as JSON Schema has them: the library's own are not for decimals.
Price = Annotated[Decimal, Meta(extra_json_schema={"minimum": 0, "maximum": 100_000_000})]
LinkText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=4096,
        description="Any AliExpress page, short link or share text; a product id will do.",
    ),
]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Products by words, categories or both."""

    keywords: Annotated[str, Meta(max_length=256, description="Words to look for; case and spacing do not matter.")] = (
        ""
    )
    category_ids: Annotated[
        tuple[CategoryId, ...], Meta(max_length=20, description="Categories, comma-separated; at most 20.")
    ] = ()
    min_sale_price: Annotated[Price, Meta(description="Lowest price, in main units of the currency: 4.99.")] | None = (
        None
    )
    max_sale_price: Annotated[Price, Meta(description="Highest price, in main units of the currency: 20.")] | None = (
        None
    )
    page_no: Annotated[int, Meta(ge=1, le=MAX_ROWS, description="Page, from 1. At most 5,000 rows can be reached.")] = 1
    page_size: Annotated[int, Meta(ge=1, le=MAX_PAGE_SIZE, description="Rows on a page.")] = 20
    sort: Annotated[Sort, Meta(description="Ordering. Default: the platform's own.")] | None = None
    ship_to_country: Country | None = None
    target_currency: Currency | None = None
    target_language: Annotated[Language, Meta(description="Language of titles. Default: the service's own.")] | None = (
        None
    )
    tracking_id: TrackingId | None = None


class ProductDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One product."""

    product_id: ProductId
    ship_to_country: Country | None = None
    target_currency: Currency | None = None
    target_language: (
        Annotated[Language, Meta(description="Language of the title. Default: the service's own.")] | None
    ) = None
    tracking_id: TrackingId | None = None


class ProductDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 50 products."""

    product_ids: Annotated[
        tuple[ProductId, ...], Meta(min_length=1, max_length=50, description="Product ids; 1 to 50.")
    ]
    ship_to_country: Country | None = None
    target_currency: Currency | None = None
    target_language: Annotated[Language, Meta(description="Language of titles. Default: the service's own.")] | None = (
        None
    )
    tracking_id: TrackingId | None = None


class Categories(msgspec.Struct, frozen=True, kw_only=True):
    """The categories at the root."""


class ChildCategories(msgspec.Struct, frozen=True, kw_only=True):
    """The categories below one."""

    category_id: CategoryId


class AffiliateLink(msgspec.Struct, frozen=True, kw_only=True):
    """A paying link for one page."""

    url: LinkText
    tracking_id: TrackingId | None = None


class AffiliateLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Paying links for up to 50 pages."""

    urls: Annotated[tuple[LinkText, ...], Meta(min_length=1, max_length=50, description="Pages; 1 to 50.")]
    tracking_id: TrackingId | None = None
