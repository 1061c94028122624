"""One ban an app key, the last."""

from dataclasses import replace
from pathlib import Path

import pytest

from alistach.storage import bans
from alistach.storage.bans import Ban
from alistach.storage.refused import StorageFailed
from tests.storage.records import ask, opened

_BAN = Ban("0123456789abcdef", 1_800_000_060.5, 0.5, 1_800_000_000.25)


async def test_a_ban_without_an_end_is_not_kept(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        with pytest.raises(StorageFailed, match="NOT NULL constraint failed"):
            await record.run(lambda connection: bans.save(connection, replace(_BAN, banned_until=None)))  # type: ignore[arg-type]
        assert await record.run(lambda connection: bans.find(connection, _BAN.app_key)) is None


async def test_an_app_key_that_was_never_banned_has_no_ban(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: bans.save(connection, _BAN))
        assert await record.run(lambda connection: bans.find(connection, "fedcba9876543210")) is None


async def test_a_ban_is_found_exactly_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: bans.save(connection, _BAN))
    async with opened(tmp_path / "audit.db") as record:
        assert await record.run(lambda connection: bans.find(connection, _BAN.app_key)) == _BAN


async def test_the_last_ban_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    last = replace(_BAN, banned_until=1_800_000_500.0, pace=0.25, seen_at=1_800_000_400.0)
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: bans.save(connection, _BAN))
        await record.run(lambda connection: bans.save(connection, last))
        assert await record.run(lambda connection: bans.find(connection, _BAN.app_key)) == last
    assert ask(tmp_path / "audit.db", "SELECT count(*) FROM bans") == [(1,)]
