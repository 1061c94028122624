"""Health on a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from alistach.cli.wellbeing import Component, Health, draw_health


def drawn(component: Component, seconds: int = 0) -> list[str]:
    out = io.StringIO()
    health = Health("degraded", "0.1.0", "live", seconds, {"upstream": component})
    draw_health(Console(file=out, width=80, markup=False), health)
    return out.getvalue().splitlines()


def test_the_reason_comes_first_and_is_not_said_twice() -> None:
    lines = drawn({"status": "degraded", "reason": "banned until noon", "banned_until": "noon", "calls_today": 3})
    assert lines[-1] == "upstream   degraded  banned until noon; calls today 3".ljust(len(lines[-1]))


def test_without_a_reason_only_the_rest_is_said() -> None:
    lines = drawn({"status": "healthy", "reason": None, "set_aside": None})
    assert lines[-1].split() == ["upstream", "healthy"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(5, "5 s"), (65, "1 min 5 s"), (3_660, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_the_time_since_the_start_is_told_in_two_units(seconds: int, told: str) -> None:
    assert drawn({"status": "healthy"}, seconds)[0] == f"DEGRADED: alistach 0.1.0, mode live, up {told}"
