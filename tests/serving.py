"""The real service as a process of its own, on free ports and in a folder of the test."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

_DEADLINE_SECONDS = 30.0
_MOMENT_SECONDS = 0.02
_OURS = ("ALISTACH_", "ALIEXPRESS_", "CACHE_", "API_", "MAX_REQUESTS_", "PORT", "ADMIN_API_KEY", "ANONYMOUS_ACCESS")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. `folder` is where it runs; data, logs and `.env` are in there."""

    url: str
    admin_key: str
    sandbox_url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        return fetch("GET", self.url + target, headers)

    def post(self, target: str, content: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        return fetch("POST", self.url + target, headers, content)

    def as_admin(self) -> dict[str, str]:
        return {"X-Admin-API-Key": self.admin_key}

    def add_fault(self, kind: str, **fields: object) -> None:
        """Have the embedded sandbox misbehave from now on."""
        added = fetch("POST", f"{self.sandbox_url}/sandbox/faults", None, {"kind": kind, **fields})
        assert added.status == 201, added.body

    def calls(self) -> int:
        """How many calls the embedded sandbox has received."""
        counts: dict[str, int] = fetch("GET", f"{self.sandbox_url}/sandbox/calls").json()["calls"]
        return sum(counts.values())

    def said(self) -> str:
        """What it has written to stderr so far."""
        return (self.folder / "stderr.txt").read_text()

    def log(self) -> str:
        """What it has logged so far."""
        return (self.folder / "logs" / "aliexpress_api.log").read_text()

    def stop(self) -> int:
        """End it with SIGTERM if it runs still; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_DEADLINE_SECONDS)

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self.process.kill()
        self.process.wait(_DEADLINE_SECONDS)


@contextmanager
def start_service(folder: Path, **settings: str) -> Iterator[Service]:
    """`alistach serve` in `folder`, ready to answer; stopped at the end. A second start there finds the first one's data."""
    port = free_port()
    process = launch(folder, ["serve"], {"API_PORT": str(port), "ALISTACH_SANDBOX_PORT": "0", **settings})
    url = f"http://127.0.0.1:{settings.get('API_PORT', port)}"
    try:
        health = ready(url, process, folder / "stderr.txt")
        upstream = health["components"]["upstream"]["url"]
        yield Service(url, settings.get("ADMIN_API_KEY") or _kept_key(folder), upstream, folder, process)
    finally:
        end(process)


def launch(folder: Path, arguments: list[str], settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """`alistach` with arguments as a process in `folder`, its output in `stdout.txt` and `stderr.txt` there."""
    with (folder / "stdout.txt").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        command = [sys.executable, "-m", "alistach", *arguments]
        return subprocess.Popen(command, cwd=folder, env=environment(**settings), stdout=out, stderr=err)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of ours but `settings`, for a process that fails on a warning."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PYTHONWARNINGS": "error", "NO_COLOR": "1", **settings}


def end(process: subprocess.Popen[bytes]) -> None:
    """See to it that a process is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_DEADLINE_SECONDS)


def ready(url: str, process: subprocess.Popen[bytes], said: Path) -> Any:
    """What /health says as soon as it answers; fails when the process ends instead."""
    deadline = monotonic() + _DEADLINE_SECONDS
    while monotonic() < deadline:
        try:
            return fetch("GET", f"{url}/health").json()
        except OSError:
            pass
        try:
            # Also the pause between two tries.
            code = process.wait(_MOMENT_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the service ended with {code}: {said.read_text()}")
    raise AssertionError(f"the service was not ready in time: {said.read_text()}")


def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so: for what another process does in its own time."""
    deadline = monotonic() + _DEADLINE_SECONDS
    while not is_so():
        assert monotonic() < deadline, "it did not come to be so"


def fetch(method: str, url: str, headers: Mapping[str, str] | None = None, content: object = None) -> Answer:
    """One request, by hand: no library's view of HTTP stands between the test and the service."""
    host, _, target = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=_DEADLINE_SECONDS)
    sent = dict(headers or {})
    body = None if content is None else json.dumps(content).encode()
    if body is not None:
        sent["Content-Type"] = "application/json"
    try:
        connection.request(method, f"/{target}", body, sent)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _kept_key(folder: Path) -> str:
    env_file = folder / ".env"
    for line in env_file.read_text().splitlines() if env_file.exists() else ():
        if line.startswith("ADMIN_API_KEY="):
            return line.removeprefix("ADMIN_API_KEY=")
    return ""
