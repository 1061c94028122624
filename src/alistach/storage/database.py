"""The record's database, `data/audit.db`: one thread owns it and does one piece of work after the other.

It must not be lost: a file that is damaged, foreign, newer or gone astray stops the start and is never replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from alistach.kit.clock import Clock, iso
from alistach.storage import meta
from alistach.storage.opened import opened_elsewhere
from alistach.storage.refused import DataLocked, StorageFailed, StorageRefused
from alistach.storage.tables import create, schema_version

__all__ = ("DataLocked", "Database", "StorageFailed", "StorageRefused")

T = TypeVar("T")

# The newest revision in migrations/versions; a test compares them.
SCHEMA = "0001"

# Marks a connection for what no transaction may be around, which is a checkpoint.
_OUTSIDE = "outside_transaction"

_MEBIBYTE = 1024 * 1024
_WAL_BYTES = 16 * _MEBIBYTE
# While somebody copies the main file the WAL may grow to so many times its bound.
_MOST_WAL = 16
# A file up to this size is read as a whole at start; for a larger one that would delay the first answer.
_CHECKED_AT_START = 8 * _MEBIBYTE
_RESTORE = "restore a backup (cp {0}.backup {0}), or move the file away to begin an empty record"


class Database:
    """`reason` is what the last piece of work failed for, and None while all is well."""

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self._path, self._patience_seconds = path, patience_seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="record")
        self._engine = _engine(path, patience_seconds)
        self.reason: str | None = None
        self.failures = 0

    @classmethod
    def open(cls, path: Path, clock: Clock, *, patience_seconds: float = 5.0) -> Self:
        """Open the record, or make it on the first start; raises StorageRefused. It waits for the disk."""
        database = cls(path, patience_seconds)
        try:
            database._thread.submit(database._open, clock).result()
        except StorageRefused:
            database._thread.shutdown()
            raise
        return database

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Do `work` in a transaction, after what was submitted before; the future may raise StorageFailed."""
        return self._thread.submit(self._work, work)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, done in a transaction. Raises StorageFailed when nothing of it was kept."""
        return await asyncio.wrap_future(self.submit(work))

    async def checkpoint(self) -> None:
        """Move the WAL into the main file, so that a copy of that has all of it; not while somebody is copying it."""
        await asyncio.wrap_future(self._thread.submit(self._checkpoint_for_copies))

    async def close(self) -> None:
        """Do what was submitted, checkpoint, and close."""
        ended = self._thread.submit(self._close)
        try:
            await asyncio.wrap_future(ended)
        finally:
            self._thread.shutdown()

    def _open(self, clock: Clock) -> None:
        try:
            self._make_if_missing(clock)
            self._examine()
            _checkpoint(self._engine)
        except (DBAPIError, OSError) as error:
            self._engine.dispose()
            raise StorageRefused(_sentence(self._path, error)) from error
        except StorageRefused:
            self._engine.dispose()
            raise

    def _make_if_missing(self, clock: Clock) -> None:
        if self._path.exists():
            return
        wal = _beside(self._path, "-wal")
        if wal.exists() and wal.stat().st_size:
            raise StorageRefused(
                f"The record {self._path} is gone, but rows of it are left in {wal}: "
                f"{_RESTORE.format(self._path)}, {wal} too."
            )
        # Made beside and then renamed: a record is either not there or whole, whenever the process ends.
        new = _beside(self._path, ".new")
        for leftover in new.parent.glob(f"{new.name}*"):
            leftover.unlink()
        engine = _engine(new, self._patience_seconds)
        try:
            with engine.begin() as connection:
                create(connection, SCHEMA)
                meta.save(connection, "made_at", iso(clock.now()))
            _checkpoint(engine)
        finally:
            engine.dispose()
        new.replace(self._path)

    def _examine(self) -> None:
        size = self._path.stat().st_size
        if not size:
            raise StorageRefused(f"The record {self._path} is empty: {_RESTORE.format(self._path)}.")
        with self._engine.begin() as connection:
            if size <= _CHECKED_AT_START and (verdict := connection.scalar(text("PRAGMA quick_check(1)"))) != "ok":
                raise StorageRefused(f"The record {self._path} is damaged ({verdict}): {_RESTORE.format(self._path)}.")
            version = schema_version(connection)
            if version is None:
                raise StorageRefused(
                    f"{self._path} is not a record of alistach: "
                    "move it away, or set ALISTACH_DATA_DIR to another folder."
                )
            if version != SCHEMA:
                self._migrate(connection, version)

    def _migrate(self, connection: Connection, version: str) -> None:
        from alistach.storage import migrate  # noqa: PLC0415 - Alembic costs 0.1 s, needed after an update only

        if version not in migrate.known():
            raise StorageRefused(
                f"The record {self._path} is of schema {version}, this alistach knows those up to {SCHEMA}: "
                "run the newer alistach that wrote it, or restore a backup from before."
            )
        migrate.upgrade(connection)

    def _work(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.begin() as connection:
                result = work(connection)
        except (DBAPIError, OSError) as error:
            raise StorageFailed(self._failed(error)) from error
        self.reason = None
        try:
            self._shorten_wal()
        except (DBAPIError, OSError) as error:
            # What was asked for is done; the next piece of work tries this again.
            self._failed(error)
        return result

    def _failed(self, error: Exception) -> str:
        self.failures += 1
        self.reason = _sentence(self._path, error)
        return self.reason

    def _checkpoint_for_copies(self) -> None:
        try:
            if _beside(self._path, "-wal").stat().st_size and not opened_elsewhere(self._path):
                _checkpoint(self._engine)
        except (DBAPIError, OSError) as error:
            self._failed(error)

    def _shorten_wal(self) -> None:
        size = _beside(self._path, "-wal").stat().st_size
        if size > _MOST_WAL * _WAL_BYTES or (size > _WAL_BYTES and not opened_elsewhere(self._path)):
            _checkpoint(self._engine)

    def _close(self) -> None:
        try:
            _checkpoint(self._engine)
        except DBAPIError as error:
            raise StorageFailed(_sentence(self._path, error)) from error
        finally:
            self._engine.dispose()


def _engine(path: Path, patience_seconds: float) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": patience_seconds})

    def connected(connection: Any, _: object) -> None:
        # The driver would begin transactions by itself, but not for schema changes.
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", "wal_autocheckpoint = 0", "synchronous = FULL"):
            connection.execute(f"PRAGMA {setting}")

    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(_OUTSIDE):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _checkpoint(engine: Engine) -> None:
    with engine.connect().execution_options(**{_OUTSIDE: True}) as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _sentence(path: Path, error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"The record {path} is damaged ({cause}): {_RESTORE.format(path)}."
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"The record {path} is locked by another program: close that program."
    return (
        f"The record {path} cannot be used ({cause}): make it and its folder writable, free some space, "
        "or set ALISTACH_DATA_DIR to another folder."
    )
