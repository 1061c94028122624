"""Two levels of memory for entries: what was used last at hand, everything in the cache file behind it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from alistach.answers.clearing import Clearing
from alistach.answers.entry import Entry, Kind, pack, unpack
from alistach.answers.freshness import FreshnessClass, Lifetimes, keep_seconds
from alistach.answers.memory import Memory
from alistach.storage.cache import CacheFile, Selection, StoredEntry

_CLEARINGS = "clearings"


class Store:
    """Entries by key. What the file holds and is not what its key says is counted in `misread` and treated as not there.

    `origin` says whose answers these are: which platform, app and house tracking id. Entries of another origin lie in the
    same file untouched, so that the sandbox's products never stand for the platform's, nor one publisher's links for
    another's.
    """

    def __init__(
        self, file: CacheFile, memory: Memory[Entry], lifetimes: Mapping[FreshnessClass, Lifetimes], origin: str
    ) -> None:
        self._file, self._memory, self._lifetimes, self._origin = file, memory, lifetimes, origin
        self.misread = 0

    def get(self, key: str) -> Entry | None:
        """The entry, however old."""
        if (entry := self._memory.get(key)) is not None:
            self._file.touch(self._origin + key)
            return entry
        if (row := self._file.get(self._origin + key)) is None:
            return None
        try:
            entry = unpack(key, row.tags, row.body)
        except ValueError:
            self.misread += 1
            return None
        self._memory.put(key, entry, len(row.body))
        return entry

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep the entries for as long as they may be of use."""
        rows = []
        for entry in entries:
            packed = pack(entry)
            self._memory.put(entry.key, entry, len(packed))
            keep_until = entry.received_at + keep_seconds(self._lifetimes[entry.freshness])
            rows.append(
                StoredEntry(self._origin + entry.key, entry.kind.value, entry.asked_at, keep_until, entry.tags, packed)
            )
        self._file.put(rows)

    def covered(self, clearing: Clearing) -> dict[Kind, Selection]:
        """The rows of the file that a clear is aimed at, kind by kind."""
        stored_before = math.nextafter(clearing.newest, math.inf)
        return {
            kind: Selection(kind=kind.value, tag=clearing.tag, key_prefix=self._origin, stored_before=stored_before)
            for kind in Kind
            if clearing.aims_at(kind)
        }

    async def count(self, clearing: Clearing) -> Counter[Kind]:
        """How many entries of each kind a clear is aimed at. Raises StorageFailed."""
        counted: Counter[Kind] = Counter()
        for kind, selection in self.covered(clearing).items():
            counted[kind] = len(await self._file.delete_where(selection, dry_run=True))
        return counted

    async def delete(self, clearing: Clearing) -> int:
        """Delete what a clear is aimed at; how many entries that were. Raises StorageFailed."""
        deleted = 0
        for selection in self.covered(clearing).values():
            keys = await self._file.delete_where(selection)
            for key in keys:
                self._memory.drop(key.removeprefix(self._origin))
            deleted += len(keys)
        self._memory.drop_where(clearing.covers)
        return deleted

    async def remember(self, clearings: Iterable[Clearing]) -> None:
        """Keep the clears for good: a restart must not undo them. Raises StorageFailed."""
        await self._file.remember(_CLEARINGS, msgspec.json.encode(list(clearings)).decode())

    def recall(self) -> tuple[Clearing, ...]:
        """The clears that an earlier process remembered; none when another version remembered them in its own way."""
        try:
            return msgspec.json.decode(self._file.recall(_CLEARINGS) or "[]", type=tuple[Clearing, ...])
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.misread += 1
            return ()
