"""What the governor must not forget."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from alistach.storage.database import Database
from alistach.storage.keymemory import KeyMemory, Remembered, fingerprint
from alistach.storage.refused import StorageFailed
from tests.steered import SteeredClock
from tests.storage.faults import no_file_longer_than
from tests.storage.records import ask, opened

_NOW = 1_800_000_000.0
_KILLS = int(os.environ.get("PROVE_KILLS", "3"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


def _memory(record: Database, app_key: str = "532100", clock: SteeredClock | None = None) -> KeyMemory:
    return KeyMemory(record, app_key, clock or SteeredClock())


async def _after_restart(path: Path, clock: SteeredClock | None = None) -> Remembered:
    async with opened(path, clock) as record:
        return _memory(record, clock=clock).load()


async def test_what_cannot_be_written_is_kept_and_written_with_the_next(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        with no_file_longer_than(0):
            memory.ban_seen(_NOW + 60.0, 0.5)
            memory.call_sent("product.query", _NOW + 1.0)
            memory.call_sent("product.query", _NOW + 2.0)
            assert not await memory.flush()
            memory.call_sent("product.query", _NOW + 3.0)
            assert not await memory.flush()
            assert record.reason is not None
        memory.call_sent("link.generate", _NOW + 4.0)
        assert await memory.flush()
        assert record.reason is None
    expected = Remembered(_NOW + 60.0, 0.5, {"link.generate": 1, "product.query": 3}, _NOW + 4.0)
    assert await _after_restart(path) == expected


async def test_a_locked_record_loses_nothing(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            memory.call_sent("product.query", _NOW)
            memory.ban_seen(_NOW + 60.0, 0.5)
            assert not await memory.flush()
            memory.ban_seen(_NOW + 90.0, 0.25)
            assert not await memory.flush()
            with pytest.raises(StorageFailed, match="is locked by another program"):
                memory.load()
            other.execute("ROLLBACK")
        assert await memory.flush()
        assert memory.load() == Remembered(_NOW + 90.0, 0.25, {"product.query": 1}, _NOW)


async def test_a_key_that_was_never_used_has_nothing_to_remember(path: Path) -> None:
    async with opened(path) as record:
        assert _memory(record).load() == Remembered(None, None, {}, None)


async def test_a_ban_outlives_the_process(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        memory.ban_seen(_NOW + 60.5, 0.5)
        assert await memory.flush()
    assert await _after_restart(path) == Remembered(_NOW + 60.5, 0.5, {}, None)
    assert ask(path, "SELECT * FROM bans") == [(fingerprint("532100"), _NOW + 60.5, 0.5, _NOW)]


async def test_closing_the_record_writes_what_was_told_before(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        for number in range(100):
            memory.call_sent("product.query", _NOW + number)
        memory.ban_seen(_NOW + 60.0, 0.5)
    assert await _after_restart(path) == Remembered(_NOW + 60.0, 0.5, {"product.query": 100}, _NOW + 99.0)


async def test_only_the_calls_of_this_utc_day_are_counted(path: Path) -> None:
    clock = SteeredClock()
    async with opened(path) as record:
        memory = _memory(record, clock=clock)
        memory.call_sent("product.query", _NOW + 57_599.9)
        memory.call_sent("product.query", _NOW + 57_600.0)
        await memory.flush()
    await clock.advance(57_600.0)
    assert (await _after_restart(path, clock)).sent_today == {"product.query": 1}
    assert ask(path, "SELECT day, count FROM calls ORDER BY day") == [("2027-01-15", 1), ("2027-01-16", 1)]


async def test_app_keys_are_apart_and_named_by_fingerprint_only(path: Path) -> None:
    async with opened(path) as record:
        one, other = _memory(record, "532100"), _memory(record, "532101")
        one.ban_seen(_NOW + 60.0, 0.5)
        one.call_sent("product.query", _NOW)
        await one.flush()
        assert other.load() == Remembered(None, None, {}, None)
    assert b"532100" not in path.read_bytes()


def test_a_fingerprint_is_short_and_always_the_same() -> None:
    assert fingerprint("532100") == "786fcf5ba45cd9e4"
    assert fingerprint("532101") != fingerprint("532100")


async def test_what_is_told_while_a_write_waits_goes_with_it(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        writings = set()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(50):
                memory.call_sent("product.query", _NOW)
                writings.add(memory._writing)
            other.execute("ROLLBACK")
        assert await memory.flush()
        assert len(writings) <= 2
        assert memory.load().sent_today == {"product.query": 50}


_TELL = """
import asyncio, sys, time
from pathlib import Path
from alistach.kit.clock import SystemClock
from alistach.storage.database import Database
from alistach.storage.keymemory import KeyMemory

async def main():
    memory = KeyMemory(Database.open(Path(sys.argv[1]), SystemClock()), "532100", SystemClock())
    number = int(sys.argv[2])
    while True:
        number += 1
        memory.call_sent("product.query", 1_800_000_000.0 + number)
        memory.ban_seen(1_800_000_000.0 + number, 0.5)
        assert await memory.flush()
        print(number, flush=True)

asyncio.run(main())
"""


async def test_what_was_flushed_before_a_kill_is_remembered_after_it(path: Path) -> None:
    told = 0
    for kill in range(_KILLS):
        with subprocess.Popen([sys.executable, "-c", _TELL, str(path), str(told)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(10 + 7 * kill % 50):
                told = int(process.stdout.readline())
            process.kill()
            rest = process.stdout.read()
        told = int(rest.split()[-1]) if rest else told
        remembered = await _after_restart(path)
        assert remembered.banned_until is not None
        # A kill between the commit and the word of it leaves one more than was told.
        more = round(remembered.banned_until - _NOW) - told
        assert more in {0, 1}
        told += more
        assert remembered == Remembered(_NOW + told, 0.5, {"product.query": told}, _NOW + told)


async def test_a_clock_set_back_makes_no_ban_longer_than_it_was(path: Path) -> None:
    async with opened(path) as record:
        memory = _memory(record)
        memory.ban_seen(_NOW + 60.0, 0.5)
        assert await memory.flush()
    yesterday = SteeredClock(_NOW - 86_400.0)
    assert (await _after_restart(path, yesterday)).banned_until == _NOW - 86_400.0 + 60.0
