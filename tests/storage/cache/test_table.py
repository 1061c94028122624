"""The answers' file as SQLite sees it, on real files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from alistach.storage.cache.entry import CacheLimits, KindUse, Selection, StoredEntry
from alistach.storage.cache.row import Row, RowCodec
from alistach.storage.cache.table import NotOurs, Table, is_unusable
from tests.storage.faults import damage, no_file_longer_than

_LIMITS = CacheLimits(patience_seconds=0.01)


def _row(key: str, *, kind: str = "search", at: float = 100.0, until: float = 900.0, tags: tuple[str, ...] = ()) -> Row:
    return RowCodec().pack(StoredEntry(key, kind, at, until, tags, f"body of {key}".encode()))


@contextmanager
def _table(path: Path, limits: CacheLimits = _LIMITS) -> Iterator[Table]:
    table = Table(path, limits)
    try:
        yield table
    finally:
        table.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


def _ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def _change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_file_that_is_no_database_is_unusable(path: Path) -> None:
    path.write_bytes(b"this is a text, and a long one at that. " * 100)
    with pytest.raises(sqlite3.DatabaseError) as error:
        Table(path, _LIMITS)
    assert is_unusable(error.value)


def test_a_database_of_another_program_is_unusable(path: Path) -> None:
    _change(path, "CREATE TABLE entries (key)", "CREATE TABLE meta (name)")
    with pytest.raises(NotOurs, match="another program's, or of another schema"):
        Table(path, _LIMITS)


@pytest.mark.parametrize("version", [0, 2])
def test_a_database_of_another_schema_is_unusable(path: Path, version: int) -> None:
    with _table(path):
        pass
    _change(path, f"PRAGMA user_version = {version}")
    with pytest.raises(NotOurs, match="another program's, or of another schema"):
        Table(path, _LIMITS)


@pytest.mark.parametrize("table", ["entries", "meta"])
def test_a_database_without_one_of_its_tables_is_unusable(path: Path, table: str) -> None:
    with _table(path):
        pass
    _change(path, f"DROP TABLE {table}")
    with pytest.raises(sqlite3.DatabaseError) as error:
        Table(path, _LIMITS)
    assert is_unusable(error.value)


def test_damage_in_the_middle_of_a_small_file_is_found_at_once(path: Path) -> None:
    with _table(path) as table:
        table.write([_row(f"key {number}") for number in range(200)], 1.0)
    damage(path, 3 * 4096)
    with pytest.raises(NotOurs, match="the file is damaged"):
        Table(path, _LIMITS)


def test_a_truncated_file_is_unusable(path: Path) -> None:
    with _table(path) as table:
        table.write([_row(f"key {number}") for number in range(200)], 1.0)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(sqlite3.DatabaseError) as error:
        Table(path, _LIMITS)
    assert is_unusable(error.value)


def test_a_full_disk_does_not_make_a_file_unusable(path: Path) -> None:
    with _table(path) as table:
        with no_file_longer_than(40_000), pytest.raises(sqlite3.Error) as error:
            table.write([_row(f"key {number}") for number in range(2000)], 1.0)
        assert not is_unusable(error.value)
        assert table.get("key 1") == []
        table.write([_row("key 1")], 1.0)
        assert table.get("key 1") == [_row("key 1")]


def test_a_file_that_another_program_locks_is_not_unusable(path: Path) -> None:
    with _table(path) as table, closing(sqlite3.connect(path, isolation_level=None)) as other:
        table.write([_row("before")], 1.0)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked") as error:
            table.write([_row("after")], 1.0)
        assert not is_unusable(error.value)
        assert table.get("before") == [_row("before")]
        other.execute("ROLLBACK")
        table.write([_row("after")], 1.0)
        assert table.get("after") == [_row("after")]


def test_a_failed_batch_leaves_nothing_behind(path: Path) -> None:
    bad = list(_row("second"))
    bad[3] = None
    with _table(path) as table:
        with pytest.raises(sqlite3.IntegrityError):
            table.write([_row("first"), tuple(bad)], 1.0)  # type: ignore[list-item]
        assert table.get("first") == []


def test_a_later_row_takes_the_place_of_an_earlier_one(path: Path) -> None:
    with _table(path) as table:
        table.write([_row("a", at=100.0)], 1.0)
        table.write([_row("a", at=200.0)], 2.0)
        assert table.get("a") == [_row("a", at=200.0)]
        assert table.use_by_kind()["search"].entries == 1


def test_many_rows_are_read_at_once(path: Path) -> None:
    with _table(path) as table:
        table.write([_row(key) for key in ("a", 'quote"d', "ü", "d")], 1.0)
        assert sorted(row[0] for row in table.get_many(["a", 'quote"d', "ü", "missing"])) == ["a", 'quote"d', "ü"]
        assert table.get_many([]) == []


def test_only_the_very_row_that_was_bad_is_discarded(path: Path) -> None:
    older, newer = _row("a", at=100.0), _row("a", at=200.0)
    with _table(path) as table:
        table.write([newer], 1.0)
        table.discard([(older[0], older[6])])
        assert table.get("a") == [newer]
        table.discard([(newer[0], newer[6])])
        assert table.get("a") == []


def test_what_was_asked_for_longest_ago_is_evicted_first(path: Path) -> None:
    with _table(path, CacheLimits(file_bytes=200_000)) as table:
        for number in range(40):
            entry = StoredEntry(f"key {number:02}", "search", 1.0, 2.0, (), bytes(range(256)) * 40)
            table.write([(*RowCodec().pack(entry)[:7], entry.body)], 1000.0 + number)
        table.touch([("key 00", 5000.0)])
        evicted = table.evict()
        kept = [f"key {number:02}" for number in range(40) if table.get(f"key {number:02}")]
    assert evicted == 40 - len(kept)
    assert kept == ["key 00", *(f"key {number:02}" for number in range(40 - len(kept) + 1, 40))]
    assert 10 <= len(kept) <= 18


def test_a_file_within_its_bound_loses_nothing(path: Path) -> None:
    with _table(path) as table:
        table.write([_row("a")], 1.0)
        assert table.evict() == 0


def test_a_file_whose_bound_nothing_meets_ends_up_empty(path: Path) -> None:
    with _table(path, CacheLimits(file_bytes=1)) as table:
        table.write([_row(f"key {number}") for number in range(30)], 1.0)
        assert table.evict() == 30
        assert table.use_by_kind() == {}


def test_an_asking_is_noted_to_ten_minutes(path: Path) -> None:
    with _table(path) as table:
        table.write([_row("a")], 1000.0)
        table.touch([("a", 1600.0), ("missing", 1600.0)])
        assert _ask(path, "SELECT asked_at FROM entries") == [(1000.0,)]
        table.touch([("a", 1600.5)])
        assert _ask(path, "SELECT asked_at FROM entries") == [(1600.5,)]


_MANY = [
    _row("search:1", tags=("product:1", "product:2")),
    _row("search:2", at=200.0, tags=("product:2",)),
    _row("link:a:1", kind="link", tags=("tracking:a", "product:1")),
    _row("link:b:1", kind="link", at=300.0, tags=("tracking:b", 'odd"tag')),
]


@pytest.mark.parametrize(
    ("selection", "keys"),
    [
        (Selection(), ["search:1", "search:2", "link:a:1", "link:b:1"]),
        (Selection(kind="link"), ["link:a:1", "link:b:1"]),
        (Selection(tag="product:2"), ["search:1", "search:2"]),
        (Selection(tag="product"), []),
        (Selection(tag='odd"tag'), ["link:b:1"]),
        (Selection(key_prefix="link:a:"), ["link:a:1"]),
        (Selection(key_prefix="%"), []),
        (Selection(stored_before=200.0), ["search:1", "link:a:1"]),
        (Selection(kind="link", tag="product:1", stored_before=100.0), []),
        (Selection(kind=""), []),
    ],
)
def test_a_selection_finds_the_rows_it_means(path: Path, selection: Selection, keys: list[str]) -> None:
    with _table(path) as table:
        table.write(_MANY, 1.0)
        assert [key for _, key in table.find(selection)] == keys


def test_foreign_tags_do_not_stop_a_selection(path: Path) -> None:
    with _table(path) as table:
        table.write(_MANY, 1.0)
        _change(path, "UPDATE entries SET tags = 'no json' WHERE key = 'search:1'")
        assert [key for _, key in table.find(Selection(tag="product:2"))] == ["search:2"]


def test_rows_are_deleted_in_portions(path: Path) -> None:
    with _table(path, CacheLimits(wal_bytes=1)) as table:
        table.write([_row(f"key {number}") for number in range(1201)], 1.0)
        table.delete([number for number, _ in table.find(Selection())])
        assert table.find(Selection()) == []
        assert (path.parent / "cache.db-wal").stat().st_size == 0


def test_rows_that_are_not_worth_keeping_are_found(path: Path) -> None:
    with _table(path) as table:
        table.write([_row("past", until=99.0), _row("now", until=100.0), _row("later", until=100.5)], 1.0)
        table.delete(table.expired(100.0))
        assert [key for _, key in table.find(Selection())] == ["later"]


def test_the_use_is_told_by_kind(path: Path) -> None:
    with _table(path) as table:
        table.write(_MANY, 1.0)
        assert table.use_by_kind() == {
            "link": KindUse(2, sum(len(row[7]) for row in _MANY[2:])),
            "search": KindUse(2, sum(len(row[7]) for row in _MANY[:2])),
        }


def test_small_values_outlive_the_table(path: Path) -> None:
    with _table(path) as table:
        assert table.meta() == {}
        table.save_meta({"a": "1", "b": "2"})
        table.save_meta({"b": "3"})
    with _table(path) as table:
        assert table.meta() == {"a": "1", "b": "3"}


def test_the_wal_is_moved_into_the_file_only_past_its_bound(path: Path) -> None:
    wal = path.parent / "cache.db-wal"
    with _table(path, CacheLimits(wal_bytes=100_000)) as table:
        table.write([_row("a")], 1.0)
        table.shorten_wal()
        assert 0 < wal.stat().st_size <= 100_000
        while wal.stat().st_size <= 100_000:
            table.write([_row(f"key {wal.stat().st_size}")], 1.0)
        table.shorten_wal()
        assert wal.stat().st_size == 0


def test_sqlite_never_moves_the_wal_by_itself(path: Path) -> None:
    with _table(path) as table:
        written = path.read_bytes()
        # SQLite's own bound is 1,000 pages.
        while (path.parent / "cache.db-wal").stat().st_size < 2000 * 4096:
            table.write([_row(f"key {number}") for number in range(200)], 1.0)
        assert path.read_bytes() == written


def test_closing_leaves_one_whole_file(path: Path) -> None:
    with _table(path) as table:
        table.write([_row("a")], 1.0)
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]
    with _table(path) as table:
        assert table.get("a") == [_row("a")]


def test_a_closed_table_raises_what_its_user_handles(path: Path) -> None:
    with _table(path) as table:
        pass
    with pytest.raises(sqlite3.Error):
        table.get("a")
