"""Small facts about the record."""

from pathlib import Path

from alistach.storage import meta
from tests.storage.records import opened


async def test_what_was_never_saved_is_not_there(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        assert await record.run(lambda connection: meta.read(connection, "colour")) is None


async def test_the_last_value_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: meta.save(connection, "colour", "red"))
        await record.run(lambda connection: meta.save(connection, "colour", "blue"))
    async with opened(tmp_path / "audit.db") as record:
        assert await record.run(lambda connection: meta.read(connection, "colour")) == "blue"
