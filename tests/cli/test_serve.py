"""`alistach serve`, as a process."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.serving import start_service

SEARCH = "/api/products/search?keywords=usb+cable&page_size=2"


def test_it_answers_from_the_sandbox_at_once(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        answer = service.get(SEARCH)
        assert (answer.status, answer.headers["cache-status"]) == (200, "alistach; fwd=miss; stored")
        assert answer.json()["metadata"]["source"] == "sandbox"
        assert service.stop() == 0


def test_a_request_in_flight_finishes_when_it_is_told_to_stop(tmp_path: Path) -> None:
    with start_service(tmp_path) as service, ThreadPoolExecutor(1) as threads:
        service.add_fault("delay", delay_seconds=1.0)
        asked = threads.submit(service.get, SEARCH)
        while service.calls() == 0:
            pass
        service.process.send_signal(signal.SIGTERM)
        assert asked.result().status == 200
        assert service.process.wait(20) == 0
        assert service.said().splitlines()[-2:] == [
            "Stopping: requests in flight finish first; once more stops at once.",
            "Stopped.",
        ]


def test_what_was_answered_before_a_kill_is_a_hit_after_it(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        first = service.get(SEARCH)
        service.kill()
    with start_service(tmp_path) as service:
        again = service.get(SEARCH)
        assert (again.headers["cache-status"], again.body) == ("alistach; hit", first.body)
        assert service.calls() == 0
