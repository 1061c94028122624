"""The root of the command line: which nouns there are, and what each is for."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from alistach import __version__
from alistach.cli.refused import Refused
from alistach.cli.words import say


@dataclass(frozen=True, slots=True)
class Noun:
    """A command, or a group of them when it has verbs, in the module of its name.

    The module's function of that name is the command itself; a group may have one too, for when no verb follows.
    """

    name: str
    summary: str
    verbs: tuple[str, ...] = ()
    does_something_itself: bool = True


NOUNS: Final = (
    Noun("serve", "Run the service."),
    Noun("search", "Search products; each comes with a paying link."),
    Noun("product", "Show products by id."),
    Noun("link", "Make paying links of any AliExpress pages."),
    Noun("categories", "List the categories at the root, or below one."),
    Noun("call", "Call any method of the Open Platform, at the governor's pace."),
    Noun("cache", "Look at the kept answers, or clear them.", ("stats", "clear"), does_something_itself=False),
    Noun("dashboard", "Show what the service did since its start and in the last hour."),
    Noun("quota", "Show the app key's budget: what is spent, who waits, what was saved."),
    Noun("health", "Show how the running service is."),
    Noun("config", "Check the settings, or show them.", ("check", "show"), does_something_itself=False),
    Noun(
        "sandbox",
        "Run an Open Platform of your own, or steer a running one.",
        ("fault", "faults", "clear_faults", "calls", "reset"),
    ),
)

_HELP: Final = {"help_option_names": ["-h", "--help"]}


class Nouns(TyperGroup):
    """Imports the module of a noun when its command is asked for, and not before."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the framework's signature)
        return [noun.name for noun in NOUNS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for noun in NOUNS:
            if noun.name == cmd_name:
                return built(noun)
        near = difflib.get_close_matches(cmd_name, [noun.name for noun in NOUNS], n=1)
        if near and not ctx.resilient_parsing:
            ctx.fail(f"No such command '{cmd_name}'. Did you mean '{near[0]}'?")
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (the framework's signature)
        with formatter.section("Commands"):
            formatter.write_dl([(noun.name, noun.summary) for noun in NOUNS])


def built(noun: Noun) -> Any:
    """The framework's command for a noun."""
    module = import_module(f"alistach.cli.{noun.name}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_HELP)
    if noun.verbs and noun.does_something_itself:
        app.callback(invoke_without_command=True)(getattr(module, noun.name))
    elif noun.verbs:
        app.callback(no_args_is_help=True, help=noun.summary)(_nothing)
    for verb in noun.verbs or (noun.name,):
        function: Callable[..., None] = getattr(module, verb)
        app.command(verb.replace("_", "-"))(function)
    return get_command(app)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"alistach {__version__}")
        raise typer.Exit


def root() -> Any:
    """The framework's command for `alistach` itself."""
    app = typer.Typer(
        cls=Nouns,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings=_HELP,
        epilog="A terminal gets tables, a pipe gets JSON. Explained in docs/cli.md.",
    )
    app.callback()(alistach)
    return get_command(app)


def run() -> None:
    """Do what the command line says, and exit."""
    try:
        root()(prog_name="alistach")
    except Refused as refused:
        say(*refused.sentences)
        sys.exit(refused.exit_code)


def alistach(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Products, prices and paying links of AliExpress, from your own cache or with as few upstream calls as can be."""


def _nothing() -> None:
    """A group that does nothing by itself."""
