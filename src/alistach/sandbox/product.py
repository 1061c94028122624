"""One product: a pure function of the seed and its index, made when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alistach.sandbox.draws import RANGE, Draws
from alistach.sandbox.prices import Conversion
from alistach.sandbox.shops import SHOPS
from alistach.sandbox.vocabulary import ADJECTIVES, AUDIENCES, COLOURS, MAKERS, NOUNS, OPENERS, Noun

_FIRST_ID: Final = 1_005_000_000_000_000
_FIRST_SKU: Final = 12_000_000_000_000_000
_SPAN: Final = 10_000_000_000
_SKU_SPAN: Final = 100_000_000_000
# Coprime to the spans, so that neighbours by index have ids that look unrelated and every id leads back to its index.
_STRIDE: Final = 6_180_339_887
_UNSTRIDE: Final = pow(_STRIDE, -1, _SPAN)
_OUTSIDERS_PERCENT: Final = 3
_YUAN: Final = Conversion.between("USD", "CNY")
_DISCOUNTS: Final = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 50, 50, 55, 60, 70, 80)
_COMMISSIONS: Final = ("3.0%", "5.0%", "7.0%", "7.0%", "7.0%", "8.0%", "9.0%")
_BEST_SELLER: Final = 60_000


@dataclass(frozen=True, slots=True)
class Outline:
    """What a search needs to know of a product."""

    title: str
    noun: Noun
    is_in_program: bool
    currency: str
    sale_minor: int
    volume: int


@dataclass(frozen=True, slots=True)
class Product:
    """Everything a row tells of a product, before anyone's currency, language or tracking id."""

    index: int
    product_id: int
    sku_id: int
    outline: Outline
    discount_percent: int
    original_minor: int
    app_sale_minor: int | None
    rating: str | None
    commission_rate: str
    hot_commission_rate: str
    shop: int
    pictures: int
    has_video: bool
    promo_code: str | None


def product_id(seed: int, index: int) -> int:
    """The number by which the platform knows the index-th product."""
    return _FIRST_ID + (index * _STRIDE + seed * 7_919) % _SPAN


def index_of(seed: int, number: int) -> int | None:
    """The index that has this product id, however far beyond the catalogue it lies; None for no id of this kind."""
    offset = number - _FIRST_ID
    if not 0 <= offset < _SPAN:
        return None
    return (offset - seed * 7_919) * _UNSTRIDE % _SPAN


def sketch(seed: int, index: int) -> Outline:
    """The outline of the index-th product."""
    return _outline(Draws(seed, "product", index))


def make_product(seed: int, index: int) -> Product:
    """The index-th product."""
    draws = Draws(seed, "product", index)
    outline = _outline(draws)
    discount = draws.pick(_DISCOUNTS)
    return Product(
        index=index,
        product_id=product_id(seed, index),
        sku_id=_FIRST_SKU + (index * _STRIDE + seed * 104_729) % _SKU_SPAN,
        outline=outline,
        discount_percent=discount,
        original_minor=(outline.sale_minor * 100 + 99 - discount) // (100 - discount),
        app_sale_minor=_app_price(draws, outline.sale_minor),
        rating=f"{(800 + draws.below(201)) / 10:.1f}%" if draws.chance(92) else None,
        commission_rate=draws.pick(_COMMISSIONS),
        hot_commission_rate="15.0%" if draws.chance(10) else "0.0%",
        shop=draws.below(SHOPS),
        pictures=3 + draws.below(4),
        has_video=draws.chance(15),
        promo_code=f"AE{draws.word():08X}" if draws.chance(10) else None,
    )


def _outline(draws: Draws) -> Outline:
    place = draws.below(len(NOUNS))
    noun = NOUNS[place]
    is_in_program = not draws.chance(_OUTSIDERS_PERCENT)
    depth = draws.word()
    cents = noun.cheapest + ((noun.dearest - noun.cheapest) * depth * depth >> 64)
    is_yuan = draws.chance(70)
    luck = draws.word()
    return Outline(
        title=_title(draws, place),
        noun=noun,
        is_in_program=is_in_program,
        currency="CNY" if is_yuan else "USD",
        sale_minor=_YUAN(cents) if is_yuan else cents,
        volume=_BEST_SELLER * luck**3 // RANGE**3,
    )


def _title(draws: Draws, place: int) -> str:
    noun = NOUNS[place]
    first = draws.below(len(ADJECTIVES))
    second = first + 1 + draws.below(len(ADJECTIVES) // 2)
    third = second + 1 + draws.below(len(ADJECTIVES) // 2 - 1)
    praise = [ADJECTIVES[which % len(ADJECTIVES)] for which in (first, second, third)]
    maker = f"{draws.pick(MAKERS)} " if draws.chance(30) else ""
    away = 1 + draws.below(4)
    companion = NOUNS[place + away if place + away < len(NOUNS) else place - away].name
    link = draws.pick(("with", "and", "Compatible with", "+"))
    return (
        f"{draws.pick(OPENERS)}{maker}{praise[0]} {praise[1]} {noun.name} {draws.pick(noun.specifications)} "
        f"{praise[2]} {draws.pick(AUDIENCES)} {link} {companion} {draws.pick(COLOURS)}"
    )


def _app_price(draws: Draws, sale_minor: int) -> int | None:
    kind = draws.below(10)
    if kind == 0:
        return None
    return sale_minor * 97 // 100 if kind == 1 else sale_minor
