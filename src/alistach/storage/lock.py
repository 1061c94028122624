"""The data lock: one process at a time uses a data folder, since two governors on one app key are how bans happen."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from alistach.storage.refused import DataLocked, StorageRefused

LOCK_NAME = "alistach.lock"


class DataLock:
    """Held from `take` to `release`, or to the end of the process however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Make the folder if it is not there, and lock it; raises DataLocked or StorageRefused."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageRefused(
                f"The data folder {folder} cannot be written ({error.strerror}): "
                "make it writable, or set ALISTACH_DATA_DIR to another folder."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_holder(descriptor)
        except BlockingIOError as error:
            holder = _read_holder(descriptor)
            os.close(descriptor)
            raise DataLocked(
                f"The data folder {folder} is in use by another alistach ({holder}): "
                "stop that one, or set ALISTACH_DATA_DIR to another folder for this one."
            ) from error
        except OSError as error:
            os.close(descriptor)
            raise StorageRefused(
                f"The data folder {folder} cannot be locked ({error.strerror}): "
                "free some space, or set ALISTACH_DATA_DIR to a folder on a local disk."
            ) from error
        return cls(descriptor)

    def release(self) -> None:
        """Let another process in. The file stays: removing it would let two in at once."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _write_holder(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _read_holder(descriptor: int) -> str:
    written = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    return f"process {written}" if written.isdigit() else "its process is not known yet"
