"""Colours, for those who want them."""

from __future__ import annotations

import io

from alistach.cli.colour import has_colour
from tests.cli.running import on_raw_terminal, port_of
from tests.serving import Service

GREEN = "\x1b[32m"


def test_a_pipe_gets_none() -> None:
    assert not has_colour(io.StringIO())


def test_a_terminal_gets_them(service: Service) -> None:
    assert on_raw_terminal(service.folder, "health", API_PORT=port_of(service), NO_COLOR="").out.startswith(GREEN)


def test_who_wants_none_gets_none(service: Service) -> None:
    assert GREEN not in on_raw_terminal(service.folder, "health", API_PORT=port_of(service), NO_COLOR="1").out
