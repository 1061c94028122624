"""`alistach dashboard`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import asked, piped, shown
from tests.serving import Service, free_port


def test_a_pipe_gets_all_of_it(service: Service) -> None:
    there = service.get("/admin/dashboard", service.as_admin()).json()["data"]
    assert asked(service, "dashboard").json().keys() == there.keys()


def test_a_terminal_gets_tables_that_fit(service: Service) -> None:
    ran = shown(service, "dashboard")
    assert ran.out.startswith("HEALTHY: alistach ")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert [title for title in ("Traffic", "Upstream calls", "Kept") if title not in ran.out.splitlines()] == []


def test_without_a_service_it_shows_what_is_kept(tmp_path: Path) -> None:
    ran = piped(tmp_path, "dashboard", API_PORT=str(free_port()), ALISTACH_SANDBOX_PORT="0")
    assert (ran.code, ran.json()["entries"]) == (0, {})
