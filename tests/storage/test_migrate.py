"""Migrations lead to the very tables that a new record is made with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect

from alistach.storage import migrate
from alistach.storage.database import SCHEMA
from alistach.storage.tables import METADATA, create, schema_version


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path}/with % in its name.db")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _definitions(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_newest_migration_is_the_schema_that_the_program_expects() -> None:
    assert migrate.newest() == SCHEMA
    assert SCHEMA in migrate.known()


def test_a_migrated_database_is_at_the_newest_schema(connection: Connection) -> None:
    migrate.upgrade(connection)
    assert schema_version(connection) == SCHEMA


def test_migrations_and_tables_say_the_same(connection: Connection) -> None:
    migrate.upgrade(connection)
    assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []


def test_a_migrated_database_and_a_new_one_are_alike(connection: Connection, tmp_path: Path) -> None:
    migrate.upgrade(connection)
    engine = create_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.begin() as new:
        create(new, SCHEMA)
        assert _definitions(connection) == _definitions(new)
    engine.dispose()


def test_a_database_at_the_newest_schema_is_left_as_it_is(connection: Connection) -> None:
    create(connection, SCHEMA)
    before = _definitions(connection)
    migrate.upgrade(connection)
    assert _definitions(connection) == before


def test_migrating_is_undone_with_the_transaction_around_it(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/audit.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        migrate.upgrade(connection)
        assert inspect(connection).has_table("bans")
        connection.rollback()
        assert not inspect(connection).has_table("bans")
    engine.dispose()
