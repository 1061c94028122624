"""Entries by key, in memory until the writer's thread has them in the file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

from alistach.kit.clock import Clock
from alistach.storage.cache.aside import set_aside
from alistach.storage.cache.entry import CacheCounts, CacheLimits, KindUse, Selection, StoredEntry
from alistach.storage.cache.pending import Pending
from alistach.storage.cache.row import BadRow, Row, RowCodec, identity
from alistach.storage.cache.table import Table, is_unusable
from alistach.storage.cache.writer import Writer
from alistach.storage.refused import StorageFailed, StorageRefused

T = TypeVar("T")

_BATCH = 200
# So many asked-for keys are noted before the writer is woken for them alone.
_MOST_TOUCHED = 4096


class CacheFile:
    """Nothing here raises into a reader: what cannot be read is not there. One event loop uses it.

    `set_aside` is where an unusable file was moved before a new one was begun; that may happen while running, too.
    """

    def __init__(self, path: Path, clock: Clock, limits: CacheLimits) -> None:
        self._path, self._clock, self._limits = path, clock, limits
        self._codec = RowCodec()
        self._pending = Pending(limits.pending_entries, limits.pending_bytes)
        self._touched: dict[str, float] = {}
        self._bad: set[tuple[str, int]] = set()
        self._is_broken = False
        self.counts = CacheCounts()
        self.set_aside: Path | None = None
        # Held while rows are read and while a new table takes the place of a broken one.
        self._exchange = threading.Lock()
        self._table = self._open_table()
        self._meta = self._table.meta()
        self._writer = Writer("cache-writer", self._drain, clock)
        if not self._table.is_checked:
            self._writer.wake()

    @classmethod
    def open(cls, path: Path, clock: Clock, limits: CacheLimits | None = None) -> Self:
        """Open or make the file; one that is damaged or foreign is set aside. Raises StorageRefused."""
        try:
            return cls(path, clock, limits or CacheLimits())
        except (sqlite3.Error, OSError) as error:
            raise StorageRefused(
                f"The answers' file {path} cannot be used ({error}): make it and its folder writable, "
                "free some space, or set ALISTACH_DATA_DIR to another folder."
            ) from error

    @property
    def healthy(self) -> bool:
        """Whether the last write succeeded."""
        return self._writer.reason is None

    @property
    def reason(self) -> str | None:
        """Why entries are not being written, while that is so."""
        return self._writer.reason

    def get(self, key: str) -> StoredEntry | None:
        """The entry, if it is there and worth keeping still."""
        entry = self._pending.find(key)
        if entry is None:
            entry = next(self._unpacked(self._read(lambda table: table.get(key)) or ()), None)
        return entry if entry is not None and entry.keep_until > self._clock.now() else None

    def get_many(self, keys: Iterable[str]) -> dict[str, StoredEntry]:
        """Those of the entries that are there and worth keeping still."""
        wanted = list(keys)
        waiting = {key: entry for key in wanted if (entry := self._pending.find(key)) is not None}
        rows = self._read(lambda table: table.get_many(wanted))
        if rows is None:
            # One row that cannot be read must not hide the others.
            return {key: entry for key in wanted if (entry := self.get(key)) is not None}
        found = {entry.key: entry for entry in self._unpacked(rows)} | waiting
        now = self._clock.now()
        return {key: entry for key, entry in found.items() if entry.keep_until > now}

    def touch(self, key: str) -> None:
        """Note that the entry was asked for, though it was not read from here: what is asked for is evicted last."""
        self._touched[key] = self._clock.now()
        if len(self._touched) >= _MOST_TOUCHED:
            self._writer.wake()

    def put(self, entries: Iterable[StoredEntry]) -> None:
        """Keep the entries: found at once, written soon. Those that find the queue full are dropped and counted."""
        self.counts.refused += sum(not self._pending.offer(entry) for entry in entries)
        self._writer.wake()

    def recall(self, name: str) -> str | None:
        """What `remember` was last told under this name, by this process or an earlier one."""
        return self._meta.get(name)

    async def remember(self, name: str, value: str) -> None:
        """Keep a small value for good: recalled at once, in the file on return. Raises StorageFailed."""
        self._meta[name] = value
        await self._do("remember", lambda: self._table.save_meta({name: value}))

    async def flush(self) -> bool:
        """Write what waits; whether all of it is in the file now."""
        return await self._writer.run(lambda: not self._pending)

    async def delete_where(self, selection: Selection, *, dry_run: bool = False) -> list[str]:
        """Delete the entries that are meant, written or not; the keys of what is, or would be. Raises StorageFailed."""
        return await self._do("delete", lambda: self._delete_where(selection, dry_run=dry_run))

    async def checkpoint(self) -> None:
        """Write what waits and move all of it into the main file, so that a copy of that has it. Raises StorageFailed."""
        await self._do("be checkpointed", self._checkpoint)

    async def prune(self, now: float) -> int:
        """Delete what is not worth keeping after `now`; how many. Raises StorageFailed."""
        return await self._do("prune", lambda: self._prune(now))

    async def use_by_kind(self) -> dict[str, KindUse]:
        """What the file holds. Raises StorageFailed."""
        return await self._do("count", self._count)

    async def close(self) -> None:
        """Write what waits, checkpoint, and close. What comes later is neither found nor kept."""
        await self._writer.close(self._close_table)

    def _read(self, work: Callable[[Table], list[Row]]) -> list[Row] | None:
        try:
            with self._exchange:
                return work(self._table)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            self.counts.read_failures += 1
            if is_unusable(error):
                self._is_broken = True
                self._writer.wake()
            return None

    def _unpacked(self, rows: Sequence[Row]) -> Iterator[StoredEntry]:
        for row in rows:
            try:
                entry = self._codec.unpack(row)
            except BadRow:
                self.counts.bad_rows += 1
                self._bad.add(identity(row))
                self._writer.wake()
            else:
                self.touch(entry.key)
                yield entry

    def _drain(self) -> str | None:
        try:
            self._bring_up_to_date()
        except (sqlite3.Error, OSError) as error:
            self.counts.write_failures += 1
            if is_unusable(error) and not self._is_broken:
                self._is_broken = True
                return self._drain()
            return f"{self._path} cannot be written: {error}"
        return None

    def _bring_up_to_date(self) -> None:
        if self._is_broken:
            self._begin_anew()
        if not self._table.is_checked:
            self._table.check()
        self._write_pending()
        self._write_notes()
        self.counts.evicted += self._table.evict()
        self._table.shorten_wal()

    def _begin_anew(self) -> None:
        with self._exchange:
            self._table.close()
            self.set_aside = set_aside(self._path, self._clock.now())
            self._table = Table(self._path, self._limits)
        self._is_broken = False
        self._table.save_meta(self._meta)

    def _write_pending(self) -> None:
        while batch := self._pending.first(_BATCH):
            rows = [row for entry in batch if (row := self._packed(entry)) is not None]
            self._table.write(rows, self._clock.now())
            self._pending.remove(batch)
            self.counts.written += len(rows)

    def _packed(self, entry: StoredEntry) -> Row | None:
        try:
            return self._codec.pack(entry)
        except ValueError:
            self.counts.refused += 1
            return None

    def _write_notes(self) -> None:
        touched, self._touched = self._touched, {}
        bad, self._bad = self._bad, set()
        # Copied in one step each, since the event loop may be adding to them.
        if moments := list(touched.items()):
            self._table.touch(moments)
        if rows := list(bad):
            self._table.discard(rows)

    def _delete_where(self, selection: Selection, *, dry_run: bool) -> list[str]:
        rows = self._table.find(selection)
        if dry_run:
            waiting = self._pending.keys_where(selection.matches)
        else:
            waiting = self._pending.drop_where(selection.matches)
            self._table.delete([number for number, _ in rows])
        return list(dict.fromkeys([*waiting, *(key for _, key in rows)]))

    def _checkpoint(self) -> None:
        # The table may have been replaced by the draining that comes first.
        self._table.checkpoint()

    def _prune(self, now: float) -> int:
        numbers = self._table.expired(now)
        self._table.delete(numbers)
        return len(numbers)

    def _count(self) -> dict[str, KindUse]:
        return self._table.use_by_kind()

    async def _do(self, deed: str, work: Callable[[], T]) -> T:
        try:
            return await self._writer.run(work)
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(f"The answers' file {self._path} could not {deed}: {error}") from error

    def _open_table(self) -> Table:
        try:
            return Table(self._path, self._limits)
        except sqlite3.DatabaseError as error:
            if not is_unusable(error):
                raise
        self.set_aside = set_aside(self._path, self._clock.now())
        return Table(self._path, self._limits)

    def _close_table(self) -> None:
        with self._exchange:
            self._table.close()
