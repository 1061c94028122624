"""`alistach call`: any method of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from alistach.cli.asking import ask
from alistach.cli.origin import origin
from alistach.cli.output import EnvelopeFlag, Form, JsonFlag, form, show
from alistach.cli.pairs import pairs
from alistach.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console


def call(
    method: Annotated[str, typer.Argument(metavar="METHOD", help="Such as aliexpress.affiliate.hotproduct.query.")],
    parameters: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Its parameters.")] = None,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """Call any method of the Open Platform, at the governor's pace.

    The result is always JSON. Every call is a new one; a method that changes something is called without asking back.
    """
    reply = ask("POST", "/admin/call", {"method": method, "parameters": pairs(parameters or [])})
    as_form = form(as_json=as_json, envelope=envelope)
    show(reply, as_form, msgspec.Raw, _draw)
    if as_form is Form.TABLES:
        say(origin(reply))


def _draw(terminal: Console, result: msgspec.Raw) -> None:
    from rich.json import JSON

    # Lines that the terminal wraps stay whole, so that what is copied is JSON still.
    terminal.print(JSON(bytes(result).decode(), indent=2), soft_wrap=True)
