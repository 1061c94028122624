"""cache.db cannot be used: it is set aside, begun anew, and said; answers go on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.asking import SEARCH, Service, open_sandbox, open_service
from tests.storage.faults import damage, no_file_longer_than


def made_foreign(path: Path) -> None:
    """A database of another program in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE somebody_elses (id INTEGER)")
    connection.close()


def made_garbage(path: Path) -> None:
    """No database at all in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not a database" * 1_000)


async def cache(service: Service) -> dict[str, object]:
    """How the file is, as /health tells it."""
    got = await service.get("/health")
    assert got.status == 200
    told: dict[str, object] = got.json["components"]["cache"]
    return told


@pytest.mark.parametrize("spoil", [made_foreign, made_garbage], ids=lambda spoil: spoil.__name__)
async def test_a_file_that_is_no_cache_of_ours_is_set_aside_and_said(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(tmp_path / "data" / "cache.db")
    before = (tmp_path / "data" / "cache.db").read_bytes()
    async with open_service(tmp_path) as service:
        (line,) = service.log
        told = await cache(service)
        aside = str(told["set_aside"])
        assert f" ERROR - cache.set_aside moved_to={aside}" in line
        assert told["status"] == "healthy"
        assert told["reason"] == f"the damaged cache.db was set aside as {aside} and a new one begun"
        assert (tmp_path / "data" / aside).read_bytes() == before
        assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"
    async with open_service(tmp_path) as service:
        assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"
        assert (await cache(service))["set_aside"] is None


async def test_a_file_damaged_between_two_starts_is_set_aside(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            await service.get(SEARCH)
        damage(tmp_path / "data" / "cache.db", 0)
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            assert (await cache(service))["set_aside"] is not None
            assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_full_disk_is_said_and_answers_go_on(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox, open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
        with no_file_longer_than(1):
            first, second = await service.get(SEARCH), await service.get(SEARCH)
            await service.gateway.cache.flush()
            told = (await service.get("/health")).json
        assert (first.status, second["cache-status"]) == (200, "alistach; hit")
        assert told["status"] == "degraded"
        assert told["components"]["cache"]["status"] == "degraded"
        assert "cache.db cannot be written" in told["components"]["cache"]["reason"]
        assert await service.gateway.cache.flush()
        assert (await cache(service))["status"] == "healthy"


async def test_a_row_that_cannot_be_read_is_counted_and_asked_for_again(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            await service.get("/api/categories")
        with sqlite3.connect(tmp_path / "data" / "cache.db") as connection:
            (table,) = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%body%'"
            ).fetchone()
            assert connection.execute(f"UPDATE {table} SET body = x'00'").rowcount == 1  # noqa: S608 (our own table)
        connection.close()
        async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
            got = await service.get("/api/categories")
            assert (got.status, got["cache-status"]) == (200, "alistach; fwd=miss; stored")
            # Each reading counts, and the writer may take the row away before or after the second.
            assert service.gateway.cache.counts.bad_rows >= 1
            assert (await cache(service))["bad_rows"] == service.gateway.cache.counts.bad_rows
