"""One process at a time uses a data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alistach.storage.lock import LOCK_NAME, DataLock
from alistach.storage.refused import DataLocked, StorageRefused
from tests.storage.faults import no_file_longer_than, unwritable_folder

_HOLD = """
import sys
from pathlib import Path
from alistach.storage.lock import DataLock
lock = DataLock.take(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_folder_and_what_to_set(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        with pytest.raises(DataLocked) as refusal:
            DataLock.take(tmp_path)
        process.communicate()
    assert refusal.value.sentence == (
        f"The data folder {tmp_path} is in use by another alistach (process {process.pid}): "
        "stop that one, or set ALISTACH_DATA_DIR to another folder for this one."
    )


def test_a_holder_that_was_killed_holds_no_more(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        process.kill()
        process.wait()
    with DataLock.take(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_a_second_taker_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with DataLock.take(tmp_path), pytest.raises(DataLocked):
        DataLock.take(tmp_path)


def test_a_lock_without_a_number_in_it_is_refused_all_the_same(tmp_path: Path) -> None:
    with DataLock.take(tmp_path):
        (tmp_path / LOCK_NAME).write_bytes(b"\xff\x00 nonsense")
        with pytest.raises(DataLocked, match="its process is not known yet"):
            DataLock.take(tmp_path)


def test_a_released_folder_can_be_taken_again(tmp_path: Path) -> None:
    first = DataLock.take(tmp_path)
    first.release()
    first.release()
    with DataLock.take(tmp_path):
        assert (tmp_path / LOCK_NAME).exists()


def test_a_longer_number_of_an_earlier_holder_is_not_mixed_with_the_new_one(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("99999999999\n")
    with DataLock.take(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_the_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    with DataLock.take(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b" / LOCK_NAME).exists()


def test_an_unwritable_folder_is_named_with_the_setting() -> None:
    with unwritable_folder() as folder:
        with pytest.raises(StorageRefused) as refusal:
            DataLock.take(folder)
        assert refusal.value.sentence == (
            f"The data folder {folder} cannot be written (Permission denied): "
            "make it writable, or set ALISTACH_DATA_DIR to another folder."
        )


def test_a_folder_that_cannot_be_made_is_named_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageRefused) as refusal:
        DataLock.take(tmp_path / "file" / "data")
    assert refusal.value.sentence == (
        f"The data folder {tmp_path}/file/data cannot be written (Not a directory): "
        "make it writable, or set ALISTACH_DATA_DIR to another folder."
    )


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with no_file_longer_than(0), pytest.raises(StorageRefused) as refusal:
        DataLock.take(tmp_path)
    assert refusal.value.sentence == (
        f"The data folder {tmp_path} cannot be locked (File too large): "
        "free some space, or set ALISTACH_DATA_DIR to a folder on a local disk."
    )
