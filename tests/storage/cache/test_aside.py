"""A file that cannot be used is kept under another name."""

from pathlib import Path

from alistach.storage.cache.aside import beside, set_aside

_MOMENT = 1_800_000_000.0


def test_the_name_tells_the_moment(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_text("old")
    target = set_aside(path, _MOMENT)
    assert target == tmp_path / "cache.db.corrupt-2027-01-15T08-00-00Z"
    assert (target.read_text(), path.exists()) == ("old", False)


def test_an_earlier_one_of_the_same_second_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for content in ("first", "second", "third"):
        path.write_text(content)
        set_aside(path, _MOMENT)
    kept = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert kept == {
        "cache.db.corrupt-2027-01-15T08-00-00Z": "first",
        "cache.db.corrupt-2027-01-15T08-00-00Z-2": "second",
        "cache.db.corrupt-2027-01-15T08-00-00Z-3": "third",
    }


def test_its_wal_goes_with_it_and_its_index_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for suffix in ("", "-wal", "-shm"):
        beside(path, suffix).write_text(suffix)
    target = set_aside(path, _MOMENT)
    assert sorted(file.name for file in tmp_path.iterdir()) == [target.name, f"{target.name}-wal"]


def test_a_wal_without_its_file_is_moved_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    beside(path, "-wal").write_text("left behind")
    target = set_aside(path, _MOMENT)
    assert [file.name for file in tmp_path.iterdir()] == [f"{target.name}-wal"]
