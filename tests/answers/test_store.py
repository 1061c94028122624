"""Two levels: memory before the cache file, each origin for itself, nothing misread, clears that outlive the process."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alistach.answers.clearing import Clearing
from alistach.answers.entry import Entry, Kind, Minted, Row, pack
from alistach.answers.freshness import FreshnessClass
from alistach.answers.memory import Memory
from alistach.answers.store import Store
from alistach.storage.cache import CacheFile, StoredEntry
from tests.answers.making import DAY, EPOCH, MEBIBYTE, TABLE, key_of, make_entry, make_window
from tests.steered import SteeredClock

LINK = Minted("https://s.click.aliexpress.com/e/_x", None)


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock(EPOCH)


@pytest.fixture
async def file(tmp_path: Path, clock: SteeredClock) -> AsyncIterator[CacheFile]:
    file = CacheFile.open(tmp_path / "cache.db", clock)
    yield file
    await file.close()


def open_store(file: CacheFile, origin: str = "here ", memory_bytes: int = MEBIBYTE) -> Store:
    return Store(file, Memory(memory_bytes), TABLE, origin)


def the_lot() -> list[Entry]:
    """An entry of each of four kinds; product 1 is in three of them."""
    return [
        make_entry(key_of("1"), tags=("product:1",)),
        make_entry(key_of("2"), tags=("product:2",)),
        make_entry(key_of("s", "search"), content=make_window("1", "2"), tags=("product:1", "product:2")),
        make_entry(
            key_of("l", "link"), freshness=FreshnessClass.LINKS, content=LINK, tags=("tracking:deals", "product:1")
        ),
    ]


def test_what_was_never_put_is_not_there(file: CacheFile) -> None:
    assert open_store(file).get(key_of("1")) is None


def test_an_entry_is_found_in_memory_and_behind_it(file: CacheFile) -> None:
    entry = make_entry(tags=("product:1",))
    open_store(file).put([entry])
    assert open_store(file).get(entry.key) == entry


async def test_an_entry_outlives_the_process(tmp_path: Path, clock: SteeredClock) -> None:
    entry = make_entry(tags=("product:1",))
    first = CacheFile.open(tmp_path / "cache.db", clock)
    open_store(first).put([entry])
    await first.close()
    second = CacheFile.open(tmp_path / "cache.db", clock)
    found = open_store(second).get(entry.key)
    await second.close()
    assert found == entry


def test_an_entry_read_from_the_file_is_at_hand_from_then_on(file: CacheFile) -> None:
    entry = make_entry()
    open_store(file).put([entry])
    store = open_store(file)
    assert store.get(entry.key) is store.get(entry.key)


def test_what_memory_gives_is_noted_as_asked_for_in_the_file(file: CacheFile) -> None:
    store = open_store(file)
    store.put([make_entry()])
    store.get(make_entry().key)
    assert set(file._touched) == {f"here {make_entry().key}"}


def test_an_entry_of_another_origin_is_not_there(file: CacheFile) -> None:
    open_store(file, "sandbox ").put([make_entry()])
    assert open_store(file, "live ").get(make_entry().key) is None


async def test_the_file_keeps_an_entry_for_its_longest_life(file: CacheFile, clock: SteeredClock) -> None:
    open_store(file).put([make_entry()])
    await clock.advance(7 * DAY - 1)
    assert open_store(file).get(make_entry().key) == make_entry()
    await clock.advance(1)
    assert open_store(file).get(make_entry().key) is None


@pytest.mark.parametrize(
    ("key", "body"),
    [
        (key_of("1"), b"poison"),
        (key_of("1"), pack(make_entry())[:-1]),
        (key_of("1", "search"), pack(make_entry())),
        (key_of("1"), pack(make_entry(content=make_window("1")))),
    ],
)
def test_a_row_that_is_no_entry_of_its_key_is_counted_and_not_there(file: CacheFile, key: str, body: bytes) -> None:
    file.put([StoredEntry(f"here {key}", "product", EPOCH, EPOCH + DAY, (), body)])
    store = open_store(file)
    assert (store.get(key), store.misread) == (None, 1)


def test_a_misread_row_is_replaced_by_what_is_asked_again(file: CacheFile) -> None:
    file.put([StoredEntry(f"here {key_of('1')}", "product", EPOCH, EPOCH + DAY, (), b"poison")])
    open_store(file).put([make_entry(key_of("1"))])
    assert open_store(file).get(key_of("1")) == make_entry(key_of("1"))


@pytest.mark.parametrize(
    ("clearing", "expected"),
    [
        (Clearing(at=EPOCH), {Kind.PRODUCT: 2, Kind.SEARCH: 1}),
        (Clearing(at=EPOCH - 1), {}),
        (Clearing(at=EPOCH, kind=Kind.LINK), {Kind.LINK: 1}),
        (Clearing(at=EPOCH, tag="product:1"), {Kind.PRODUCT: 1, Kind.SEARCH: 1}),
        (Clearing(at=EPOCH, tag="tracking:deals"), {Kind.LINK: 1}),
        (Clearing(at=EPOCH, tag="tracking:other"), {}),
        (Clearing(at=EPOCH + 60, asked_before=EPOCH), {Kind.PRODUCT: 2, Kind.SEARCH: 1}),
        (Clearing(at=EPOCH + 60, asked_before=EPOCH - 1), {}),
    ],
)
async def test_a_clear_counts_what_it_covers(file: CacheFile, clearing: Clearing, expected: dict[Kind, int]) -> None:
    store = open_store(file)
    store.put(the_lot())
    counted = await store.count(clearing)
    assert +counted == Counter(expected)
    assert +counted == Counter(entry.kind for entry in the_lot() if clearing.covers(entry))


async def test_an_entry_that_came_after_a_clear_it_was_asked_before_is_counted(file: CacheFile) -> None:
    store = open_store(file)
    store.put([make_entry(asked_at=EPOCH - 1, received_at=EPOCH + 1)])
    assert (await store.count(Clearing(at=EPOCH)))[Kind.PRODUCT] == 1


async def test_deleting_leaves_nothing_of_it_on_either_level(file: CacheFile) -> None:
    store = open_store(file)
    store.put(the_lot())
    assert await store.delete(Clearing(at=EPOCH, tag="product:1")) == 2
    left = [entry.key for entry in the_lot() if store.get(entry.key) is not None]
    assert left == [key_of("2"), key_of("l", "link")]
    assert [entry.key for entry in the_lot() if open_store(file).get(entry.key) is not None] == left


async def test_deleting_spares_other_origins(file: CacheFile) -> None:
    open_store(file, "live ").put([make_entry()])
    open_store(file, "sandbox ").put([make_entry()])
    assert await open_store(file, "sandbox ").delete(Clearing(at=EPOCH)) == 1
    assert open_store(file, "live ").get(make_entry().key) == make_entry()


async def test_clears_are_recalled_by_the_next_process(tmp_path: Path, clock: SteeredClock) -> None:
    clearings = (Clearing(at=EPOCH), Clearing(at=EPOCH + 1, kind=Kind.LINK, tag="tracking:a", asked_before=EPOCH))
    first = CacheFile.open(tmp_path / "cache.db", clock)
    await open_store(first).remember(clearings)
    await first.close()
    second = CacheFile.open(tmp_path / "cache.db", clock)
    recalled = open_store(second).recall()
    await second.close()
    assert recalled == clearings


def test_no_clears_are_recalled_from_a_new_file(file: CacheFile) -> None:
    assert open_store(file).recall() == ()


@pytest.mark.parametrize("text", ["{", '[{"kind": "spells", "at": 1}]', "7", '[{"when": 1}]'])
async def test_clears_of_another_version_do_not_stop_the_start(file: CacheFile, text: str) -> None:
    await file.remember("clearings", text)
    store = open_store(file)
    assert (store.recall(), store.misread) == ((), 1)


def test_memory_stays_within_its_bound_and_the_file_has_the_rest(file: CacheFile) -> None:
    store = open_store(file, memory_bytes=20_000)
    entries = [make_entry(key_of(str(number)), content=Row(b"x" * 1000)) for number in range(100)]
    store.put(entries)
    assert len(store._memory) == 11
    assert [store.get(entry.key) for entry in entries] == entries
