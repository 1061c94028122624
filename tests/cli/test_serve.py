"""`alistach serve`, as a process."""

from __future__ import annotations

import http.client
import signal
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.running import piped
from tests.serving import end, free_port, launch, ready, start_service, until

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
        flight = threads.submit(service.get, SEARCH)
        until(lambda: service.calls() > 0)
        service.process.send_signal(signal.SIGTERM)
        assert flight.result().status == 200
        assert service.process.wait(20) == 0
        assert service.said().splitlines()[-2:] == [
            "Stopping: requests in flight finish first; once more stops at once.",
            "Stopped.",
        ]


def test_a_hangup_reopens_the_log_and_ends_nothing(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        log = tmp_path / "logs" / "aliexpress_api.log"
        log.rename(log.with_suffix(".old"))
        service.process.send_signal(signal.SIGHUP)
        until(log.exists)
        assert service.get("/health").status == 200
        assert "GET /health" in log.read_text()


def test_connections_that_ask_nothing_keep_nobody_waiting(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        host, port = service.url.removeprefix("http://").split(":")
        kept_alive = http.client.HTTPConnection(host, int(port))
        kept_alive.request("GET", "/health")
        kept_alive.getresponse().read()
        with socket.create_connection((host, int(port))):
            assert service.stop() == 0
        kept_alive.close()


def test_the_second_signal_waits_for_nobody(tmp_path: Path) -> None:
    with start_service(tmp_path) as service, ThreadPoolExecutor(1) as threads:
        service.add_fault("hang")
        flight = threads.submit(service.get, SEARCH)
        until(lambda: service.calls() > 0)
        service.process.send_signal(signal.SIGINT)
        until(lambda: "Stopping" in service.said())
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(20) == 128 + signal.SIGINT
        with pytest.raises((OSError, http.client.HTTPException)):
            flight.result()


def test_what_was_answered_before_a_kill_is_a_hit_after_it(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        first = service.get(SEARCH)
        until(lambda: "search" in service.get("/admin/dashboard", service.as_admin()).json()["data"]["entries"])
        service.kill()
    with start_service(tmp_path) as service:
        again = service.get(SEARCH)
        assert (again.headers["cache-status"], again.body) == ("alistach; hit", first.body)
        assert service.calls() == 0


def test_the_admin_key_is_shown_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        key = service.admin_key
        assert len(key) == 43
        assert service.said().count(key) == 1
        assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    with start_service(tmp_path) as service:
        assert service.admin_key == key
        assert key not in service.said()
        assert key not in service.log()


def test_a_refused_start_makes_no_admin_key(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "audit.db").touch()
    done = piped(tmp_path, "serve", API_PORT=str(free_port()), ALISTACH_SANDBOX_PORT="0")
    assert (done.code, done.out, (tmp_path / ".env").exists()) == (1, "", False)
    assert done.err.startswith("The record data/audit.db is empty: ")


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = piped(tmp_path, "serve", API_PORT=str(port))
    assert done.err == (
        f"Port {port} on 127.0.0.1 is taken by another program, perhaps another alistach: "
        "stop that one, or set API_PORT to another port.\n"
    )
    assert (done.code, done.out) == (1, "")
    assert not (tmp_path / "data").exists()


def test_a_second_worker_on_the_same_data_is_one_sentence(tmp_path: Path) -> None:
    with start_service(tmp_path) as service:
        done = piped(tmp_path, "serve", API_PORT=str(free_port()), ALISTACH_SANDBOX_PORT="0")
        assert done.err == (
            f"The data folder data is in use by another alistach (process {service.process.pid}): "
            "stop that one, or set ALISTACH_DATA_DIR to another folder for this one.\n"
        )
        assert (done.code, done.out) == (1, "")


@pytest.mark.parametrize(
    ("setting", "what"), [("ALISTACH_DATA_DIR", "data"), ("ALISTACH_LOG_DIR", "log")], ids=["data", "log"]
)
def test_an_unwritable_folder_is_one_sentence(tmp_path: Path, setting: str, what: str) -> None:
    (tmp_path / "file").touch()
    settings = {setting: "file/below", "API_PORT": str(free_port()), "ALISTACH_SANDBOX_PORT": "0"}
    done = piped(tmp_path, "serve", **settings)
    assert done.err == (
        f"The {what} folder file/below cannot be written (Not a directory): "
        f"make it writable, or set {setting} to another folder.\n"
    )
    assert (done.code, done.out) == (1, "")


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    done = piped(tmp_path, "serve", API_PORT="http", CACHE_PRICE_TTL="0", ALIEXPRESS_APP_KYE="500001")
    assert (done.code, done.err.splitlines()) == (
        1,
        [
            "ALIEXPRESS_APP_KYE (in the environment) is not a setting; did you mean ALIEXPRESS_APP_KEY?",
            'API_PORT is "http" (environment): it must be a whole number from 1 to 65535.',
            'CACHE_PRICE_TTL is "0" (environment): it must be a whole number from 1 to 604800.',
            "Every setting is explained in docs/configuration.md.",
        ],
    )


def test_a_taken_sandbox_port_that_was_asked_for_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = piped(tmp_path, "serve", API_PORT=str(free_port()), ALISTACH_SANDBOX_PORT=str(port))
    assert done.err == (
        f"The embedded sandbox cannot listen on port {port} (Address already in use): stop what uses it, "
        "set ALISTACH_SANDBOX_PORT to another port, or remove it to take any free one.\n"
    )
    assert (done.code, done.out) == (1, "")


def test_live_credentials_let_in_only_the_admin_key_and_the_banner_says_so(tmp_path: Path) -> None:
    live = {"ALIEXPRESS_APP_KEY": "500001", "ALIEXPRESS_APP_SECRET": "a-test-secret-of-nobody"}
    with start_service(tmp_path, **live) as service:
        said = service.said()
        assert "LIVE: calls go to https://api-sg.aliexpress.com with app key 500001." in said
        assert "only the admin key, in X-Admin-API-Key" in said
        assert "SANDBOX" not in said
        assert live["ALIEXPRESS_APP_SECRET"] not in said + service.log()
        refused = service.get("/api/categories")
        assert (refused.status, refused.json()["code"]) == (401, "key_missing")


def test_it_uses_a_sandbox_of_its_own_process(tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "sandbox"
    folder.mkdir()
    sandbox = launch(folder, ["sandbox", "--port", str(port), "--products", "500"], {})
    try:
        ready(f"http://127.0.0.1:{port}/sandbox?", sandbox, folder / "stderr.txt")
        settings = {
            "ALIEXPRESS_API_URL": f"http://127.0.0.1:{port}",
            "ALIEXPRESS_APP_KEY": "500001",
            "ALIEXPRESS_APP_SECRET": "sandbox-secret-0123456789abcdef",
            "ANONYMOUS_ACCESS": "true",
        }
        with start_service(tmp_path, **settings) as service:
            assert service.get(SEARCH).status == 200
            assert service.sandbox_url == f"http://127.0.0.1:{port}"
            assert service.calls() == 1
        sandbox.terminate()
        assert sandbox.wait(20) == 0
    finally:
        end(sandbox)
