"""`alistach cache`: the answers that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from alistach.answers.entry import Kind
from alistach.cli.asking import ask
from alistach.cli.output import EnvelopeFlag, JsonFlag, facts, form, section, show
from alistach.cli.reply import data_of, with_data
from alistach.cli.urls import target

if TYPE_CHECKING:
    from rich.console import Console


class Traffic(msgspec.Struct, frozen=True):
    """What the cache did for the requests."""

    by_cache_status: dict[str, int]
    hit_rate: float | None


class Saved(msgspec.Struct, frozen=True):
    """Questions that cost no call of their own."""

    by: dict[str, int]
    total: int


class Stats(msgspec.Struct, frozen=True):
    """What of the dashboard is about the cache."""

    entries: dict[str, int]
    saved: Saved
    since_start: Traffic
    last_hour: Traffic


class Cleared(msgspec.Struct, frozen=True):
    """What a clear did."""

    expired: int
    deleted: int
    kept_for_errors: int
    refill_hint: str


def stats(as_json: JsonFlag = False, envelope: EnvelopeFlag = False) -> None:
    """Show what is kept, and what it saved."""
    reply = ask("GET", "/admin/dashboard")
    about_cache = msgspec.json.encode(msgspec.json.decode(data_of(reply), type=Stats))
    show(with_data(reply, about_cache), form(as_json=as_json, envelope=envelope), Stats, _draw_stats)


def clear(
    hard: Annotated[
        bool, typer.Option("--hard", help="Delete: nothing is left even for when AliExpress fails.")
    ] = False,
    kind: Annotated[Kind | None, typer.Option(help="Only answers of this kind.", case_sensitive=False)] = None,
    product: Annotated[str | None, typer.Option(metavar="ID", help="Only what shows the product with this id.")] = None,
    tracking_id: Annotated[str | None, typer.Option(metavar="ID", help="Only links of this tracking id.")] = None,
    older_than: Annotated[
        int | None, typer.Option(metavar="SECONDS", help="Only what is at least so many seconds old.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be cleared, and clear nothing.")] = False,
    as_json: JsonFlag = False,
    envelope: EnvelopeFlag = False,
) -> None:
    """Have everything asked anew.

    Links are cleared only when named. What is cleared is kept for when AliExpress fails, unless --hard deletes it.
    """
    asked = {
        "hard": "true" if hard else None,
        "kind": kind,
        "product": product,
        "tracking_id": tracking_id,
        "older_than": older_than,
        "dry_run": "true" if dry_run else None,
    }
    reply = ask("POST", target("/admin/cache/clear", asked))
    show(reply, form(as_json=as_json, envelope=envelope), Cleared, _draw_cleared)


def _draw_stats(terminal: Console, found: Stats) -> None:
    section(terminal, "Kept", facts([(kind, f"{count:,}") for kind, count in found.entries.items()]))
    for title, traffic in (("Since the start", found.since_start), ("In the last hour", found.last_hour)):
        rows = [(status, f"{count:,}") for status, count in traffic.by_cache_status.items() if status != "-"]
        rate = "-" if traffic.hit_rate is None else f"{traffic.hit_rate:.1%}"
        section(terminal, title, facts([*rows, ("answered without a call", rate)]))
    saved = [(f"by {what}", f"{count:,}") for what, count in found.saved.by.items()]
    section(terminal, "Calls saved", facts([*saved, ("together", f"{found.saved.total:,}")]))


def _draw_cleared(terminal: Console, cleared: Cleared) -> None:
    rows = [
        ("expired", f"{cleared.expired:,}"),
        ("deleted", f"{cleared.deleted:,}"),
        ("kept for errors", f"{cleared.kept_for_errors:,}"),
    ]
    terminal.print(facts(rows))
    terminal.print(cleared.refill_hint)
