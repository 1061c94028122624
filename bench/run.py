#!/usr/bin/env python3
"""`make bench`: throughput of a cached answer against the yardsticks, start to first answer, memory.

Everything runs from temporary folders on loopback and stops by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
SEARCH = "/api/products/search?keywords=usb%20cable&page_size=20"
UNLIMITED = {"MAX_REQUESTS_PER_SECOND": "1000000", "MAX_REQUESTS_PER_MINUTE": "60000000"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def service_environment(folder: Path) -> dict[str, str]:
    """An installation of its own in `folder`, on the embedded sandbox, without limits."""
    return {
        "ALISTACH_DATA_DIR": str(folder / "data"),
        "ALISTACH_LOG_DIR": str(folder / "logs"),
        "ALISTACH_SANDBOX_PORT": "0",
        **UNLIMITED,
    }


def throughput(folder: Path, options: argparse.Namespace) -> None:
    """Interleaved rounds of the same bytes from the bare app, alistach and nginx."""
    body = folder / "body.json"
    with Service(folder / "sample", free_port()) as service:
        body.write_bytes(service.get(SEARCH))
    nginx = folder / "nginx"
    systems = [
        {
            "name": "bare",
            "url": "http://127.0.0.1:{port}" + SEARCH,
            "start": f"{BIN}/granian --interface asgi --no-ws --no-access-log --log-level error --port {{port}} raw:app",
            "cwd": str(HERE),
            "env": {"RAW_BODY": str(body)},
        },
        {
            "name": "alistach",
            "url": "http://127.0.0.1:{port}" + SEARCH,
            "start": f"{BIN}/alistach serve",
            "cwd": str(folder),
            "env": {"API_PORT": "{port}", **service_environment(folder)},
        },
        {
            "name": "nginx",
            "url": "http://127.0.0.1:{port}" + SEARCH,
            "start": f"{sys.executable} {HERE}/nginx_cache.py {nginx} {{port}} {body}",
            "wait": 10,
        },
    ]
    config = folder / "systems.json"
    config.write_text(json.dumps(systems))
    command = [sys.executable, str(HERE / "compare.py"), "--config", str(config), "--base", "bare,nginx"]
    command += [
        "--rounds",
        str(options.rounds),
        "--duration",
        str(options.duration),
        "--out",
        str(folder / "rounds.json"),
    ]
    print(f"\n## A cached search of 20 products ({body.stat().st_size / 1000:.1f} kB)\n", flush=True)
    subprocess.run(command, check=True)


class Service:
    """An alistach, or another command, as a process; how long its first answer took."""

    def __init__(self, folder: Path, port: int, command: list[str] | None = None, path: str = "/health") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{port}"
        self._command = command or [f"{BIN}/alistach", "serve"]
        self._environment = {**os.environ, "API_PORT": str(port), **service_environment(folder)}
        self._folder, self._path = folder, path

    def __enter__(self) -> Service:
        started = time.perf_counter()
        self._log = (self._folder / "output").open("ab")
        self.process = subprocess.Popen(
            self._command, cwd=self._folder, env=self._environment, stdout=self._log, stderr=self._log
        )
        while True:
            try:
                self.get(self._path)
                break
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.perf_counter() - started > 30:
                    raise SystemExit(f"{self._command} did not start, see {self._log.name}") from None
                time.sleep(0.002)
        self.start_seconds = time.perf_counter() - started
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self._log.close()

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as response:
            content: bytes = response.read()
            return content

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def starts(folder: Path, options: argparse.Namespace) -> None:
    """Start to first answer, interleaved with an empty Litestar app on the same server; and the memory used then."""
    ours, empty, resident = [], [], []
    for number in range(max(5, options.rounds)):
        port = free_port()
        with Service(
            folder / f"empty{number}", port, [sys.executable, str(HERE / "empty.py"), str(port)], "/"
        ) as service:
            empty.append(service.start_seconds)
        with Service(folder / "start", free_port()) as service:
            ours.append(service.start_seconds)
            resident.append(service.resident_mb())
    ratio = statistics.median(ours) / statistics.median(empty)
    print("\n## Start to first answer, and memory then\n")
    print("| system | median s | x empty | RSS MB |\n|---|---|---|---|")
    print(f"| empty Litestar app | {statistics.median(empty):.3f} | 1 | |")
    print(f"| alistach | {statistics.median(ours):.3f} | {ratio:.2f} | {statistics.median(resident):.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration", type=int, default=10, help="seconds of each round")
    parser.add_argument("--only", choices=("throughput", "start"), help="only this part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.only != "start":
            throughput(folder, options)
        if options.only != "throughput":
            starts(folder, options)


main()
