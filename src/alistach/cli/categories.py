"""`alistach categories`: what there is to search in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import msgspec
import typer

from alistach.cli.asking import ask
from alistach.cli.origin import origin
from alistach.cli.output import EnvelopeFlag, Form, JsonFlag, form, grid, plain, show
from alistach.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console


class Category(msgspec.Struct, frozen=True):
    """A category."""

    id: str
    name: str


class Level(msgspec.Struct, frozen=True):
    """Those beside each other."""

    categories: tuple[Category, ...]


def categories(
    parent: Annotated[
        str | None, typer.Argument(metavar="PARENT", help="The category whose children are wanted.")
    ] = None,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """List the categories at the root, or below one."""
    target = "/api/categories" if parent is None else f"/api/categories/{quote(parent, safe='')}/children"
    reply = ask("GET", target)
    as_form = form(as_json=as_json, envelope=envelope)
    show(reply, as_form, Level, _draw)
    if as_form is Form.TABLES:
        say(origin(reply))


def _draw(terminal: Console, level: Level) -> None:
    if not level.categories:
        say("There is none below this one.")
        return
    table = grid()
    table.add_column("category", justify="right", no_wrap=True)
    table.add_column("name", overflow="fold")
    for category in level.categories:
        table.add_row(category.id, plain(category.name))
    terminal.print(table)
