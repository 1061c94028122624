"""Products: search (`product.query`) and details (`productdetail.get`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from alistach.errors import UpstreamInvalid
from alistach.kit.money import Money
from alistach.openplatform import fields
from alistach.openplatform.envelope import rows_of, unwrapped
from alistach.openplatform.operation import Operation, Payload
from alistach.openplatform.permissions import STANDARD


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
    """A product of the affiliate program. Prices are in the currency asked for, `shop_price` in the shop's.

    Percents are numbers of percents: 7.0 is 7 %.
    """

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
    rating_percent: float | None
    orders: int | None
    commission_percent: float | None
    hot_commission_percent: float | None
    tax_percent: float | None
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


def product_url(product_id: str) -> str:
    """The page of a product, without language, price snapshot or tracking."""
    return f"https://www.aliexpress.com/item/{product_id}.html"


def read_row(raw: bytes) -> ProductRow:
    """The row whose stored JSON is `raw`; raises UpstreamInvalid when it is not a product's."""
    try:
        row = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UpstreamInvalid("A stored product row is not JSON.") from error
    product = _product(row) if isinstance(row, dict) else None
    if product is None:
        raise UpstreamInvalid("A stored product row is not a product.")
    return ProductRow(product, fields.paying_link(row.get("promotion_link")), raw)


def match_rows(product_ids: Sequence[str], rows: Sequence[ProductRow]) -> dict[str, ProductRow]:
    """The row that answers each id asked for; ids that none answers are left out.

    The platform may answer with the same product's id in another id space: such a row is taken for the id that it
    is the twin of, or for the one id left when one row is left. Anything less certain stays unanswered.
    """
    by_id = {row.product.product_id: row for row in rows}
    matched = {asked: by_id[asked] for asked in product_ids if asked in by_id}
    for asked in product_ids:
        if asked not in matched and (twin := by_id.get(_twin(asked))) and twin.product.product_id not in matched:
            matched[asked] = twin
    taken = {row.product.product_id for row in matched.values()}
    unanswered = [asked for asked in dict.fromkeys(product_ids) if asked not in matched]
    unclaimed = [row for product_id, row in by_id.items() if product_id not in taken]
    if len(unanswered) == len(unclaimed) == 1:
        matched[unanswered[0]] = unclaimed[0]
    return matched


# An item's id on aliexpress.us is its id on aliexpress.com plus 2^51.
_ID_SPACE: Final = 1 << 51


def _twin(product_id: str) -> str:
    number = int(product_id) if product_id.isascii() and product_id.isdigit() and len(product_id) < 20 else 0
    return str(number - _ID_SPACE if number > _ID_SPACE else number + _ID_SPACE)


def same_product(one: str, other: str) -> bool:
    """Whether two ids name one product, be it in two id spaces."""
    return one == other or _twin(one) == other


def _row(row: Mapping[str, Any]) -> ProductRow | None:
    product = _product(row)
    if product is None:
        return None
    return ProductRow(product, fields.paying_link(row.get("promotion_link")), msgspec.json.encode(row))


def _product(row: Mapping[str, Any]) -> Product | None:
    """A row as a product; None without an id or any price, for then there is nothing to show."""
    product_id = fields.identifier(row.get("product_id"))
    shop_price = fields.money(row, "sale_price")
    price = fields.money(row, "target_sale_price") or shop_price
    if product_id is None or price is None:
        return None
    discount = fields.percent(row.get("discount"))
    code = row.get("promo_code_info")
    return Product(
        product_id=product_id,
        sku_id=fields.identifier(row.get("sku_id")),
        title=fields.prose(row.get("product_title")) or "",
        url=product_url(product_id),
        image_url=fields.link(row.get("product_main_image_url")),
        image_urls=_images(row.get("product_small_image_urls")),
        video_url=fields.link(row.get("product_video_url")),
        price=price,
        original_price=fields.money(row, "target_original_price"),
        app_price=fields.money(row, "target_app_sale_price"),
        shop_price=shop_price,
        discount_percent=None if discount is None else round(discount),
        rating_percent=fields.percent(row.get("evaluate_rate")),
        orders=fields.whole(row.get("lastest_volume")),
        commission_percent=fields.percent(row.get("commission_rate")),
        hot_commission_percent=fields.percent(row.get("hot_product_commission_rate")),
        tax_percent=fields.percent(row.get("tax_rate")),
        category=_category(row, "first_level_category"),
        subcategory=_category(row, "second_level_category"),
        shop=_shop(row),
        promo_code=fields.text(code.get("promo_code")) if isinstance(code, dict) else None,
    )


def _images(value: Any) -> tuple[str, ...]:
    found = fields.strings(unwrapped(value, "product_small_image_urls"))
    return tuple(url for one in found if (url := fields.link(one)))


def _category(row: Mapping[str, Any], level: str) -> Category | None:
    found = fields.identifier(row.get(f"{level}_id"))
    return Category(found, fields.prose(row.get(f"{level}_name")) or "") if found else None


def _shop(row: Mapping[str, Any]) -> Shop | None:
    found = fields.identifier(row.get("shop_id"))
    if found is None:
        return None
    url = fields.link(row.get("shop_url")) or f"https://www.aliexpress.com/store/{found}"
    return Shop(found, fields.prose(row.get("shop_name")) or "", url)


def _rows(payload: Payload) -> tuple[ProductRow, ...]:
    """The products of a payload. A bad row loses only itself; no rows are an answer only where it says so."""
    listed = rows_of(payload, "products")
    rows = tuple(row for one in listed if (row := _row(one)))
    counted = fields.whole(payload.get("current_record_count"))
    says_empty = counted == 0 or (counted is None and isinstance(payload.get("products"), list | dict))
    if not rows and (listed or not says_empty):
        raise UpstreamInvalid("AliExpress sent a list of products that cannot be read. Try again later.")
    return rows


def _decode_page(payload: Payload) -> ProductPage:
    rows = _rows(payload)
    return ProductPage(rows, fields.whole(payload.get("total_record_count")) or len(rows))


def _encode_query(query: ProductQuery) -> dict[str, str]:
    return {
        "keywords": query.keywords,
        "category_ids": ",".join(query.category_ids),
        "min_sale_price": "" if query.min_sale_price is None else str(query.min_sale_price),
        "max_sale_price": "" if query.max_sale_price is None else str(query.max_sale_price),
        "page_no": str(query.page_no),
        "page_size": str(query.page_size),
        "sort": query.sort,
        "ship_to_country": query.ship_to_country,
        "target_currency": query.target_currency,
        "target_language": query.target_language,
        "tracking_id": query.tracking_id,
    }


def _encode_lookup(lookup: ProductLookup) -> dict[str, str]:
    return {
        "product_ids": ",".join(lookup.product_ids),
        "target_currency": lookup.target_currency,
        "target_language": lookup.target_language,
        "country": lookup.country,
        "tracking_id": lookup.tracking_id,
    }


PRODUCT_QUERY: Final = Operation(
    method="aliexpress.affiliate.product.query",
    encode=_encode_query,
    decode=_decode_page,
    empty=lambda: ProductPage((), 0),
    permission_group=STANDARD,
)
PRODUCT_DETAILS: Final = Operation(
    method="aliexpress.affiliate.productdetail.get",
    encode=_encode_lookup,
    decode=_rows,
    empty=tuple[ProductRow, ...],
    permission_group=STANDARD,
)
