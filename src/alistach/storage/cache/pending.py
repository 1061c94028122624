"""Entries on their way to the file: in order, bounded, and found by readers until they are written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from alistach.storage.cache.entry import StoredEntry


class Pending:
    """Filled by the event loop, emptied by the one thread that writes."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        self._most_entries, self._most_bytes = most_entries, most_bytes
        self._lock = threading.Lock()
        self._queue: deque[StoredEntry] = deque()
        self._by_key: dict[str, StoredEntry] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._queue)

    def offer(self, entry: StoredEntry) -> bool:
        """Take the entry unless the bounds are reached; whether it was taken."""
        with self._lock:
            if len(self._queue) >= self._most_entries or self._bytes + len(entry.body) > self._most_bytes:
                return False
            self._queue.append(entry)
            self._by_key[entry.key] = entry
            self._bytes += len(entry.body)
            return True

    def find(self, key: str) -> StoredEntry | None:
        """The newest entry of this key that is not written yet."""
        return self._by_key.get(key)

    def first(self, most: int) -> list[StoredEntry]:
        """The oldest entries; they stay until `remove`."""
        with self._lock:
            return [self._queue[index] for index in range(min(most, len(self._queue)))]

    def remove(self, written: Iterable[StoredEntry]) -> None:
        """Forget entries that `first` gave and that are in the file now."""
        with self._lock:
            for entry in written:
                if self._queue and self._queue[0] is entry:
                    self._queue.popleft()
                    self._forget(entry)

    def keys_where(self, meant: Callable[[StoredEntry], bool]) -> list[str]:
        """The keys of the entries that `meant` names."""
        with self._lock:
            return [entry.key for entry in self._queue if meant(entry)]

    def drop_where(self, doomed: Callable[[StoredEntry], bool]) -> list[str]:
        """Forget every entry that `doomed` names, and tell their keys."""
        with self._lock:
            dropped = [entry for entry in self._queue if doomed(entry)]
            self._queue = deque(entry for entry in self._queue if not doomed(entry))
            for entry in dropped:
                self._forget(entry)
            return [entry.key for entry in dropped]

    def _forget(self, entry: StoredEntry) -> None:
        self._bytes -= len(entry.body)
        # A newer entry of the key may wait behind this one.
        if self._by_key.get(entry.key) is entry:
            del self._by_key[entry.key]
