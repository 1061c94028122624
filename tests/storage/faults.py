"""Ways in which a disk fails, for real."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def no_file_longer_than(limit_bytes: int) -> Iterator[None]:
    """Every write of this process past that offset fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def unwritable_folder(name: str = "data") -> Iterator[Path]:
    """A folder that this process may enter and read, but not write; root is nobody meanwhile."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / name
        folder.mkdir()
        Path(base).chmod(0o755)
        folder.chmod(0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(_NOBODY)
        try:
            yield folder
        finally:
            if was_root:
                os.seteuid(0)
            folder.chmod(0o755)


def damage(path: Path, offset: int, garbage: bytes = b"\xde\xad\xbe\xef" * 256) -> None:
    """Overwrite a part of the file."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(garbage)
