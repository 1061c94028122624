"""`alistach dashboard`: what the service did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from alistach.cli.asking import ask
from alistach.cli.output import EnvelopeFlag, JsonFlag, facts, form, grid, section, show
from alistach.cli.wellbeing import Health, draw_health

if TYPE_CHECKING:
    from rich.console import Console


class Latency(msgspec.Struct, frozen=True):
    """Percentiles in milliseconds."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Traffic(msgspec.Struct, frozen=True):
    """What came in a time, and what became of it."""

    requests: int
    by_status: dict[str, int]
    hit_rate: float | None
    success_rate: float | None
    upstream_calls: int
    latency: Latency


class Dashboard(msgspec.Struct, frozen=True):
    """What of the dashboard is shown."""

    health: Health
    since_start: Traffic
    last_hour: Traffic
    upstream_success_rate: float | None
    upstream_outcomes: dict[str, int]
    entries: dict[str, int]


def dashboard(as_json: JsonFlag = False, envelope: EnvelopeFlag = False) -> None:
    """Show what the service did since its start and in the last hour."""
    show(ask("GET", "/admin/dashboard"), form(as_json=as_json, envelope=envelope), Dashboard, _draw)


def _draw(terminal: Console, found: Dashboard) -> None:
    draw_health(terminal, found.health)
    table = grid()
    table.add_column("", style="bold", no_wrap=True)
    table.add_column("since the start", justify="right")
    table.add_column("last hour", justify="right")
    for row in zip(_rows(found.since_start), _rows(found.last_hour), strict=True):
        table.add_row(row[0][0], row[0][1], row[1][1])
    section(terminal, "Traffic", table)
    outcomes = [(outcome, f"{count:,}") for outcome, count in found.upstream_outcomes.items()]
    section(terminal, "Upstream calls", facts([*outcomes, ("success", _rate(found.upstream_success_rate))]))
    section(terminal, "Kept", facts([(kind, f"{count:,}") for kind, count in found.entries.items()]))


def _rows(traffic: Traffic) -> tuple[tuple[str, str], ...]:
    latency = traffic.latency
    return (
        ("requests", f"{traffic.requests:,}"),
        ("failed by us (5xx)", f"{sum(n for status, n in traffic.by_status.items() if status[:1] == '5'):,}"),
        ("success", _rate(traffic.success_rate)),
        ("answered without a call", _rate(traffic.hit_rate)),
        ("upstream calls", f"{traffic.upstream_calls:,}"),
        ("latency p50", _milliseconds(latency.p50_ms)),
        ("latency p95", _milliseconds(latency.p95_ms)),
        ("latency p99", _milliseconds(latency.p99_ms)),
    )


def _rate(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g} ms"
