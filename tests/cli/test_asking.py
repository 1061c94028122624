"""Who answers a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from alistach.cli.asking import Patient
from alistach.cli.reply import Reply
from tests.cli.running import asked, piped
from tests.serving import Service, free_port, start_service


def test_a_command_uses_the_running_service_and_says_so(service: Service) -> None:
    ran = asked(service, "categories")
    assert (ran.code, ran.err) == (0, f"Asking the service at {service.url}.\n")


def test_a_command_finds_the_service_from_any_folder_by_its_url(service: Service, tmp_path: Path) -> None:
    ran = piped(tmp_path, "categories", ALISTACH_URL=service.url)
    assert (ran.code, ran.err) == (0, f"Asking the service at {service.url}.\n")
    assert list(tmp_path.iterdir()) == []


def test_without_the_admin_key_an_operators_question_is_refused_with_where_the_key_is(
    service: Service, tmp_path: Path
) -> None:
    ran = piped(tmp_path, "dashboard", ALISTACH_URL=service.url)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[1] == "Error: The admin key is needed."
    assert ran.err.splitlines()[-1].startswith("Try: Run this in the folder of the service, whose .env has its ADMIN_")


def test_a_held_folder_whose_holder_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        port, other = str(free_port()), "or set ALISTACH_DATA_DIR to another folder for this one"
        ran = piped(tmp_path, "search", "usb", API_PORT=port, ALISTACH_SANDBOX_PORT="0")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.splitlines() == [
            f"No service at http://127.0.0.1:{port}: answering from here, with the data in data.",
            f"The data folder data is in use by another alistach (process {service.process.pid}): stop that one, {other}.",
            f"That one does not answer at http://127.0.0.1:{port}: it may be just starting, or listen elsewhere.",
            "Try: again in a moment, or set ALISTACH_URL to where it is.",
        ]
        assert service.calls() == 0


def test_a_question_that_fails_from_here_fails_as_with_the_service(tmp_path: Path) -> None:
    settings = {"API_PORT": str(free_port()), "ALISTACH_SANDBOX_PORT": "0"}
    ran = piped(tmp_path, "product", "1005000000000000", **settings)
    assert (ran.code, ran.out) == (1, "")
    assert "Error: No such product, or it is not in the affiliate program." in ran.err
    assert "Traceback" not in ran.err


def test_wrong_settings_are_told_before_anything_is_asked(tmp_path: Path) -> None:
    ran = piped(tmp_path, "search", "usb", API_PORT="x")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith('API_PORT is "x" (environment): it must be a whole number from 1 to 65535.')


class Limited:
    """Lets nobody in for the first few times."""

    def __init__(self, refusals: int, retry_after: str) -> None:
        self._left, self._retry_after = refusals, retry_after

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        del method, target, content
        self._left -= 1
        if self._left >= 0:
            return Reply(429, {"retry-after": self._retry_after}, b"")
        return Reply(200, {}, b"")


@pytest.mark.parametrize(
    ("refusals", "retry_after", "status", "pauses"),
    [(0, "1", 200, []), (2, "1", 200, [1, 1]), (1, "3600", 429, []), (99, "2", 429, [2] * 20)],
    ids=["none", "two", "too long", "too many"],
)
def test_a_limit_of_the_service_is_waited_for_within_reason(
    refusals: int, retry_after: str, status: int, pauses: list[int]
) -> None:
    waited: list[float] = []
    patient = Patient(Limited(refusals, retry_after), waited.append)
    assert patient.ask("GET", "/").status == status
    assert waited == pauses
