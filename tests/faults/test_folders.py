"""Folders and files that cannot be used stop the start with one sentence that says what to do."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from alistach.storage.refused import DataLocked, StorageRefused
from tests.asking import open_service
from tests.storage.faults import damage, unwritable_folder


async def sentence(
    folder: Path, environ: Mapping[str, str] | None = None, kind: type[StorageRefused] = StorageRefused
) -> str:
    """What the start is refused with."""
    with pytest.raises(kind) as caught:
        async with open_service(folder, clock=None, sandbox=None, **(environ or {})):
            pass
    assert "\n" not in caught.value.sentence
    assert caught.value.sentence.endswith(".")
    return caught.value.sentence


async def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with open_service(tmp_path) as service:
        told = await sentence(tmp_path, kind=DataLocked)
        assert told.startswith(f"The data folder {tmp_path / 'data'} is in use by another alistach (process ")
        assert "ALISTACH_DATA_DIR" in told
        assert (await service.get("/health")).status == 200


async def test_after_the_first_has_stopped_the_second_may_start(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_service(tmp_path) as service:
            assert (await service.get("/health")).status == 200


async def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with unwritable_folder() as folder:
        told = await sentence(tmp_path, {"ALISTACH_DATA_DIR": str(folder)})
    assert told == (
        f"The data folder {folder} cannot be written (Permission denied): "
        "make it writable, or set ALISTACH_DATA_DIR to another folder."
    )


async def test_a_log_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        Path(data).chmod(0o777)
        with unwritable_folder("logs") as folder:
            told = await sentence(tmp_path, {"ALISTACH_DATA_DIR": data, "ALISTACH_LOG_DIR": str(folder)})
    assert told == (
        f"The log folder {folder} cannot be written (Permission denied): "
        "make it writable, or set ALISTACH_LOG_DIR to another folder."
    )


@pytest.mark.parametrize(
    ("setting", "name"), [("ALISTACH_DATA_DIR", "The data folder"), ("ALISTACH_LOG_DIR", "The log folder")]
)
async def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path, setting: str, name: str) -> None:
    (tmp_path / "file").touch()
    told = await sentence(tmp_path, {setting: str(tmp_path / "file")})
    assert told == (
        f"{name} {tmp_path / 'file'} cannot be written (File exists): "
        f"make it writable, or set {setting} to another folder."
    )


async def test_a_folder_in_place_of_the_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "logs" / "aliexpress_api.log").mkdir(parents=True)
    assert "(Is a directory)" in await sentence(tmp_path)


async def test_a_record_of_a_newer_alistach_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    async with open_service(tmp_path):
        pass
    path = tmp_path / "data" / "audit.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    told = await sentence(tmp_path)
    assert told.startswith(f"The record {path} is of schema 9999, this alistach knows those up to ")
    assert "run the newer alistach that wrote it, or restore a backup from before" in told
    assert path.read_bytes() == before


async def test_a_damaged_record_is_refused_and_never_replaced(tmp_path: Path) -> None:
    async with open_service(tmp_path):
        pass
    path = tmp_path / "data" / "audit.db"
    damage(path, 0)
    before = path.read_bytes()
    told = await sentence(tmp_path)
    assert "is damaged" in told
    assert f"restore a backup (cp {path}.backup {path})" in told
    assert path.read_bytes() == before


async def test_a_record_of_another_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "audit.db") as connection:
        connection.execute("CREATE TABLE somebody_elses (id INTEGER)")
    connection.close()
    assert "is not a record of alistach" in await sentence(tmp_path)
