"""Product rows as the platform writes them, its misspellings and raw numbers included."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from alistach.sandbox.categories import BY_NUMBER
from alistach.sandbox.envelope import Listing, list_of
from alistach.sandbox.links import Links
from alistach.sandbox.prices import Conversion, write
from alistach.sandbox.product import Product
from alistach.sandbox.shops import Shop

_CLIP = "https://video.aliexpress-media.com/play/u/ae_sg_item"


class PromoCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that a buyer may enter; amounts are text."""

    promo_code: str
    code_campaigntype: str
    code_value: str
    code_availabletime_start: str
    code_availabletime_end: str
    code_mini_spend: str
    code_quantity: str
    code_promotionurl: str | UnsetType = UNSET


class ProductRow(msgspec.Struct, frozen=True, kw_only=True):
    """One product in a listing."""

    app_sale_price: str | UnsetType = UNSET
    app_sale_price_currency: str | UnsetType = UNSET
    commission_rate: str
    discount: str
    evaluate_rate: str | UnsetType = UNSET
    first_level_category_id: int
    first_level_category_name: str
    hot_product_commission_rate: str
    lastest_volume: int
    original_price: str
    original_price_currency: str
    product_detail_url: str
    product_id: int
    product_main_image_url: str
    product_small_image_urls: Listing[str]
    product_title: str
    product_video_url: str
    promo_code_info: PromoCode | UnsetType = UNSET
    promotion_link: str | UnsetType = UNSET
    sale_price: str
    sale_price_currency: str
    second_level_category_id: int
    second_level_category_name: str
    shop_id: int
    shop_name: str
    shop_url: str
    sku_id: int
    target_app_sale_price: str | UnsetType = UNSET
    target_app_sale_price_currency: str | UnsetType = UNSET
    target_original_price: str
    target_original_price_currency: str
    target_sale_price: str
    target_sale_price_currency: str
    tax_rate: str = "0.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """For whom a row is written: currency, pages' host, the sandbox's own address, whose links."""

    currency: str
    host: str
    base_url: str
    tracking_id: str | None
    is_simplified: bool


def page_of(product_id: int, host: str = "www.aliexpress.com") -> str:
    """The address of a product's page."""
    return f"https://{host}/item/{product_id}.html"


def write_row(product: Product, shop: Shop, view: View, links: Links) -> ProductRow:
    """The row of `product`, with new links if the view has a tracking id."""
    outline = product.outline
    convert = Conversion.between(outline.currency, view.currency)
    child = BY_NUMBER[outline.noun.category]
    root = BY_NUMBER[child.parent or child.number]
    sale, original = convert(outline.sale_minor), convert(product.original_minor)
    app = product.app_sale_minor
    pictures = [f"{view.base_url}/sandbox/images/{product.product_id}-{n}.svg" for n in range(product.pictures)]
    link = links.mint_long(view.tracking_id, page_of(product.product_id)) if view.tracking_id else UNSET
    return ProductRow(
        app_sale_price=UNSET if app is None else write(app, outline.currency),
        app_sale_price_currency=UNSET if app is None else outline.currency,
        commission_rate=product.commission_rate,
        discount=f"{product.discount_percent}%",
        evaluate_rate=UNSET if product.rating is None else product.rating,
        first_level_category_id=root.number,
        first_level_category_name=root.name,
        hot_product_commission_rate=product.hot_commission_rate,
        lastest_volume=outline.volume,
        original_price=write(product.original_minor, outline.currency),
        original_price_currency=outline.currency,
        product_detail_url=_detail_url(product, view, write(original, view.currency), write(sale, view.currency)),
        product_id=product.product_id,
        product_main_image_url=pictures[0],
        product_small_image_urls=list_of("string", pictures, is_simplified=view.is_simplified),
        product_title=outline.title,
        product_video_url=f"{_CLIP}/{product.product_id}.mp4" if product.has_video else "",
        promo_code_info=_promo_code(product, view, sale, link),
        promotion_link=link,
        sale_price=write(outline.sale_minor, outline.currency),
        sale_price_currency=outline.currency,
        second_level_category_id=child.number,
        second_level_category_name=child.name,
        shop_id=shop.number,
        shop_name=shop.name,
        shop_url=f"https://www.aliexpress.com/store/{shop.number}",
        sku_id=product.sku_id,
        target_app_sale_price=UNSET if app is None else write(convert(app), view.currency),
        target_app_sale_price_currency=UNSET if app is None else view.currency,
        target_original_price=write(original, view.currency),
        target_original_price_currency=view.currency,
        target_sale_price=write(sale, view.currency),
        target_sale_price_currency=view.currency,
    )


def _detail_url(product: Product, view: View, original: str, sale: str) -> str:
    source = product.outline.currency
    shop_original, shop_sale = write(product.original_minor, source), write(product.outline.sale_minor, source)
    snapshot = (
        f"6%40dis%21{view.currency}%21{original}%21{sale}%21%21%21{shop_original}%21{shop_sale}"
        f"%21%40sandbox%21{product.sku_id}%21affd%21%21%21%211%210%21"
    )
    return f"{page_of(product.product_id, view.host)}?pdp_npi={snapshot}"


def _promo_code(product: Product, view: View, sale: int, link: str | UnsetType) -> PromoCode | UnsetType:
    if product.promo_code is None:
        return UNSET
    spend, off = write(sale * 4, view.currency), write(sale // 5, view.currency)
    return PromoCode(
        promo_code=product.promo_code,
        code_campaigntype="1",
        code_value=f"On order over {view.currency} {spend} , get {view.currency} {off} off",
        code_availabletime_start="2026-01-01 00:00:00",
        code_availabletime_end="2027-12-31 23:59:59",
        code_mini_spend=spend,
        code_quantity="19999",
        code_promotionurl=link,
    )
