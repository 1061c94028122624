"""A new record's tables."""

from pathlib import Path

from sqlalchemy import create_engine

from alistach.storage.tables import METADATA, create, schema_version


def test_an_empty_database_is_no_record(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/audit.db")
    with engine.begin() as connection:
        assert schema_version(connection) is None
    engine.dispose()


def test_a_record_without_a_version_row_is_no_record(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/audit.db")
    with engine.begin() as connection:
        create(connection, "0001")
        connection.exec_driver_sql("DELETE FROM alembic_version")
        assert schema_version(connection) is None
    engine.dispose()


def test_a_new_record_is_at_the_version_it_was_made_for(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/audit.db")
    with engine.begin() as connection:
        create(connection, "0042")
        assert schema_version(connection) == "0042"
    engine.dispose()


def test_the_tables_are_those_of_the_design() -> None:
    assert sorted(METADATA.tables) == ["bans", "calls", "meta"]
