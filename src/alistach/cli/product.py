"""`alistach product`: products by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import msgspec
import typer

from alistach.answers.questions import Language
from alistach.cli.asking import answerer
from alistach.cli.batches import ask_in_batches
from alistach.cli.origin import origin
from alistach.cli.output import EnvelopeFlag, Form, JsonFlag, form, show
from alistach.cli.problem import checked
from alistach.cli.products import Product, draw_product, draw_products
from alistach.cli.urls import target
from alistach.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console


class Row(msgspec.Struct, frozen=True):
    """One of several."""

    product_id: str
    product: Product | None


class Rows(msgspec.Struct, frozen=True):
    """Several."""

    products: tuple[Row, ...]


def product(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Product ids.")],
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Ship to this country, such as DE.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Currency of prices, such as EUR.")] = None,
    language: Annotated[Language | None, typer.Option(help="Language of titles.", case_sensitive=False)] = None,
    tracking_id: Annotated[str | None, typer.Option(metavar="ID", help="Whose links are wanted.")] = None,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """Show products by id.

    One is shown in full, several as a list.
    """
    asked = {
        "ship_to_country": country,
        "target_currency": currency,
        "target_language": None if language is None else language.value,
        "tracking_id": tracking_id,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    as_form = form(as_json=as_json, envelope=envelope)
    with answerer() as asks:
        if len(ids) == 1:
            reply = checked(asks.ask("GET", target(f"/api/products/{quote(ids[0], safe='')}", given)))
            show(reply, as_form, Product, draw_product)
        else:
            reply = ask_in_batches(
                asks, "/api/products/details", ids, "products", lambda some: {"product_ids": some, **given}
            )
            show(reply, as_form, Rows, _draw)
    if as_form is Form.TABLES:
        say(origin(reply))


def _draw(terminal: Console, rows: Rows) -> None:
    draw_products(terminal, tuple(row.product for row in rows.products if row.product is not None))
    if missing := [row.product_id for row in rows.products if row.product is None]:
        say(f"Not to be had, or not in the affiliate program: {', '.join(missing)}.")
