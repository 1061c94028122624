"""A running sandbox, told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from alistach.cli.refused import Refused
from alistach.cli.steering import steered
from tests.cli.running import port_of
from tests.serving import Service, free_port


def test_the_sandbox_of_the_running_service_is_meant_when_none_is_named(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("API_PORT", port_of(service))
    assert b'"faults"' in steered(None, "GET", "/sandbox/faults")
    assert capsys.readouterr().err == f"Asking the sandbox at {service.sandbox_url}.\n"


def test_one_that_is_named_needs_no_settings(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("STRANGE=1\n")
    monkeypatch.chdir(tmp_path)
    assert b'"faults"' in steered(f"{service.sandbox_url}/", "GET", "/sandbox/faults")


def test_nobody_there_is_said() -> None:
    with pytest.raises(Refused, match="there is no sandbox at"):
        steered(f"http://127.0.0.1:{free_port()}", "GET", "/sandbox/faults")


def test_what_is_no_sandbox_is_left_alone(service: Service) -> None:
    with pytest.raises(Refused, match="is no sandbox"):
        steered(service.url, "POST", "/sandbox/reset")


def test_what_the_sandbox_refuses_is_told_in_its_words(service: Service) -> None:
    with pytest.raises(Refused, match=r"^Error: This is not a fault: ") as refusal:
        steered(service.sandbox_url, "POST", "/sandbox/faults", {"kind": "nothing"})
    assert refusal.value.exit_code == 2
