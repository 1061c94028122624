"""How many calls each app key has spent, by UTC day and method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from alistach.storage.tables import CALLS
from alistach.storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of a method on a UTC day (`2026-11-23`) with an app key (by fingerprint), the last at `last_sent`."""

    day: str
    app_key: str
    method: str
    count: int
    last_sent: float


def utc_day(epoch_seconds: float) -> str:
    """The day that a moment belongs to."""
    return datetime.fromtimestamp(epoch_seconds, UTC).strftime("%Y-%m-%d")


def add(connection: Connection, calls: Sequence[Calls]) -> None:
    """Add to what is known of each day, app key and method."""
    for row in calls:
        upsert(connection, CALLS, asdict(row), added=frozenset({"count"}))


def of_day(connection: Connection, app_key: str, day: str) -> dict[str, int]:
    """Calls by method."""
    rows = connection.execute(
        select(CALLS.c.method, CALLS.c.count)
        .where(CALLS.c.app_key == app_key, CALLS.c.day == day)
        .order_by(CALLS.c.method)
    )
    return dict(rows.all())


def last_sent(connection: Connection, app_key: str) -> float | None:
    """When the last call with this app key was sent, on any day."""
    latest = select(func.max(CALLS.c.last_sent)).where(CALLS.c.app_key == app_key)
    moment: float | None = connection.execute(latest).scalar_one()
    return moment
