"""The answers' file as SQLite sees it: its tables, its statements, and whether it can be used at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alistach.storage.cache.aside import beside
from alistach.storage.cache.entry import MEBIBYTE, CacheLimits, KindUse, Selection
from alistach.storage.cache.row import COLUMNS, Row
from alistach.storage.opened import opened_elsewhere

_APPLICATION_ID = 0x616C6973
_SCHEMA = 1
_TABLES = (
    """CREATE TABLE entries (
        key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, format INTEGER NOT NULL,
        stored_at REAL NOT NULL, keep_until REAL NOT NULL, tags TEXT NOT NULL,
        checksum INTEGER NOT NULL, body BLOB NOT NULL, asked_at REAL NOT NULL) STRICT""",
    "CREATE INDEX entries_by_asking ON entries (asked_at)",
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_SCHEMA}",
)
_GET = f"SELECT {COLUMNS} FROM entries WHERE key = ?"  # noqa: S608 - made of constants
_GET_MANY = f"SELECT {COLUMNS} FROM entries WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608 - likewise
_PUT = f"INSERT OR REPLACE INTO entries ({COLUMNS}, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - likewise
# Noted to ten minutes: a row that is asked for often is not written as often.
_TOUCH = "UPDATE entries SET asked_at = ?1 WHERE key = ?2 AND asked_at < ?1 - 600"
_FIND = """SELECT rowid, key FROM entries
    WHERE (:kind IS NULL OR kind = :kind)
    AND (:tag IS NULL OR CASE WHEN json_valid(tags)
        THEN EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag) ELSE 0 END)
    AND (:prefix IS NULL OR substr(key, 1, length(:prefix)) = :prefix)
    AND (:before IS NULL OR stored_at < :before)"""
_EVICT = "DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries ORDER BY asked_at, rowid LIMIT ?)"
_CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"

_PORTION = 500
# While somebody copies the main file the WAL may grow to so many times its bound.
_MOST_WAL = 16
# A file up to this size is checked as a whole before it is used; a larger one while it is used.
_CHECKED_AT_ONCE = 16 * MEBIBYTE
_UNUSABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class NotOurs(sqlite3.DatabaseError):
    """A file of another program or schema, or a damaged one."""


def is_unusable(error: BaseException) -> bool:
    """Whether the error says that the file itself is no good, and not that the disk is full or the like."""
    return isinstance(error, NotOurs) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE


class Table:
    """Two connections to the file: one reads in the event loop, one writes in the writer's thread.

    Everything raises sqlite3.Error.
    """

    def __init__(self, path: Path, limits: CacheLimits) -> None:
        self._path, self._limits = path, limits
        with ExitStack() as opened:
            self._writer = _connect(path, limits.patience_seconds)
            opened.callback(self._writer.close)
            _prepare(self._writer)
            self.is_checked = path.stat().st_size <= _CHECKED_AT_ONCE
            if self.is_checked:
                self.check()
            self._writer.execute(_CHECKPOINT)
            # The event loop waits for nobody: a read that would have to is a miss.
            self._reader = _connect(path, 0.0)
            opened.pop_all()

    def get(self, key: str) -> list[Row]:
        """The row of the key, or none."""
        return self._reader.execute(_GET, (key,)).fetchall()

    def get_many(self, keys: Sequence[str]) -> list[Row]:
        """The rows of the keys that are there."""
        return self._reader.execute(_GET_MANY, (json.dumps(keys),)).fetchall()

    def check(self) -> None:
        """Read the whole file; raises NotOurs where it is damaged."""
        ((verdict,),) = self._writer.execute("PRAGMA quick_check(1)").fetchall()
        tables = {name for (name,) in self._writer.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if verdict != "ok" or not {"entries", "meta"} <= tables:
            raise NotOurs(f"the file is damaged: {verdict}")
        self.is_checked = True

    def write(self, rows: Iterable[Row], now: float) -> None:
        """Keep the rows, in place of those with the same keys."""
        with self._transaction() as connection:
            connection.executemany(_PUT, [(*row, now) for row in rows])

    def touch(self, moments: Iterable[tuple[str, float]]) -> None:
        """Note when keys were last asked for."""
        with self._transaction() as connection:
            connection.executemany(_TOUCH, [(moment, key) for key, moment in moments])

    def discard(self, rows: Iterable[tuple[str, int]]) -> None:
        """Delete the very rows that have this key and this checksum."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM entries WHERE key = ? AND checksum = ?", list(rows))

    def evict(self) -> int:
        """Delete what was asked for longest ago until the file's pages in use are within its bound; how many rows."""
        evicted = 0
        while (excess := self._used_bytes() - self._limits.file_bytes) > 0:
            with self._transaction() as connection:
                gone = connection.execute(_EVICT, (1 + min(excess // 16384, _PORTION),)).rowcount
            if not gone:
                break
            evicted += gone
        return evicted

    def find(self, selection: Selection) -> list[tuple[int, str]]:
        """Row number and key of the rows that are meant."""
        names = {
            "kind": selection.kind,
            "tag": selection.tag,
            "prefix": selection.key_prefix,
            "before": selection.stored_before,
        }
        return self._writer.execute(_FIND, names).fetchall()

    def expired(self, now: float) -> list[int]:
        """The numbers of the rows that are not worth keeping after `now`."""
        return [number for (number,) in self._writer.execute("SELECT rowid FROM entries WHERE keep_until <= ?", (now,))]

    def delete(self, row_numbers: Sequence[int]) -> None:
        """Delete rows, in portions: the WAL stays short however many they are."""
        for start in range(0, len(row_numbers), _PORTION):
            portion = [(number,) for number in row_numbers[start : start + _PORTION]]
            with self._transaction() as connection:
                connection.executemany("DELETE FROM entries WHERE rowid = ?", portion)
            self.shorten_wal()

    def use_by_kind(self) -> dict[str, KindUse]:
        """Rows and their bytes at rest, by kind."""
        query = "SELECT kind, count(*), sum(length(body)) FROM entries GROUP BY kind ORDER BY kind"
        return {kind: KindUse(entries, size_bytes) for kind, entries, size_bytes in self._writer.execute(query)}

    def meta(self) -> dict[str, str]:
        """Every small value that was saved."""
        return dict(self._writer.execute("SELECT name, value FROM meta").fetchall())

    def save_meta(self, values: dict[str, str]) -> None:
        """Keep small values, in place of those with the same names."""
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def shorten_wal(self) -> None:
        """Move the WAL into the main file if it has grown past its bound."""
        size, bound = beside(self._path, "-wal").stat().st_size, self._limits.wal_bytes
        if size > _MOST_WAL * bound or (size > bound and not opened_elsewhere(self._path)):
            self._writer.execute(_CHECKPOINT)

    def checkpoint(self) -> None:
        """Move the WAL into the main file, unless somebody is copying that."""
        if beside(self._path, "-wal").stat().st_size and not opened_elsewhere(self._path):
            self._writer.execute(_CHECKPOINT)

    def close(self) -> None:
        """Close both connections; SQLite checkpoints as the last one goes."""
        self._reader.close()
        self._writer.close()

    def _used_bytes(self) -> int:
        pages = _number(self._writer, "page_count") - _number(self._writer, "freelist_count")
        return pages * _number(self._writer, "page_size")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _transaction(self._writer):
            yield self._writer


def _connect(path: Path, patience_seconds: float) -> sqlite3.Connection:
    # Opened in one thread and used in another, but by one at a time.
    return sqlite3.connect(path, timeout=patience_seconds, isolation_level=None, check_same_thread=False)


def _prepare(connection: sqlite3.Connection) -> None:
    if _number(connection, "page_count") == 0:
        # Before WAL is set, so that the file is either empty or whole whenever the process ends.
        with _transaction(connection):
            for statement in _TABLES:
                connection.execute(statement)
    elif (_number(connection, "application_id"), _number(connection, "user_version")) != (_APPLICATION_ID, _SCHEMA):
        raise NotOurs("the file is another program's, or of another schema")
    for setting in ("journal_mode = WAL", "wal_autocheckpoint = 0", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {setting}")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    ((number,),) = connection.execute(f"PRAGMA {pragma}").fetchall()
    return int(number)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # Some errors, such as a full disk, have already rolled back.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
