"""The answers' file as its user sees it: it may lose, it never lies, and it never raises into a reader."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from alistach.storage.cache import CacheCounts, CacheFile, CacheLimits, KindUse, Selection, StoredEntry
from alistach.storage.cache.entry import MEBIBYTE
from alistach.storage.refused import StorageFailed, StorageRefused
from tests.steered import SteeredClock
from tests.storage.faults import damage, no_file_longer_than, unwritable_folder

_NOW = SteeredClock().now()
# A kill at a random moment, so many times.
_KILLS = int(os.environ.get("PROVE_KILLS", "3"))


def _entry(
    key: str, *, kind: str = "search", tags: tuple[str, ...] = (), body: bytes | None = None, keep: float = 1000.0
) -> StoredEntry:
    return StoredEntry(key, kind, _NOW, _NOW + keep, tags, f"body of {key}".encode() if body is None else body)


def _large(key: str) -> StoredEntry:
    return _entry(key, body=os.urandom(10_000), keep=100_000.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock()


@asynccontextmanager
async def _open(path: Path, clock: SteeredClock, limits: CacheLimits | None = None) -> AsyncIterator[CacheFile]:
    file = CacheFile.open(path, clock, limits)
    try:
        yield file
    finally:
        await file.close()


async def _written(path: Path, clock: SteeredClock, *entries: StoredEntry) -> None:
    async with _open(path, clock) as file:
        file.put(entries)


def _change(path: Path, statement: str, *arguments: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, arguments)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_file_that_is_no_database_is_set_aside_and_begun_anew(path: Path, clock: SteeredClock) -> None:
    path.write_text("not a database at all")
    async with _open(path, clock) as file:
        assert file.set_aside == path.with_name("cache.db.corrupt-2027-01-15T08-00-00Z")
        assert file.set_aside.read_text() == "not a database at all"
        assert (file.healthy, file.reason, file.get("a")) == (True, None, None)
        file.put([_entry("a")])
        assert await file.flush()


async def test_a_damaged_file_is_set_aside_and_begun_anew(path: Path, clock: SteeredClock) -> None:
    await _written(path, clock, *(_entry(f"key {number}") for number in range(300)))
    damage(path, 2 * 4096)
    async with _open(path, clock) as file:
        assert file.set_aside == path.with_name("cache.db.corrupt-2027-01-15T08-00-00Z")
        assert file.get("key 1") is None


async def test_a_truncated_file_is_set_aside(path: Path, clock: SteeredClock) -> None:
    await _written(path, clock, *(_entry(f"key {number}") for number in range(300)))
    with path.open("r+b") as file:
        file.truncate(5000)
    async with _open(path, clock) as begun:
        assert begun.set_aside == path.with_name("cache.db.corrupt-2027-01-15T08-00-00Z")


async def test_a_database_of_another_program_is_set_aside_whole(path: Path, clock: SteeredClock) -> None:
    _change(path, "CREATE TABLE theirs (x)")
    theirs = path.read_bytes()
    async with _open(path, clock) as file:
        assert file.set_aside is not None
        assert file.set_aside.read_bytes() == theirs


async def test_a_large_damaged_file_is_set_aside_while_it_is_used(path: Path, clock: SteeredClock) -> None:
    large = [_entry(f"key {number}", body=os.urandom(MEBIBYTE)) for number in range(20)]
    await _written(path, clock, *large)
    damage(path, 4096, b"\xff" * 4096)
    async with _open(path, clock) as file:
        await file.remember("cleared", "yesterday")
        assert file.set_aside == path.with_name("cache.db.corrupt-2027-01-15T08-00-00Z")
        assert (file.healthy, file.get("key 3")) == (True, None)
        file.put([_entry("a")])
    async with _open(path, clock) as file:
        assert (file.set_aside, file.get("a"), file.recall("cleared")) == (None, _entry("a"), "yesterday")


async def test_damage_that_is_met_while_reading_begins_the_file_anew(path: Path, clock: SteeredClock) -> None:
    await _written(path, clock, *(_entry(f"key {number}") for number in range(3000)))
    async with _open(path, clock) as file:
        await file.remember("cleared", "yesterday")
        damage(path, 4096, b"\xff" * (path.stat().st_size - 4096))
        assert [file.get(f"key {number}") for number in range(0, 3000, 100)] == [None] * 30
        assert file.counts.read_failures > 0
        await file.flush()
        assert file.set_aside == path.with_name("cache.db.corrupt-2027-01-15T08-00-00Z")
        file.put([_entry("a")])
        assert (await file.flush(), file.healthy) == (True, True)
    async with _open(path, clock) as file:
        assert (file.set_aside, file.get("a"), file.recall("cleared")) == (None, _entry("a"), "yesterday")


@pytest.mark.parametrize(
    "poison",
    [
        "UPDATE entries SET body = substr(body, 1, length(body) - 1) WHERE key = 'bad'",
        "UPDATE entries SET body = x'00' WHERE key = 'bad'",
        "UPDATE entries SET format = 2 WHERE key = 'bad'",
        "UPDATE entries SET keep_until = keep_until + 1 WHERE key = 'bad'",
        "UPDATE entries SET kind = 'link' WHERE key = 'bad'",
        "UPDATE entries SET tags = '[]' WHERE key = 'bad'",
        "UPDATE entries SET body = (SELECT body FROM entries WHERE key = 'good') WHERE key = 'bad'",
        "UPDATE entries SET key = 'bad', stored_at = 1 WHERE key = 'bad'",
    ],
)
async def test_a_row_that_is_not_as_it_was_written_is_dropped_and_counted(
    path: Path, clock: SteeredClock, poison: str
) -> None:
    await _written(path, clock, _entry("good"), _entry("bad", tags=("product:1",)))
    _change(path, poison)
    async with _open(path, clock) as file:
        assert file.get("bad") is None
        assert file.counts.bad_rows == 1
        assert file.get_many(["good", "bad"]) == {"good": _entry("good")}
        assert await file.flush()
        assert await file.use_by_kind() == {"search": (await file.use_by_kind())["search"]}
        assert await file.delete_where(Selection(), dry_run=True) == ["good"]


async def test_a_row_of_another_key_does_not_answer_for_this_one(path: Path, clock: SteeredClock) -> None:
    await _written(path, clock, _entry("theirs"))
    _change(path, "UPDATE entries SET key = 'mine'")
    async with _open(path, clock) as file:
        assert (file.get("mine"), file.counts.bad_rows) == (None, 1)


async def test_a_text_that_is_no_text_hides_only_itself(path: Path, clock: SteeredClock) -> None:
    await _written(path, clock, _entry("good"), _entry("bad"))
    _change(path, "UPDATE entries SET kind = CAST(x'ff' AS TEXT) WHERE key = 'bad'")
    async with _open(path, clock) as file:
        assert file.get_many(["bad", "good"]) == {"good": _entry("good")}
        assert file.get("bad") is None
        assert file.counts.read_failures == 3


async def test_a_key_that_no_file_can_hold_is_not_there(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        assert (file.get("\ud800"), file.get_many(["\ud800"])) == (None, {})


async def test_an_entry_that_no_file_can_hold_does_not_stop_the_others(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("a"), StoredEntry("\ud800", "search", _NOW, _NOW + 1.0, (), b""), _entry("b")])
        assert await file.flush()
        assert (file.counts.written, file.counts.refused) == (2, 1)
        assert sorted(file.get_many(["a", "b"])) == ["a", "b"]


async def test_a_full_disk_is_told_and_overcome(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("before")])
        await file.flush()
        with no_file_longer_than(60_000):
            file.put([_entry("large", body=os.urandom(100_000)), _entry("after")])
            assert not await file.flush()
            assert (file.healthy, file.reason) == (False, f"{path} cannot be written: disk I/O error")
            assert file.get("before") == _entry("before")
            assert file.get("after") == _entry("after")
            with pytest.raises(StorageFailed, match=r"could not remember: disk I/O error"):
                await file.remember("cleared", "x" * 100_000)
        assert await file.flush()
        assert (file.healthy, file.reason, file.counts.written) == (True, None, 3)
        assert file.counts.write_failures == 3


async def test_while_the_disk_is_full_the_queue_is_bounded(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock, CacheLimits(pending_entries=2)) as file:
        with no_file_longer_than(0):
            file.put([_entry(key) for key in "abcd"])
            assert not await file.flush()
            assert (file.counts.refused, file.get("b"), file.get("c")) == (2, _entry("b"), None)
        assert await file.flush()
        assert file.get_many("abcd") == {"a": _entry("a"), "b": _entry("b")}


async def test_after_a_failure_the_disk_is_tried_again_within_seconds(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        with no_file_longer_than(0):
            file.put([_entry("a")])
            assert not await file.flush()
        await clock.advance(5.0)
        file.put([_entry("b")])
        # Waits for the thread, and tries nothing itself.
        file._writer._thread.submit(lambda: None).result()
        assert (file.healthy, file.counts.written) == (True, 2)


async def test_a_file_that_another_program_locks_is_read_all_the_same(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock, CacheLimits(patience_seconds=0.01)) as file:
        file.put([_entry("a")])
        await file.flush()
        with _locked(path):
            file.put([_entry("b")])
            assert not await file.flush()
            assert file.reason == f"{path} cannot be written: database is locked"
            assert file.get_many("ab") == {"a": _entry("a"), "b": _entry("b")}
            with pytest.raises(StorageFailed, match="could not delete: database is locked"):
                await file.delete_where(Selection(key_prefix="a"))
        assert await file.flush()


def test_an_unwritable_folder_is_refused_in_one_sentence(clock: SteeredClock) -> None:
    with unwritable_folder() as folder, pytest.raises(StorageRefused) as refusal:
        CacheFile.open(folder / "cache.db", clock)
    assert refusal.value.sentence == (
        f"The answers' file {folder}/cache.db cannot be used (unable to open database file): make it and its folder "
        "writable, free some space, or set ALISTACH_DATA_DIR to another folder."
    )


def test_a_disk_that_is_full_from_the_start_is_refused_in_one_sentence(path: Path, clock: SteeredClock) -> None:
    with no_file_longer_than(0), pytest.raises(StorageRefused, match=r"cannot be used \(disk I/O error\)"):
        CacheFile.open(path, clock)
    assert not path.exists() or path.stat().st_size == 0


async def test_an_entry_is_found_before_and_after_it_is_written(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        with _locked(path):
            file.put([_entry("a")])
            assert file.get("a") == _entry("a")
            assert file.get_many(["a", "b"]) == {"a": _entry("a")}
        await file.flush()
        assert len(file._pending) == 0
        assert file.get("a") == _entry("a")


async def test_an_entry_outlives_the_process(path: Path, clock: SteeredClock) -> None:
    entry = StoredEntry("search:ü", "search", 1.25, _NOW + 0.5, ("product:1", "a,b\x1f"), bytes(range(256)) * 10)
    await _written(path, clock, entry)
    async with _open(path, clock) as file:
        assert (file.get("search:ü"), file.set_aside) == (entry, None)


async def test_an_entry_that_is_not_worth_keeping_is_not_there(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("a")])
        await clock.advance(999.0)
        assert file.get("a") == _entry("a")
        await file.flush()
        assert file.get("a") == _entry("a")
        await clock.advance(1.0)
        assert (file.get("a"), file.get_many(["a"])) == (None, {})
        file.put([_entry("a")])
        assert (file.get("a"), file.get_many(["a"])) == (None, {})


async def test_pruning_deletes_what_is_not_worth_keeping(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("a"), StoredEntry("b", "search", 1.0, _NOW + 2000.0, (), b"")])
        assert await file.prune(_NOW + 999.0) == 0
        assert await file.prune(_NOW + 1000.0) == 1
        assert await file.delete_where(Selection(), dry_run=True) == ["b"]


async def test_a_dry_run_tells_the_keys_and_deletes_nothing(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("s1"), _entry("l1", kind="link"), _entry("l2", kind="link")])
        assert await file.delete_where(Selection(kind="link"), dry_run=True) == ["l1", "l2"]
        assert await file.delete_where(Selection(kind="link")) == ["l1", "l2"]
        assert await file.delete_where(Selection(kind="link")) == []
        assert file.get_many(["s1", "l1", "l2"]) == {"s1": _entry("s1")}


async def test_what_waits_to_be_written_is_deleted_too(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("old")])
        await file.flush()
        with no_file_longer_than(60_000):
            file.put([_entry("large", body=os.urandom(100_000)), _entry("new")])
            await file.flush()
            assert await file.delete_where(Selection(), dry_run=True) == ["large", "new", "old"]
            assert await file.delete_where(Selection()) == ["large", "new", "old"]
            assert file.get_many(["large", "new", "old"]) == {}
        assert (await file.flush(), await file.use_by_kind()) == (True, {})


async def test_the_use_is_told_by_kind(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        assert await file.use_by_kind() == {}
        file.put([_entry("a", body=os.urandom(5000)), _entry("b", kind="link", body=b"x" * 5000)])
        use = await file.use_by_kind()
    assert use["search"].entries == 1
    assert 5000 < use["search"].size_bytes < 5100
    assert use["link"] == KindUse(1, use["link"].size_bytes)
    assert use["link"].size_bytes < 100


async def test_endless_different_questions_do_not_fill_the_disk(path: Path, clock: SteeredClock) -> None:
    limits = CacheLimits(file_bytes=MEBIBYTE, wal_bytes=MEBIBYTE // 4)
    async with _open(path, clock, limits) as file:
        for number in range(40):
            await clock.advance(1.0)
            file.put([_large(f"key {number} {part}") for part in range(10)])
            assert await file.flush()
        assert (file.counts.written, file.counts.evicted) == (400, 400 - (await file.use_by_kind())["search"].entries)
        assert file.get("key 0 0") is None
        assert file.get("key 39 9") is not None
        assert path.stat().st_size < 2 * MEBIBYTE


async def test_what_is_asked_for_is_evicted_last(path: Path, clock: SteeredClock) -> None:
    limits = CacheLimits(file_bytes=MEBIBYTE)
    async with _open(path, clock, limits) as file:
        file.put([_large("read"), _large("touched"), _large("left")])
        await file.flush()
        for number in range(20):
            await clock.advance(100.0)
            file.get("read")
            file.touch("touched")
            file.put([_large(f"key {number} {part}") for part in range(10)])
            await file.flush()
        assert [key for key in ("read", "touched", "left") if file.get(key)] == ["read", "touched"]


async def test_many_askings_wake_the_writer_without_a_put(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        for number in range(4096):
            file.touch(f"key {number}")
        file._writer._thread.submit(lambda: None).result()
        assert file._touched == {}


async def test_a_small_value_is_recalled_at_once_and_after_a_restart(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        assert file.recall("cleared") is None
        await file.remember("cleared", "1")
        await file.remember("cleared", "2")
        assert file.recall("cleared") == "2"
    async with _open(path, clock) as file:
        assert file.recall("cleared") == "2"


async def test_a_small_value_that_could_not_be_written_holds_until_the_restart(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        with no_file_longer_than(0), pytest.raises(StorageFailed) as failure:
            await file.remember("cleared", "now")
        assert str(failure.value) == f"The answers' file {path} could not remember: disk I/O error"
        assert file.recall("cleared") == "now"


async def test_a_closed_file_is_whole_and_answers_nothing(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        file.put([_entry("a")])
    assert [left.name for left in path.parent.iterdir()] == ["cache.db"]
    assert (file.get("a"), file.get_many(["a"])) == (None, {})
    await file.close()


async def test_a_new_file_has_counted_nothing(path: Path, clock: SteeredClock) -> None:
    async with _open(path, clock) as file:
        assert file.counts == CacheCounts()
        assert (file.set_aside, file.healthy) == (None, True)


_WRITE = """
import asyncio, sys
from pathlib import Path
from alistach.kit.clock import SystemClock
from alistach.storage.cache import CacheFile, StoredEntry

async def main():
    file = CacheFile.open(Path(sys.argv[1]), SystemClock())
    number = int(sys.argv[2])
    while True:
        file.put([StoredEntry(f"key {number}", "search", 1.0, 1e12, (), b"%d " % number * 500)])
        assert await file.flush()
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""


async def test_what_was_flushed_before_a_kill_is_there_after_it(path: Path, clock: SteeredClock) -> None:
    flushed = 0
    for kill in range(_KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITE, str(path), str(flushed)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            for _ in range(20 + 7 * kill % 50):
                flushed = int(process.stdout.readline()) + 1
            process.kill()
        async with _open(path, clock) as file:
            assert (file.set_aside, file.counts.bad_rows) == (None, 0)
            found = file.get_many([f"key {number}" for number in range(flushed)])
            assert {key: entry.body for key, entry in found.items()} == {
                f"key {number}": b"%d " % number * 500 for number in range(flushed)
            }
