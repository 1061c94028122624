"""The record: made once, never replaced, refused in one sentence when it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from alistach.storage import database as database_module
from alistach.storage import meta, migrate
from alistach.storage.database import SCHEMA, Database
from alistach.storage.refused import StorageFailed, StorageRefused
from tests.steered import SteeredClock
from tests.storage.faults import damage, no_file_longer_than, unwritable_folder
from tests.storage.records import ask, change, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


async def _make(path: Path) -> None:
    async with opened(path):
        pass


def _refusal(path: Path) -> str:
    with pytest.raises(StorageRefused) as refusal:
        Database.open(path, SteeredClock(), patience_seconds=0.01)
    return refusal.value.sentence


def _fill(connection: Connection, bytes_each: int, rows: int) -> None:
    for number in range(rows):
        meta.save(connection, f"row {number}", "x" * bytes_each)


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("no database, but perhaps somebody's only copy")
    assert _refusal(path) == (
        f"The record {path} is damaged (file is not a database): restore a backup (cp {path}.backup {path}), "
        "or move the file away to begin an empty record."
    )
    assert path.read_text() == "no database, but perhaps somebody's only copy"


async def test_a_damaged_record_is_refused_and_left_as_it_is(path: Path) -> None:
    async with opened(path) as record:
        await record.run(lambda connection: _fill(connection, 3000, 20))
    damage(path, 5 * 4096)
    damaged = path.read_bytes()
    assert _refusal(path).startswith(f"The record {path} is damaged (")
    assert path.read_bytes() == damaged


async def test_a_truncated_record_is_refused(path: Path) -> None:
    async with opened(path) as record:
        await record.run(lambda connection: _fill(connection, 3000, 20))
    with path.open("r+b") as file:
        file.truncate(4096 * 3)
    assert _refusal(path).startswith(
        f"The record {path} is damaged (database disk image is malformed): restore a backup"
    )


async def test_an_empty_file_is_refused(path: Path) -> None:
    path.touch()
    assert _refusal(path) == (
        f"The record {path} is empty: restore a backup (cp {path}.backup {path}), "
        "or move the file away to begin an empty record."
    )


async def test_a_database_of_another_program_is_refused(path: Path) -> None:
    change(path, "CREATE TABLE theirs (x)")
    assert _refusal(path) == (
        f"{path} is not a record of alistach: move it away, or set ALISTACH_DATA_DIR to another folder."
    )


async def test_a_record_of_a_newer_program_is_refused(path: Path) -> None:
    await _make(path)
    change(path, "UPDATE alembic_version SET version_num = '9999'")
    assert _refusal(path) == (
        f"The record {path} is of schema 9999, this alistach knows those up to {SCHEMA}: "
        "run the newer alistach that wrote it, or restore a backup from before."
    )
    assert ask(path, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_a_record_that_is_gone_while_rows_of_it_are_left_is_refused(path: Path) -> None:
    wal = path.with_name("audit.db-wal")
    wal.write_bytes(b"rows")
    assert _refusal(path) == (
        f"The record {path} is gone, but rows of it are left in {wal}: restore a backup (cp {path}.backup {path}), "
        f"or move the file away to begin an empty record, {wal} too."
    )
    assert not path.exists()


async def test_a_locked_record_is_refused(path: Path) -> None:
    await _make(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _refusal(path) == f"The record {path} is locked by another program: close that program."
        other.execute("ROLLBACK")


async def test_an_unwritable_folder_is_refused() -> None:
    with unwritable_folder() as folder:
        assert _refusal(folder / "audit.db") == (
            f"The record {folder}/audit.db cannot be used (unable to open database file): make it and its folder "
            "writable, free some space, or set ALISTACH_DATA_DIR to another folder."
        )


async def test_a_disk_that_is_full_from_the_start_is_refused_and_leaves_no_record(path: Path) -> None:
    with no_file_longer_than(0):
        assert _refusal(path) == (
            f"The record {path} cannot be used (disk I/O error): make it and its folder "
            "writable, free some space, or set ALISTACH_DATA_DIR to another folder."
        )
    assert not path.exists()
    await _make(path)


async def test_a_full_disk_while_running_is_told_and_overcome(path: Path) -> None:
    async with opened(path) as record:
        with no_file_longer_than(100_000):
            with pytest.raises(StorageFailed) as failure:
                await record.run(lambda connection: _fill(connection, 10_000, 30))
            assert str(failure.value) == (
                f"The record {path} cannot be used (disk I/O error): make it and its folder writable, "
                "free some space, or set ALISTACH_DATA_DIR to another folder."
            )
            assert (record.reason, record.failures) == (str(failure.value), 1)
        assert await record.run(lambda connection: meta.read(connection, "row 0")) is None
        assert record.reason is None


async def test_work_that_fails_leaves_nothing_behind(path: Path) -> None:
    def work(connection: Connection) -> None:
        meta.save(connection, "a", "1")
        raise ZeroDivisionError

    async with opened(path) as record:
        with pytest.raises(ZeroDivisionError):
            await record.run(work)
        assert await record.run(lambda connection: meta.read(connection, "a")) is None


async def test_a_creation_that_was_interrupted_is_begun_again(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"audit.db.new{suffix}").write_text("half made")
    await _make(path)
    assert [file.name for file in path.parent.iterdir()] == ["audit.db"]
    assert ask(path, "SELECT version_num FROM alembic_version") == [(SCHEMA,)]


async def test_a_new_record_tells_when_it_was_made(path: Path) -> None:
    await _make(path)
    assert ask(path, "SELECT * FROM meta") == [("made_at", "2027-01-15T08:00:00Z")]


async def test_an_older_record_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await _make(path)
    upgraded: list[str | None] = []
    monkeypatch.setattr(database_module, "SCHEMA", "0002")
    monkeypatch.setattr(migrate, "upgrade", lambda connection: upgraded.append(meta.read(connection, "made_at")))
    await _make(path)
    assert upgraded == ["2027-01-15T08:00:00Z"]


async def test_the_record_outlives_the_process(path: Path) -> None:
    async with opened(path) as record:
        await record.run(lambda connection: meta.save(connection, "a", "1"))
    assert [file.name for file in path.parent.iterdir()] == ["audit.db"]
    async with opened(path) as record:
        assert await record.run(lambda connection: meta.read(connection, "a")) == "1"


async def test_every_piece_of_work_is_done_in_the_one_thread_and_in_order(path: Path) -> None:
    done: list[tuple[int, str]] = []

    def work(number: int) -> None:
        done.append((number, threading.current_thread().name))

    async with opened(path) as record:
        for number in range(5):
            record.submit(lambda _, number=number: work(number))  # type: ignore[misc]
        await record.run(lambda _: None)
    assert done == [(number, "record_0") for number in range(5)]


async def test_sqlite_never_moves_the_wal_by_itself_and_we_do_past_a_bound(path: Path) -> None:
    wal = path.with_name("audit.db-wal")
    async with opened(path) as record:
        main = path.read_bytes()
        await record.run(lambda connection: _fill(connection, 10_000, 800))
        assert path.read_bytes() == main
        assert 2000 * 4096 < wal.stat().st_size < 16 * 1024 * 1024
        await record.run(lambda connection: _fill(connection, 10_000, 2000))
        assert (path.read_bytes() == main, wal.stat().st_size) == (False, 0)


async def test_commits_reach_the_disk_before_they_are_told(path: Path) -> None:
    async with opened(path) as record:
        settings = await record.run(
            lambda connection: [
                connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "wal_autocheckpoint")
            ]
        )
    assert settings == ["wal", 2, 0]


_OPEN = """
import sys
from pathlib import Path
from alistach.kit.clock import SystemClock
from alistach.storage.database import Database
Database.open(Path(sys.argv[1]), SystemClock())
sys.stdout.write(str([name for name in ("alembic", "mako") if name in sys.modules]))
"""

_IMPORT = """
import sys
import alistach.storage.cache, alistach.storage.lock, alistach.storage.refused
sys.stdout.write(str([name for name in ("sqlalchemy", "alembic") if name in sys.modules]))
"""


def _printed(*command: str) -> str:
    return subprocess.run([sys.executable, "-c", *command], check=True, capture_output=True, text=True).stdout


async def test_neither_the_first_start_nor_a_later_one_imports_alembic(path: Path) -> None:
    assert _printed(_OPEN, str(path)) == "[]"
    assert _printed(_OPEN, str(path)) == "[]"


def test_the_answers_file_and_the_lock_do_not_import_sqlalchemy() -> None:
    assert _printed(_IMPORT) == "[]"
