"""`alistach config`: the settings, without starting anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from alistach.cli.folder import settings_here
from alistach.cli.output import Form, JsonFlag, console, form, grid, plain, write_json
from alistach.cli.words import say
from alistach.settings import Loaded, describe

if TYPE_CHECKING:
    from rich.console import Console


class ShownSetting(msgspec.Struct, frozen=True):
    """A setting as it may be shown."""

    name: str
    value: str
    origin: str
    help: str


class Verdict(msgspec.Struct, frozen=True):
    """What a check found; wrong settings never come this far."""

    mode: str
    notices: tuple[str, ...]


def check(as_json: JsonFlag = False) -> None:
    """Say what is wrong with the settings.

    Fails when the service would not start.
    """
    loaded = settings_here()
    if form(as_json=as_json) is not Form.TABLES:
        write_json(msgspec.json.encode(Verdict(loaded.settings.mode.value, loaded.notices)))
        return
    terminal = console()
    for notice in loaded.notices:
        terminal.print(f"Note: {plain(notice)}")
    terminal.print(f"The settings are right; the service would run in mode {loaded.settings.mode.value}.")


def show(as_json: JsonFlag = False) -> None:
    """Show every setting and where its value came from.

    Of a secret only whether it is set.
    """
    loaded = settings_here()
    if form(as_json=as_json) is Form.TABLES:
        _draw(console(), loaded)
    else:
        write_json(msgspec.json.encode(_shown(loaded)))
    for notice in loaded.notices:
        say(f"Note: {notice}")


def _shown(loaded: Loaded) -> list[ShownSetting]:
    return [ShownSetting(row.name, row.value, row.origin.value, row.help) for row in describe(loaded)]


def _draw(terminal: Console, loaded: Loaded) -> None:
    table = grid()
    table.add_column("setting", style="bold", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", no_wrap=True)
    for row in describe(loaded):
        table.add_row(row.name, plain(row.value), row.origin.value, style="" if row.origin == "default" else "cyan")
    terminal.print(table)
