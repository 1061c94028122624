"""Putting a SQLite file that cannot be used out of the way, without losing it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path


def set_aside(path: Path, now: float) -> Path:
    """Rename the file, if it is there, and its `-wal` to a free name that tells the moment; that name."""
    # With dashes, so that the log can name the file as it is: a run of digits there may look like a status.
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    names = itertools.chain(("",), (f"-{number}" for number in itertools.count(2)))
    candidates = (path.with_name(f"{path.name}.corrupt-{moment}{suffix}") for suffix in names)
    target = next(candidate for candidate in candidates if not candidate.exists())
    if path.exists():
        path.rename(target)
    # Left in place it would be replayed over the new file, whose pages it does not know.
    wal = beside(path, "-wal")
    if wal.exists():
        wal.rename(beside(target, "-wal"))
    beside(path, "-shm").unlink(missing_ok=True)
    return target


def beside(path: Path, suffix: str) -> Path:
    """One of the files that SQLite keeps beside `path`."""
    return path.with_name(path.name + suffix)
