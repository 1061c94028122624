"""The real command as a process: into a pipe, or on a terminal of a given width."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.serving import Service, environment

_DEADLINE_SECONDS = 60.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\]8;[^\x1b]*\x1b\\")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def piped(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> Ran:
    """`alistach` with its output in pipes."""
    done = subprocess.run(
        [sys.executable, "-m", "alistach", *arguments],
        cwd=folder,
        env=environment(**settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def asked(service: Service, *arguments: str, stdin: str = "") -> Ran:
    """`alistach` in the folder of a running service, its output in pipes."""
    return piped(service.folder, *arguments, stdin=stdin, API_PORT=port_of(service))


def shown(service: Service, *arguments: str, columns: int = 80) -> Ran:
    """`alistach` in the folder of a running service, on a terminal."""
    return on_terminal(service.folder, *arguments, columns=columns, API_PORT=port_of(service))


def port_of(service: Service) -> str:
    return service.url.rpartition(":")[2]


def on_terminal(folder: Path, *arguments: str, columns: int = 80, **settings: str) -> Ran:
    """What a reader sees of `alistach` on a terminal of so many columns; stderr is a pipe."""
    raw = on_raw_terminal(folder, *arguments, columns=columns, **settings)
    seen = "".join(f"{line.rstrip()}\n" for line in _ESCAPES.sub("", raw.out).splitlines())
    return Ran(raw.code, seen, raw.err)


def on_raw_terminal(folder: Path, *arguments: str, columns: int = 80, **settings: str) -> Ran:
    """The same with everything that the terminal gets, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    env = environment(TERM="xterm-256color", **settings)
    env.pop("COLUMNS", None)
    with subprocess.Popen(
        [sys.executable, "-m", "alistach", *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(theirs)
        out = _read_all(ours)
        assert process.stderr is not None
        err = process.stderr.read()
    os.close(ours)
    return Ran(process.returncode, out.replace("\r\n", "\n"), err)


def _read_all(terminal: int) -> str:
    """Everything until the other side closes; Linux then says EIO."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()
