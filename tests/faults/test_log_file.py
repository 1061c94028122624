"""The log cannot be written: answers go on, the loss is counted, and /health says so until it is over."""

from __future__ import annotations

import os
from pathlib import Path

from tests.asking import SEARCH, Service, open_live
from tests.storage.faults import no_file_longer_than


async def log(service: Service) -> dict[str, object]:
    """How the log is, as /health tells it."""
    told = (await service.get("/health")).json
    found: dict[str, object] = told["components"]["log"]
    # The record's own writes may have met the full disk, too.
    statuses = {found["status"], told["components"]["audit"]["status"]}
    assert told["durable"] is (statuses == {"healthy"})
    return found


async def test_a_full_disk_loses_lines_and_no_answer(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        await service.get("/api/categories")
        written = len(service.log)
        with no_file_longer_than(1):
            statuses = [(await service.get("/api/categories")).status for _ in range(5)]
            told = await log(service)
        assert statuses == [200] * 5
        assert (told["status"], told["reason"], told["lines_lost"]) == ("degraded", "File too large", 5)
        assert len(service.log) == written
        await service.get("/api/categories")
        assert (await log(service))["status"] == "healthy"
        assert len(service.log) == written + 2


async def test_a_line_that_found_half_its_room_is_ended_before_the_next(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        await service.get("/api/categories")
        size = service.gateway.journal.path.stat().st_size
        with no_file_longer_than(size + 20):
            assert (await service.get("/api/categories")).status == 200
        await service.get("/api/categories")
        whole, half, after = service.log
        assert len(half) == 20
        assert " GET /api/categories status=200 " in whole
        assert " GET /api/categories status=200 " in after


async def test_a_closed_file_loses_lines_and_no_answer(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        journal = service.gateway.journal
        kept = os.dup(journal._file)
        journal.close()
        assert (await service.get(SEARCH)).status == 200
        assert (await log(service))["reason"] == "Bad file descriptor"
        assert service.gateway.metrics.total().requests == 2
        journal._file = kept


async def test_the_runbooks_copy_of_the_log_may_be_moved_away(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        await service.get("/api/categories")
        path = service.gateway.journal.path
        path.rename(path.with_suffix(".old"))
        assert (await service.get("/api/categories")).status == 200
        assert path.with_suffix(".old").read_text().count("\n") == 2
