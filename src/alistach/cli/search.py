"""`alistach search`: products by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from alistach.answers.questions import Language, Sort
from alistach.cli.asking import ask
from alistach.cli.origin import origin
from alistach.cli.output import EnvelopeFlag, Form, JsonFlag, form, show
from alistach.cli.products import Product, draw_products, has_long_links
from alistach.cli.urls import target
from alistach.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console


class Page(msgspec.Struct, frozen=True):
    """What of a page of products is shown."""

    products: tuple[Product, ...]
    total: int
    page_no: int
    has_more: bool


def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words to look for.")] = None,
    category: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only in this category; may be repeated.")
    ] = None,
    min_price: Annotated[str | None, typer.Option(metavar="PRICE", help="Lowest price, such as 4.99.")] = None,
    max_price: Annotated[str | None, typer.Option(metavar="PRICE", help="Highest price.")] = None,
    page: Annotated[int, typer.Option(metavar="N", help="Which page, from 1.")] = 1,
    page_size: Annotated[int, typer.Option(metavar="N", help="Products on a page, 1 to 50.")] = 10,
    sort: Annotated[Sort | None, typer.Option(help="What comes first.", case_sensitive=False)] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Ship to this country, such as DE.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Currency of prices, such as EUR.")] = None,
    language: Annotated[Language | None, typer.Option(help="Language of titles.", case_sensitive=False)] = None,
    tracking_id: Annotated[str | None, typer.Option(metavar="ID", help="Whose links are wanted.")] = None,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """Search products; each comes with a paying link."""
    asked = {
        "keywords": " ".join(words or ()),
        "category_ids": ",".join(category or ()),
        "min_sale_price": min_price,
        "max_sale_price": max_price,
        "page_no": page,
        "page_size": page_size,
        "sort": sort,
        "ship_to_country": country,
        "target_currency": currency,
        "target_language": language,
        "tracking_id": tracking_id,
    }
    reply = ask("GET", target("/api/products/search", asked))
    as_form = form(as_json=as_json, envelope=envelope)
    show(reply, as_form, Page, _draw)
    if as_form is Form.TABLES:
        say(origin(reply))


def _draw(terminal: Console, page: Page) -> None:
    if not page.products:
        say("Nothing was found. Try: fewer words, or another category.")
        return
    draw_products(terminal, page.products)
    say(f"{page.total:,} found" + (f"; --page {page.page_no + 1} shows more." if page.has_more else "."))
    if has_long_links(page.products):
        say("Long links: click one, or see --json; alistach link ID makes a short one.")
