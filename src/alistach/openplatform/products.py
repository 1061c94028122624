"""Products: search (`product.query`) and details (`productdetail.get`)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from alistach.kit.money import Money


class Category(msgspec.Struct, frozen=True):
    """A category as a product names it."""

    id: str
    name: str


class Shop(msgspec.Struct, frozen=True):
    """The shop that sells a product."""

    id: str
    name: str
    url: str


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the affiliate program. Prices are in the currency asked for, but `shop_price`, which is in the shop's."""

    product_id: str
    sku_id: str | None
    title: str
    url: str
    image_url: str | None
    image_urls: tuple[str, ...]
    video_url: str | None
    price: Money
    original_price: Money | None
    app_price: Money | None
    shop_price: Money | None
    discount_percent: int | None
    rating_percent: Decimal | None
    orders: int | None
    commission_percent: Decimal | None
    hot_commission_percent: Decimal | None
    tax_percent: Decimal | None
    category: Category | None
    subcategory: Category | None
    shop: Shop | None
    promo_code: str | None


class ProductRow(msgspec.Struct, frozen=True):
    """A product with the platform's own row: `raw` is that row as JSON, lossless but for list wrappers."""

    product: Product
    promotion_link: str | None
    raw: bytes


class ProductPage(msgspec.Struct, frozen=True):
    """A page of a search. `total` is the platform's count, advisory only."""

    rows: tuple[ProductRow, ...]
    total: int


class ProductQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search as the platform takes it; prices are in minor units of `target_currency`."""

    keywords: str = ""
    category_ids: tuple[str, ...] = ()
    min_sale_price: int | None = None
    max_sale_price: int | None = None
    page_no: int = 1
    page_size: int = 50
    sort: str = ""
    ship_to_country: str = ""
    target_currency: str = ""
    target_language: str = ""
    tracking_id: str = ""


class ProductLookup(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 50 products asked for by id."""

    product_ids: tuple[str, ...]
    target_currency: str = ""
    target_language: str = ""
    country: str = ""
    tracking_id: str = ""


# PRODUCT_QUERY: Operation[ProductQuery, ProductPage]
# PRODUCT_DETAILS: Operation[ProductLookup, tuple[ProductRow, ...]]
# def read_row(raw: bytes) -> ProductRow
