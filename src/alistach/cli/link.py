"""`alistach link`: paying links of any AliExpress pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from alistach.cli.asking import answerer
from alistach.cli.batches import ask_in_batches
from alistach.cli.origin import origin
from alistach.cli.output import EnvelopeFlag, Form, JsonFlag, form, grid, plain, show
from alistach.cli.problem import checked
from alistach.cli.refused import Refused
from alistach.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console


class PageLink(msgspec.Struct, frozen=True):
    """What of a link is shown."""

    source_url: str
    status: str
    url: str | None
    reason: str | None


class PageLinks(msgspec.Struct, frozen=True):
    """Several."""

    links: tuple[PageLink, ...]


def link(
    urls: Annotated[
        list[str],
        typer.Argument(metavar="URL", help="Pages, short links, share texts or product ids; - reads lines from stdin."),
    ],
    tracking_id: Annotated[str | None, typer.Option(metavar="ID", help="Whose links are wanted.")] = None,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """Make paying links of any AliExpress pages.

    Where there can be none, the reason is told.
    """
    given = {} if tracking_id is None else {"tracking_id": tracking_id}
    as_form = form(as_json=as_json, envelope=envelope)
    wanted = _wanted(urls)
    with answerer() as asks:
        if len(wanted) == 1 and "-" not in urls:
            reply = checked(asks.ask("POST", "/api/affiliate/link", {"url": wanted[0], **given}))
            show(reply, as_form, PageLink, _draw_one)
        else:
            reply = ask_in_batches(asks, "/api/affiliate/links", wanted, "links", lambda some: {"urls": some, **given})
            show(reply, as_form, PageLinks, _draw)
    if as_form is Form.TABLES:
        say(origin(reply))


def _wanted(urls: list[str]) -> list[str]:
    """The pages, with the lines of stdin in place of `-`."""
    wanted: list[str] = []
    for url in urls:
        wanted += [line.strip() for line in sys.stdin if line.strip()] if url == "-" else [url]
    if not wanted:
        raise Refused("Error: there was no page in the input.", "Try: one a line, as in alistach link - < pages.txt.")
    return wanted


def _draw_one(terminal: Console, one: PageLink) -> None:
    terminal.print(_outcome(one), soft_wrap=True)


def _draw(terminal: Console, links: PageLinks) -> None:
    table = grid()
    table.add_column("page", ratio=1, overflow="fold")
    table.add_column("link", ratio=1, overflow="fold")
    for one in links.links:
        table.add_row(plain(one.source_url), _outcome(one))
    terminal.print(table)


def _outcome(one: PageLink) -> str:
    return plain(one.url or f"{one.status.replace('_', ' ')}: {one.reason}")
