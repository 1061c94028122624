"""Inserting a row or changing the one that is there, in one statement."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import insert


def upsert(
    connection: Connection, table: Table, row: Mapping[str, object], added: frozenset[str] = frozenset()
) -> None:
    """Insert the row; if one with its primary key is there, take the new values, and for `added` columns the sum."""
    # PostgreSQL has the same words in an `insert` of its own: a second engine needs a choice here and nowhere else.
    statement = insert(table).values(row)
    changes = {
        column.name: column + statement.excluded[column.name]
        if column.name in added
        else statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes))
