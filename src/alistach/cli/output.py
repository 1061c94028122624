"""What goes to stdout: JSON, or tables when a person looks."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from alistach.cli.colour import has_colour
from alistach.cli.reply import Reply, data_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

V = TypeVar("V")

JsonFlag = Annotated[bool, typer.Option("--json", help="JSON, even on a terminal.")]
EnvelopeFlag = Annotated[bool, typer.Option("--envelope", help="JSON with everything around the data too.")]


class Form(enum.Enum):
    """How an answer is written."""

    TABLES = enum.auto()
    DATA = enum.auto()
    ENVELOPE = enum.auto()


def form(*, as_json: bool, envelope: bool = False) -> Form:
    """What the flags and the kind of stdout ask for."""
    if envelope:
        return Form.ENVELOPE
    return Form.DATA if as_json or not sys.stdout.isatty() else Form.TABLES


def show(reply: Reply, as_form: Form, view: type[V], draw: Callable[[Console, V], None]) -> None:
    """Write an answer: `draw` draws its data, read as `view`, for a person."""
    match as_form:
        case Form.TABLES:
            draw(console(), msgspec.json.decode(data_of(reply), type=view))
        case Form.DATA:
            write_json(data_of(reply))
        case Form.ENVELOPE:
            write_json(reply.body)


def write_json(document: bytes) -> None:
    """Write JSON, indented, every number as it came."""
    sys.stdout.write(msgspec.json.format(document, indent=2).decode() + "\n")


def console() -> Console:
    """The terminal. Nothing that others wrote is taken for markup or an emoji."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False, no_color=not has_colour(sys.stdout) or None)


def grid() -> Table:
    """An empty table in the house's look."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))


def section(terminal: Console, title: str, table: Table) -> None:
    """A table under a title."""
    terminal.print(f"\n{title}", style="bold")
    terminal.print(table)


def facts(rows: list[tuple[str, str]]) -> Table:
    """A table of names and what is true of them."""
    table = grid()
    table.show_header = False
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, plain(value))
    return table


def plain(text: str) -> str:
    """Text that others wrote, without what a terminal would obey."""
    return "".join(one if one.isprintable() else " " for one in text)
