"""How the service is, as it looks on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from alistach.cli.output import grid, plain

if TYPE_CHECKING:
    from rich.console import Console

# A component says what it likes about itself; `status` and `reason` are common to all.
Component = dict[str, str | int | float | bool | None]


class Health(msgspec.Struct, frozen=True):
    """What of /health is shown."""

    status: str
    version: str
    mode: str
    uptime_seconds: int
    components: dict[str, Component]


def draw_health(terminal: Console, health: Health) -> None:
    """A line for the whole, a row for each component."""
    terminal.print(
        f"{health.status.upper()}: alistach {health.version}, mode {health.mode}, up {_time(health.uptime_seconds)}",
        style="green" if health.status == "healthy" else "bold red",
    )
    table = grid()
    table.add_column("component", style="bold", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("", overflow="fold")
    for name, component in health.components.items():
        table.add_row(name, str(component.get("status")), plain("; ".join(_told(component))))
    terminal.print(table)


def _told(component: Component) -> Iterator[str]:
    reason = component.get("reason")
    if reason is not None:
        yield str(reason)
    for key, value in component.items():
        # What the reason says already need not be said again.
        if key not in ("status", "reason") and value is not None and str(value) not in str(reason):
            yield f"{key.replace('_', ' ')} {value}"


def _time(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour} h"
    return f"{hour} h {minute} min" if hour else f"{minute} min {second} s" if minute else f"{second} s"
