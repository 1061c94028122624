"""What the governor must not forget of an app key: its last ban, and the calls it has spent today."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from alistach.kit.clock import Clock
from alistach.storage import bans, ledger
from alistach.storage.database import Database
from alistach.storage.refused import StorageFailed


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of an app key at the start; `sent_today` counts calls by method on this UTC day."""

    banned_until: float | None
    pace: float | None
    sent_today: Mapping[str, int]
    last_sent: float | None


class KeyMemory:
    """Told by the event loop, written by the record's thread at once; what comes meanwhile goes with the next write.

    It fails open: what cannot be written is kept and tried again with the next thing told; the database counts it.
    """

    def __init__(self, database: Database, app_key: str, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._app_key = fingerprint(app_key)
        self._lock = threading.Lock()
        self._ban: bans.Ban | None = None
        self._calls: dict[tuple[str, str], ledger.Calls] = {}
        self._writing: Future[None] | None = None

    def load(self) -> Remembered:
        """What earlier processes have told. It waits for the disk; raises StorageFailed."""
        return self._database.submit(self._load).result()

    def ban_seen(self, until: float, pace: float) -> None:
        """The platform bans the app key until then; calls may go on at `pace` afterwards."""
        with self._lock:
            self._ban = bans.Ban(self._app_key, until, pace, self._clock.now())
        self._see_to_writing()

    def call_sent(self, method: str, at: float) -> None:
        """One more call was spent."""
        with self._lock:
            self._add(ledger.Calls(ledger.utc_day(at), self._app_key, method, 1, at))
        self._see_to_writing()

    async def flush(self) -> bool:
        """Write what was told; whether all of it is in the record now."""
        writing = self._see_to_writing()
        try:
            await asyncio.wrap_future(writing)
        except StorageFailed:
            return False
        return True

    def _see_to_writing(self) -> Future[None]:
        with self._lock:
            if self._writing is not None:
                return self._writing
            batch = _Batch()
            writing = self._writing = self._database.submit(lambda connection: self._write(connection, batch))
        # Outside the lock: when the writing has ended by now, this calls at once.
        writing.add_done_callback(lambda ended: self._settle(ended, batch))
        return writing

    def _write(self, connection: Connection, batch: _Batch) -> None:
        with self._lock:
            self._writing = None
            batch.ban, self._ban = self._ban, None
            batch.calls, self._calls = self._calls, {}
        if batch.ban is not None:
            bans.save(connection, batch.ban)
        ledger.add(connection, list(batch.calls.values()))

    def _settle(self, ended: Future[None], batch: _Batch) -> None:
        with self._lock:
            if self._writing is ended:
                self._writing = None
            if ended.cancelled() or ended.exception() is None:
                return
            self._ban = self._ban or batch.ban
            for calls in batch.calls.values():
                self._add(calls)

    def _add(self, calls: ledger.Calls) -> None:
        if (known := self._calls.get((calls.day, calls.method))) is not None:
            last_sent = max(known.last_sent, calls.last_sent)
            calls = replace(calls, count=known.count + calls.count, last_sent=last_sent)
        self._calls[calls.day, calls.method] = calls

    def _load(self, connection: Connection) -> Remembered:
        ban = bans.find(connection, self._app_key)
        return Remembered(
            # A clock that was set back since must not make the ban longer than it was.
            banned_until=min(ban.banned_until, self._clock.now() + ban.banned_until - ban.seen_at) if ban else None,
            pace=ban.pace if ban else None,
            sent_today=ledger.of_day(connection, self._app_key, ledger.utc_day(self._clock.now())),
            last_sent=ledger.last_sent(connection, self._app_key),
        )


def fingerprint(app_key: str) -> str:
    """What rows call an app key."""
    return hashlib.sha256(app_key.encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Batch:
    ban: bans.Ban | None = None
    calls: dict[tuple[str, str], ledger.Calls] = field(default_factory=dict)
