"""The record's tables as they are now; `migrations/` tells how they came to be so."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    select,
)

METADATA = MetaData()

# An app key is a credential: rows name it by a fingerprint.
BANS = Table(
    "bans",
    METADATA,
    Column("app_key", String(16), primary_key=True),
    Column("banned_until", Double, nullable=False),
    Column("pace", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
)

CALLS = Table(
    "calls",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("app_key", String(16), primary_key=True),
    Column("method", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_sent", Double, nullable=False),
)

META = Table(
    "meta",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("value", String, nullable=False),
)

# Alembic's own table, known here so that neither a new record nor one that is up to date costs the import of Alembic.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def create(connection: Connection, version: str) -> None:
    """Make every table in an empty database, as the migrations up to this version would."""
    METADATA.create_all(connection)
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=version))


def schema_version(connection: Connection) -> str | None:
    """The schema that the database is at, or None when it is no record at all."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
