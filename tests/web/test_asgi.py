"""The service under another ASGI server."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alistach.web.asgi import create
from tests.serving import end, environment, fetch, free_port, ready

COMMAND = ("-m", "uvicorn", "--factory", "alistach.web.asgi:create", "--log-level", "warning", "--port")


def launch(folder: Path, port: int, **settings: str) -> subprocess.Popen[bytes]:
    with (folder / "stderr.txt").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *COMMAND, str(port)],
            cwd=folder,
            env=environment(ALISTACH_SANDBOX_PORT="0", **settings),
            stdout=said,
            stderr=said,
        )


def test_uvicorn_runs_it_and_stops_it_cleanly(tmp_path: Path) -> None:
    port = free_port()
    process = launch(tmp_path, port)
    try:
        assert ready(f"http://127.0.0.1:{port}", process, tmp_path / "stderr.txt")["mode"] == "sandbox"
        for status in ("alistach; fwd=miss; stored", "alistach; hit"):
            answer = fetch("GET", f"http://127.0.0.1:{port}/api/products/search?keywords=usb")
            assert (answer.status, answer.headers["cache-status"]) == (200, status)
        process.send_signal(signal.SIGTERM)
        # uvicorn ends by the signal it was sent, once it has tidied up.
        assert process.wait(30) == -signal.SIGTERM
        log = (tmp_path / "logs" / "aliexpress_api.log").read_text()
        assert "service.started mode=sandbox" in log
        assert "service.stopped" in log
        assert (tmp_path / ".env").read_text().startswith("ADMIN_API_KEY=")
    finally:
        end(process)


def test_a_start_that_cannot_be_is_said_in_its_own_words(tmp_path: Path) -> None:
    process = launch(tmp_path, free_port(), CACHE_PRICE_TTL="0")
    assert process.wait(30) == 3
    said = (tmp_path / "stderr.txt").read_text()
    assert 'CACHE_PRICE_TTL is "0" (environment): it must be a whole number from 1 to 604800.' in said
    assert "Traceback" not in said


async def test_a_server_without_lifespan_is_told_what_to_do() -> None:
    app = create()
    scope: dict[str, Any] = {"type": "http"}

    async def nothing(*_: Any) -> None:
        pass

    with pytest.raises(RuntimeError, match="uvicorn --lifespan on"):
        await app(scope, nothing, nothing)
