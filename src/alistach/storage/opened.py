"""Whether somebody else has a file open: an operator's `cp` must not copy it while it is being written."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")


def opened_elsewhere(path: Path) -> bool:
    """Whether another process that may be looked at has the file open; False where the system does not tell."""
    target, us = path.resolve(), str(os.getpid())
    if not _PROCESSES.is_dir():
        return False
    return any(_has_open(folder, target) for folder in _PROCESSES.glob("[0-9]*") if folder.name != us)


def _has_open(process: Path, target: Path) -> bool:
    try:
        descriptors = list((process / "fd").iterdir())
    except OSError:
        # It has ended meanwhile, or is another user's.
        return False
    return any(_leads_to(descriptor, target) for descriptor in descriptors)


def _leads_to(descriptor: Path, target: Path) -> bool:
    try:
        return descriptor.readlink() == target
    except OSError:
        # It was closed meanwhile.
        return False
