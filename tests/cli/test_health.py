"""`alistach health`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import asked, piped, shown
from tests.serving import Service, free_port, start_service


def test_a_pipe_gets_the_services_own_words(service: Service) -> None:
    ran = asked(service, "health")
    assert (ran.code, ran.json().keys()) == (0, service.get("/health").json().keys())


def test_a_terminal_gets_a_row_for_each_component(service: Service) -> None:
    ran = shown(service, "health")
    names = [line.split()[0] for line in ran.out.splitlines()[3:] if not line.startswith(" ")]
    assert (ran.code, names) == (0, list(service.get("/health").json()["components"]))


def test_a_ban_is_told(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        service.add_fault("ban", seconds=60)
        assert service.get("/api/categories").status == 503
        ran = shown(service, "health", columns=120)
        assert ran.code == 0
        assert ran.out.startswith("DEGRADED: ")
        assert "banned until " in ran.out


def test_no_service_is_a_failure(tmp_path: Path) -> None:
    port = free_port()
    ran = piped(tmp_path, "health", API_PORT=str(port))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"Error: there is no service at http://127.0.0.1:{port}.\n"
        "Try: start one with alistach serve, or set ALISTACH_URL to where it is.\n"
    )
