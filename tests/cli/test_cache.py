"""`alistach cache`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import asked, shown
from tests.serving import Service, start_service

SEARCH = "/api/products/search?keywords=usb+cable&page_size=2"


def test_stats_are_what_the_dashboard_says_of_the_cache(service: Service) -> None:
    service.get(SEARCH)
    ran = asked(service, "cache", "stats")
    assert list(ran.json()) == ["entries", "saved", "since_start", "last_hour"]
    assert ran.json()["entries"]["search"] >= 1
    assert list(asked(service, "cache", "stats", "--envelope").json()) == ["success", "data", "metadata"]


def test_stats_on_a_terminal(service: Service) -> None:
    service.get(SEARCH)
    out = shown(service, "cache", "stats").out
    assert [title for title in ("Kept", "Since the start", "In the last hour", "Calls saved") if title not in out] == []


def test_a_clear_has_everything_asked_anew(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        service.get(SEARCH)
        assert service.get(SEARCH).headers["cache-status"] == "alistach; hit"
        dry = asked(service, "cache", "clear", "--kind", "search", "--dry-run")
        assert (dry.code, dry.json()["expired"], dry.json()["deleted"]) == (0, 1, 0)
        assert service.get(SEARCH).headers["cache-status"] == "alistach; hit"
        done = asked(service, "cache", "clear", "--kind", "SEARCH", "--hard")
        assert (done.code, done.json()["deleted"]) == (0, 1)
        assert service.get(SEARCH).headers["cache-status"] == "alistach; fwd=miss; stored"
        assert service.calls() == 2


def test_a_clear_on_a_terminal_says_what_refilling_would_cost(service: Service) -> None:
    ran = shown(service, "cache", "clear", "--dry-run", "--older-than", "0", "--product", "1005006361892564")
    assert ran.code == 0
    assert "kept for errors" in ran.out
    assert "upstream calls" in ran.out


@pytest.mark.parametrize("options", [("--kind", "x"), ("--older-than", "x"), ("--product", "x")])
def test_wrong_options_are_wrong_usage(service: Service, options: tuple[str, str]) -> None:
    assert asked(service, "cache", "clear", *options).code == 2
