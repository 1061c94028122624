"""How products look on a terminal: a list of them, or one in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from alistach.cli.output import facts, grid, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Longer links are shown by name: a screen full of them helps nobody, and half of one is of no use.
_SHORT_LINK: Final = 48
_WIDE: Final = 120


class Money(msgspec.Struct, frozen=True):
    """An amount as it came."""

    amount: str
    currency: str


class Link(msgspec.Struct, frozen=True):
    """A product's link, or why there is none."""

    status: str
    url: str | None = None
    reason: str | None = None


class Named(msgspec.Struct, frozen=True):
    """A category or shop."""

    id: str | None = None
    name: str | None = None


class Product(msgspec.Struct, frozen=True):
    """What of a product is shown."""

    product_id: str
    title: str
    url: str
    link: Link
    price: Money | None = None
    original_price: Money | None = None
    discount_percent: int | None = None
    rating_percent: float | None = None
    orders: int | None = None
    commission_percent: float | None = None
    category: Named | None = None
    subcategory: Named | None = None
    shop: Named | None = None
    image_url: str | None = None


def draw_products(terminal: Console, products: tuple[Product, ...]) -> None:
    """One row for each; a wide terminal shows more of each."""
    is_wide = terminal.width >= _WIDE
    table = grid()
    table.add_column("product", no_wrap=True)
    table.add_column("title", ratio=1, overflow="ellipsis")
    for name in ("price", "off", "sold", *(("rating", "commission") if is_wide else ())):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("link", no_wrap=is_wide, overflow="fold", min_width=10)
    for product in products:
        more = (_percent(product.rating_percent), _percent(product.commission_percent)) if is_wide else ()
        table.add_row(
            product.product_id,
            _title(product.title, terminal.width),
            _money(product.price),
            _percent(product.discount_percent),
            _count(product.orders),
            *more,
            link_text(product.link),
        )
    terminal.print(table)


def draw_product(terminal: Console, product: Product) -> None:
    """All that is known of one; its link stands below, whole."""
    rows = [
        ("product", product.product_id),
        ("title", product.title),
        ("price", f"{_money(product.price)}, was {_money(product.original_price)}"),
        ("off", _percent(product.discount_percent)),
        ("sold", _count(product.orders)),
        ("rating", _percent(product.rating_percent)),
        ("commission", _percent(product.commission_percent)),
        ("category", " > ".join(one.name for one in (product.category, product.subcategory) if one and one.name)),
        ("shop", (product.shop.name if product.shop else None) or "-"),
        ("page", product.url),
        ("picture", product.image_url or "-"),
    ]
    terminal.print(facts(rows))
    if product.link.url is None:
        terminal.print(f"No link ({product.link.status}): {plain(product.link.reason or '')}")
    else:
        # One line for the terminal to wrap, so that it is copied whole.
        terminal.print(plain(product.link.url), soft_wrap=True)


def link_text(link: Link) -> Text:
    """A short link as it is, a long one as a word to click, or why there is none."""
    from rich.text import Text

    if link.url is None:
        return Text(link.status.replace("_", " "), style="yellow")
    url = plain(link.url)
    return Text(url if len(url) <= _SHORT_LINK else "long link", style=f"link {url}")


def has_long_links(products: tuple[Product, ...]) -> bool:
    """Whether any link is shown only as a word."""
    return any(product.link.url is not None and len(product.link.url) > _SHORT_LINK for product in products)


def _title(title: str, width: int) -> str:
    """Two lines of it at most, in the room that the other columns leave."""
    room = 2 * max(14, width - (96 if width >= _WIDE else 58)) - 8
    title = plain(title)
    return title if len(title) <= room else title[: room - 1].rstrip() + "…"


def _money(money: Money | None) -> str:
    return "-" if money is None else f"{money.amount} {money.currency}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:g} %"


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
