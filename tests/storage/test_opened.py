"""Files that somebody else has open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alistach.storage.opened import opened_elsewhere


def test_a_file_that_another_process_reads_is_open(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    file.write_text("rows")
    reads = "import sys; file = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", reads, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        assert opened_elsewhere(file)
        reader.communicate()


def test_a_file_that_only_we_have_open_is_not(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    with file.open("w"):
        assert not opened_elsewhere(file)


def test_a_file_that_is_not_there_is_not_open(tmp_path: Path) -> None:
    assert not opened_elsewhere(tmp_path / "nothing.db")
