"""`alistach quota`: the app key's budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from alistach.cli.asking import ask
from alistach.cli.output import EnvelopeFlag, JsonFlag, facts, form, section, show

if TYPE_CHECKING:
    from rich.console import Console


class Saved(msgspec.Struct, frozen=True):
    """Questions that cost no call of their own."""

    total: int
    by: dict[str, int]


class Quota(msgspec.Struct, frozen=True):
    """What of the quota is shown."""

    ceiling: float
    pace: float
    used_last_minute: int
    used_today: int
    used_today_by_method: dict[str, int]
    ban_seconds_left: float | None
    waiting: dict[str, int]
    wait_seconds: float
    charged_to_callers: int
    charged_to_system: int
    saved: Saved


def quota(as_json: JsonFlag = False, envelope: EnvelopeFlag = False) -> None:
    """Show the app key's budget: what is spent, who waits, what was saved."""
    show(ask("GET", "/admin/quota"), form(as_json=as_json, envelope=envelope), Quota, _draw)


def _draw(terminal: Console, found: Quota) -> None:
    waiting = ", ".join(f"{count} {who}" for who, count in found.waiting.items() if count) or "nobody"
    ban = "none" if found.ban_seconds_left is None else f"{found.ban_seconds_left:,.0f} s left"
    rows = [
        ("ban", ban),
        ("pace", f"{found.pace:g} of {found.ceiling:g} calls a second"),
        ("waiting", waiting),
        ("a new call would wait", f"{found.wait_seconds:g} s"),
        ("used in the last minute", f"{found.used_last_minute:,}"),
        ("used today (UTC)", f"{found.used_today:,}"),
        ("charged to callers", f"{found.charged_to_callers:,}"),
        ("charged to the system", f"{found.charged_to_system:,}"),
    ]
    section(terminal, "Budget", facts(rows))
    section(terminal, "Used today", facts([(name, f"{count:,}") for name, count in found.used_today_by_method.items()]))
    section(
        terminal, f"Saved: {found.saved.total:,} calls", facts([(by, f"{n:,}") for by, n in found.saved.by.items()])
    )
