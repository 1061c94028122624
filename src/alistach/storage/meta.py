"""Small facts about the record itself."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from alistach.storage.tables import META


def read(connection: Connection, name: str) -> str | None:
    """The value saved under this name."""
    return connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one_or_none()


def save(connection: Connection, name: str, value: str) -> None:
    """Save the value in place of the one before."""
    statement = insert(META).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[META.c.name], set_={"value": statement.excluded["value"]})
    )
