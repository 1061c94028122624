"""Inserting a row or changing the one that is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.exc import IntegrityError

from alistach.storage.upsert import upsert

_SHELF = Table(
    "shelf",
    MetaData(),
    Column("room", String, primary_key=True),
    Column("thing", String, primary_key=True),
    Column("colour", String, nullable=False),
    Column("count", Integer, nullable=False),
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _SHELF.create(connection)
        yield connection
    engine.dispose()


def _put(connection: Connection, room: str, thing: str, colour: str | None, count: int, *added: str) -> None:
    row = {"room": room, "thing": thing, "colour": colour, "count": count}
    upsert(connection, _SHELF, row, frozenset(added))


def _rows(connection: Connection) -> list[tuple[str, str, str, int]]:
    return [tuple(row) for row in connection.execute(select(_SHELF).order_by(_SHELF.c.room, _SHELF.c.thing))]


def test_another_constraint_than_the_key_still_holds(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        _put(connection, "hall", "hat", None, 1)
    assert _rows(connection) == []


def test_a_new_row_is_inserted(connection: Connection) -> None:
    _put(connection, "hall", "hat", "red", 1)
    _put(connection, "hall", "coat", "red", 1, "count")
    _put(connection, "attic", "hat", "red", 1)
    assert _rows(connection) == [("attic", "hat", "red", 1), ("hall", "coat", "red", 1), ("hall", "hat", "red", 1)]


def test_a_known_row_takes_the_new_values(connection: Connection) -> None:
    _put(connection, "hall", "hat", "red", 1)
    _put(connection, "hall", "hat", "blue", 5)
    assert _rows(connection) == [("hall", "hat", "blue", 5)]


def test_added_columns_take_the_sum(connection: Connection) -> None:
    _put(connection, "hall", "hat", "red", 1, "count")
    _put(connection, "hall", "hat", "blue", 5, "count")
    assert _rows(connection) == [("hall", "hat", "blue", 6)]
