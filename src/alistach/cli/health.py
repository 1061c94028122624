"""`alistach health`: how the running service is."""

from __future__ import annotations

import msgspec
import typer

from alistach.cli.asking import running
from alistach.cli.output import Form, JsonFlag, console, form, write_json
from alistach.cli.wellbeing import Health, draw_health


def health(as_json: JsonFlag = False) -> None:
    """Show how the running service is.

    Fails when it is unhealthy or not there.
    """
    reply = running().ask("GET", "/health")
    if form(as_json=as_json) is Form.TABLES:
        draw_health(console(), msgspec.json.decode(reply.body, type=Health))
    else:
        write_json(reply.body)
    if reply.status >= 400:
        raise typer.Exit(1)
