"""Entries on their way to the file."""

from __future__ import annotations

from alistach.storage.cache.entry import StoredEntry
from alistach.storage.cache.pending import Pending


def _entry(key: str, body: bytes = b"x") -> StoredEntry:
    return StoredEntry(key, "search", 1.0, 2.0, (), body)


def test_past_its_bound_of_entries_it_takes_no_more() -> None:
    pending = Pending(2, 1000)
    assert [pending.offer(_entry(key)) for key in "abc"] == [True, True, False]
    assert (len(pending), pending.find("c")) == (2, None)


def test_past_its_bound_of_bytes_it_takes_no_more() -> None:
    pending = Pending(10, 10)
    assert [pending.offer(_entry(key, bytes(size))) for key, size in (("a", 6), ("b", 5), ("c", 4))] == [
        True,
        False,
        True,
    ]


def test_what_was_removed_makes_room() -> None:
    pending = Pending(1, 10)
    pending.offer(_entry("a", bytes(10)))
    pending.remove(pending.first(5))
    assert pending.offer(_entry("b", bytes(10)))
    assert (pending.find("a"), len(pending)) == (None, 1)


def test_the_oldest_come_first_and_stay_until_they_are_removed() -> None:
    pending = Pending(10, 1000)
    entries = [_entry(key) for key in "abc"]
    for entry in entries:
        pending.offer(entry)
    assert pending.first(2) == entries[:2]
    assert pending.first(2) == entries[:2]
    pending.remove(entries[:2])
    assert pending.first(2) == entries[2:]


def test_the_newest_of_a_key_is_found_while_an_older_one_waits() -> None:
    pending = Pending(10, 1000)
    older, newer = _entry("a", b"older"), _entry("a", b"newer")
    pending.offer(older)
    pending.offer(newer)
    assert pending.find("a") is newer
    pending.remove([older])
    assert pending.find("a") is newer
    pending.remove([newer])
    assert pending.find("a") is None


def test_removing_what_is_not_there_any_more_changes_nothing() -> None:
    pending = Pending(10, 1000)
    gone, here = _entry("a"), _entry("b")
    pending.offer(gone)
    pending.drop_where(lambda entry: entry.key == "a")
    pending.offer(here)
    pending.remove([gone])
    assert pending.first(5) == [here]


def test_dropping_tells_the_keys_and_makes_room() -> None:
    pending = Pending(3, 3)
    for key in "abc":
        pending.offer(_entry(key))
    assert pending.keys_where(lambda entry: entry.key != "b") == ["a", "c"]
    assert len(pending) == 3
    assert pending.drop_where(lambda entry: entry.key != "b") == ["a", "c"]
    assert (pending.find("a"), pending.find("c"), len(pending)) == (None, None, 1)
    assert pending.offer(_entry("d"))
