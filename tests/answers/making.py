"""Entries, stores and fetches as tests of the answers stage make them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alistach.answers.collapse import Fetched, Flights
from alistach.answers.entries import Entries
from alistach.answers.entry import Content, Entry, Row, Window
from alistach.answers.freshness import FreshnessClass, lifetimes
from alistach.answers.memory import Memory
from alistach.answers.store import Store
from alistach.errors import GatewayError
from alistach.kit.tasks import Tasks
from alistach.openplatform.operation import Priority
from alistach.storage.cache import CacheFile
from tests.steered import SteeredClock

EPOCH = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
TABLE = lifetimes(30 * MINUTE, DAY, HOUR, 30 * DAY)
MEBIBYTE = 1024 * 1024


def key_of(name: str, kind: str = "product") -> str:
    """A key of this kind."""
    return f'["{kind}","{name}"]'


def make_entry(
    key: str = '["product","1"]',
    *,
    freshness: FreshnessClass = FreshnessClass.DETAIL,
    asked_at: float = EPOCH,
    received_at: float | None = None,
    content: Content | None = None,
    tags: tuple[str, ...] = (),
) -> Entry:
    """An entry that came the moment it was asked for, unless told otherwise."""
    came = asked_at if received_at is None else received_at
    return Entry(key, freshness, asked_at, came, Row(b"{}") if content is None else content, tags)


def make_window(*product_ids: str, received: int | None = None, total: int = 1000) -> Window:
    """A window whose rows are their product ids."""
    rows = tuple(product_id.encode() for product_id in product_ids)
    return Window(product_ids, rows, len(rows) if received is None else received, total)


@dataclass
class Upstream:
    """Stands in for the platform: each fetch waits for `answer`, and is counted with its priority."""

    clock: SteeredClock
    freshness: FreshnessClass = FreshnessClass.DETAIL
    calls: int = 1
    outcome: GatewayError | None = None
    asked: list[Priority] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def fetch(
        self, key: str, content: Content | None = None
    ) -> Callable[[Priority], Coroutine[Any, Any, Fetched[Entry]]]:
        """What entries are given to ask with."""

        async def fetch(priority: Priority) -> Fetched[Entry]:
            self.asked.append(priority)
            asked_at = self.clock.now()
            await self.gate.wait()
            if self.outcome is not None:
                raise self.outcome.shared(self.outcome.upstream_calls)
            entry = make_entry(
                key, freshness=self.freshness, asked_at=asked_at, received_at=self.clock.now(), content=content
            )
            return Fetched(entry, self.calls)

        return fetch

    def answer_at_once(self) -> None:
        """Keep nobody waiting."""
        self.gate.set()


@dataclass
class Ledger:
    """What was charged to the system, and which background work failed."""

    charged: list[int] = field(default_factory=list)
    failures: list[tuple[str, BaseException]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.charged)

    def charge(self, calls: int) -> None:
        self.charged.append(calls)

    def report(self, name: str, error: BaseException) -> None:
        self.failures.append((name, error))


class Desk:
    """Entries over a real cache file, on a clock that a test moves."""

    def __init__(self, folder: Path, clock: SteeredClock | None = None, origin: str = "here ") -> None:
        self.clock = clock or SteeredClock(EPOCH)
        self.ledger = Ledger()
        self.tasks = Tasks(self.ledger.report)
        self.file = CacheFile.open(folder / "cache.db", self.clock)
        self.memory: Memory[Entry] = Memory(MEBIBYTE)
        self.store = Store(self.file, self.memory, TABLE, origin)
        self.flights: Flights[Entry] = Flights(self.clock, self.tasks, self.ledger.charge)
        self.refusal: GatewayError | None = None
        self.entries = Entries(self.store, self.flights, TABLE, self.ready, self.clock, self.ledger.charge)
        self.upstream = Upstream(self.clock)

    def ready(self, _priority: Priority, _deadline: float) -> None:
        if self.refusal is not None:
            raise self.refusal

    async def close(self) -> None:
        await self.tasks.close(0.0)
        await self.file.close()
