"""Small facts about the record itself."""

from __future__ import annotations

from sqlalchemy import Connection, select

from alistach.storage.tables import META
from alistach.storage.upsert import upsert


def read(connection: Connection, name: str) -> str | None:
    """The value saved under this name."""
    return connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one_or_none()


def save(connection: Connection, name: str, value: str) -> None:
    """Save the value in place of the one before."""
    upsert(connection, META, {"name": name, "value": value})
