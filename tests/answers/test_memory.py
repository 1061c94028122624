"""The first level: bounded by what its items weigh, and forgetful of what was least recently used."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.memory import Memory

OVERHEAD = 600


def weight(key: str, size_bytes: int) -> int:
    return size_bytes + sys.getsizeof(key) + OVERHEAD


def test_what_was_put_is_found() -> None:
    memory: Memory[str] = Memory(10_000)
    memory.put("a", "apple", 5)
    assert (memory.get("a"), memory.get("b"), len(memory)) == ("apple", None, 1)


def test_an_item_weighs_its_bytes_its_key_and_an_overhead() -> None:
    memory: Memory[str] = Memory(100_000)
    memory.put("k" * 1000, "x", 50)
    assert memory.weight_bytes == 50 + OVERHEAD + sys.getsizeof("k" * 1000)


def test_the_least_recently_used_goes_first() -> None:
    memory: Memory[int] = Memory(3 * weight("a", 100))
    for number, key in enumerate("abc"):
        memory.put(key, number, 100)
    assert memory.get("a") == 0
    memory.put("d", 3, 100)
    assert [memory.get(key) for key in "abcd"] == [0, None, 2, 3]
    assert memory.evicted == 1


def test_a_heavy_item_displaces_as_many_as_it_needs() -> None:
    memory: Memory[int] = Memory(3 * weight("a", 100))
    for number, key in enumerate("abc"):
        memory.put(key, number, 100)
    memory.put("d", 3, 800)
    assert [memory.get(key) for key in "abcd"] == [None, None, 2, 3]


def test_an_item_heavier_than_the_bound_is_not_kept_and_displaces_nobody() -> None:
    memory: Memory[int] = Memory(2000)
    memory.put("a", 1, 10)
    memory.put("b", 2, 2000)
    assert (memory.get("a"), memory.get("b"), memory.evicted) == (1, None, 0)


def test_a_newer_item_that_does_not_fit_takes_the_older_one_with_it() -> None:
    memory: Memory[int] = Memory(2000)
    memory.put("a", 1, 10)
    memory.put("a", 2, 2000)
    assert (memory.get("a"), memory.weight_bytes) == (None, 0)


def test_endless_keys_alone_cannot_fill_memory() -> None:
    memory: Memory[None] = Memory(100_000)
    for number in range(200):
        memory.put(f"{number}" + "k" * 8000, None, 0)
    assert len(memory) == 11
    assert memory.weight_bytes <= 100_000


def test_a_replaced_item_weighs_once() -> None:
    memory: Memory[int] = Memory(10_000)
    memory.put("a", 1, 10)
    memory.put("a", 2, 30)
    assert (memory.get("a"), len(memory), memory.weight_bytes) == (2, 1, weight("a", 30))


def test_a_dropped_item_weighs_nothing() -> None:
    memory: Memory[int] = Memory(10_000)
    memory.put("a", 1, 10)
    memory.drop("a")
    memory.drop("never there")
    assert (len(memory), memory.weight_bytes) == (0, 0)


def test_items_are_dropped_by_what_they_are() -> None:
    memory: Memory[int] = Memory(10_000)
    for number in range(5):
        memory.put(str(number), number, 10)
    memory.drop_where(lambda number: number % 2 == 0)
    assert [memory.get(str(number)) for number in range(5)] == [None, 1, None, 3, None]


OPERATIONS = st.tuples(st.sampled_from(["put", "get", "drop"]), st.sampled_from("abcdef"), st.integers(0, 2500))


@given(st.lists(OPERATIONS, max_size=60))
def test_the_bound_holds_and_the_weight_is_the_sum_of_what_is_there(operations: list[tuple[str, str, int]]) -> None:
    memory: Memory[int] = Memory(4000)
    for operation, key, size in operations:
        match operation:
            case "put":
                memory.put(key, size, size)
            case "get":
                memory.get(key)
            case _:
                memory.drop(key)
        held = [(key, found) for key in "abcdef" if (found := memory._items.get(key)) is not None]
        assert memory.weight_bytes == sum(weight(key, size) for key, (size, _) in held) <= 4000
