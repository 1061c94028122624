"""Records for tests, in real files."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from alistach.storage.database import Database
from tests.steered import SteeredClock


@asynccontextmanager
async def opened(
    path: Path, clock: SteeredClock | None = None, patience_seconds: float = 0.01
) -> AsyncIterator[Database]:
    """The record at this path, closed in the end."""
    database = Database.open(path, clock or SteeredClock(), patience_seconds=patience_seconds)
    try:
        yield database
    finally:
        await database.close()


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    """What another program sees in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def change(path: Path, *statements: str) -> None:
    """What another program may do to the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
