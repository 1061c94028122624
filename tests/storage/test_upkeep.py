"""What the files need while the service runs."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alistach.storage.cache import CacheFile, StoredEntry
from alistach.storage.database import Database
from alistach.storage.keymemory import KeyMemory
from alistach.storage.upkeep import CHECKPOINT_SECONDS, Upkeep
from tests.steered import SteeredClock, settle


@dataclass
class World:
    """Files with upkeep, and what it said."""

    folder: Path
    clock: SteeredClock
    cache: CacheFile
    database: Database
    said: list[tuple[str, str, str]] = field(default_factory=list)

    def say(self, level: str, event: str, **fields: object) -> None:
        self.said.append((level, event, str(fields["file"])))

    @property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.cache, self.database, self.clock, self.say)

    def keep(self, key: str, seconds: float = 1e6) -> None:
        now = self.clock.now()
        self.cache.put([StoredEntry(key, "search", now, now + seconds, (), b"body")])

    def copied(self, name: str, query: str) -> int:
        """What a plain copy of the main file alone holds."""
        copy = self.folder / f"{name}.backup"
        shutil.copy(self.folder / name, copy)
        connection = sqlite3.connect(copy)
        ((count,),) = connection.execute(query).fetchall()
        connection.close()
        return int(count)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[World]:
    clock = SteeredClock()
    cache = CacheFile.open(folder / "cache.db", clock)
    database = Database.open(folder / "audit.db", clock)
    try:
        yield World(folder, clock, cache, database)
    finally:
        await cache.close()
        await database.close()


async def test_a_plain_copy_has_what_was_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        world.keep("one")
        await world.upkeep.once()

        assert world.copied("cache.db", "SELECT count(*) FROM entries") == 1


async def test_a_plain_copy_has_the_ban(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        memory = KeyMemory(world.database, "500001", world.clock)
        memory.ban_seen(world.clock.now() + 60, 1.0)
        assert await memory.flush()
        await world.upkeep.once()

        assert world.copied("audit.db", "SELECT count(*) FROM bans") == 1


async def test_it_sees_to_the_files_every_few_seconds(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        running = asyncio.create_task(world.upkeep.run())
        await settle()
        world.keep("one")
        await world.clock.advance(CHECKPOINT_SECONDS)
        assert await world.cache.flush()
        await world.clock.advance(CHECKPOINT_SECONDS)
        await world.cache.flush()
        running.cancel()

        assert world.copied("cache.db", "SELECT count(*) FROM entries") == 1


async def test_what_is_not_worth_keeping_is_pruned_each_hour(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        upkeep = world.upkeep
        world.keep("short", seconds=60)
        world.keep("long")
        await world.clock.advance(3600)
        await upkeep.once()
        await world.cache.checkpoint()

        assert world.copied("cache.db", "SELECT count(*) FROM entries") == 1


async def test_a_file_that_fails_is_told_once_and_when_it_works_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        upkeep = world.upkeep
        world.database.reason = "the disk is full"
        await upkeep.once()
        await upkeep.once()
        world.database.reason = None
        await upkeep.once()

        assert world.said == [("ERROR", "file.failing", "audit.db"), ("WARNING", "file.works_again", "audit.db")]
