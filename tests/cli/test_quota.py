"""`alistach quota`."""

from __future__ import annotations

from tests.cli.running import asked, shown
from tests.serving import Service


def test_a_pipe_gets_all_of_it(service: Service) -> None:
    there = service.get("/admin/quota", service.as_admin()).json()["data"]
    assert asked(service, "quota").json().keys() == there.keys()


def test_what_was_spent_today_is_what_the_platform_has_counted(service: Service) -> None:
    service.get("/api/categories")
    assert asked(service, "quota").json()["used_today"] == service.calls()


def test_a_terminal_gets_tables_that_fit(service: Service) -> None:
    ran = shown(service, "quota")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert [title for title in ("Budget", "Used today") if title not in ran.out.splitlines()] == []
