"""The heart of answering: use what is known, ask once for what is not, fall back on what is stale when the platform fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from alistach.answers.asker import Asker, CacheStatus, Found, Tab
from alistach.answers.clearing import Clearing, compacted, is_cleared
from alistach.answers.collapse import Fetched, Flights
from alistach.answers.entry import Entry, Kind
from alistach.answers.freshness import FreshnessClass, Lifetimes, Verdict, jittered, judge, keep_seconds
from alistach.answers.store import Store
from alistach.errors import Fault, GatewayError, NotFound, UpstreamInvalid
from alistach.kit.clock import Clock
from alistach.openplatform.operation import Priority

# Asks the platform with this priority and returns the entry of the key it was made for.
Fetch = Callable[[Priority], Coroutine[Any, Any, Fetched[Entry]]]

# With a stale answer at hand nobody waits longer than this for a better one.
_PATIENCE_SECONDS = 3.0
# In the last part of its fresh life an entry that is asked for is refreshed before it is old.
LOOK_AGAIN_SHARE = 0.9
_REFRESHED_EARLY = frozenset((FreshnessClass.SEARCH, FreshnessClass.DETAIL))
_MOST_SPARE = 20_000
# After a refresh has failed the next is not tried sooner.
_REFRESH_PAUSE_SECONDS = 15.0


class Entries:
    """Finds entries for askers. `ready` raises when the platform is known to be out of reach before a deadline.

    `charge_system` is told of the calls of askers that left before they could be charged.
    """

    def __init__(
        self,
        store: Store,
        flights: Flights[Entry],
        lifetimes: Mapping[FreshnessClass, Lifetimes],
        ready: Callable[[Priority, float], None],
        clock: Clock,
        charge_system: Callable[[int], None],
    ) -> None:
        self._store, self._flights, self._lifetimes = store, flights, lifetimes
        self._ready, self._clock, self._charge_system = ready, clock, charge_system
        self.clearings = store.recall()
        self.saved: Counter[str] = Counter()
        # Keys of entries that came in free seats and have not been asked for yet, the longest there first.
        self._spare: dict[str, None] = {}
        # When each key was last refreshed, the longest ago first.
        self._refreshed: dict[str, float] = {}

    @contextmanager
    def charging(self, asker: Asker) -> Iterator[Asker]:
        """The asker with a tab for one question. A failure is charged with all that is on it, not only its own calls."""
        payer = replace(asker, tab=Tab())
        is_told = False
        try:
            yield payer
            is_told = True
        except GatewayError as error:
            is_told = True
            raise error.shared(payer.tab.calls) from error.__cause__
        finally:
            # Whoever left, or met a defect of ours, is told nothing and so charged nothing.
            if not is_told:
                self._charge_system(payer.tab.calls)

    def peek(self, key: str, asker: Asker) -> tuple[Entry, Verdict] | None:
        """The entry of `key` and what may be done with it now, without asking anybody."""
        if (entry := self._store.get(key)) is None:
            return None
        verdict = judge(
            self._clock.now() - entry.received_at,
            self._lifetimes[entry.freshness],
            key,
            cleared=is_cleared(self.clearings, entry),
            directives=asker.directives,
        )
        return None if verdict is Verdict.GONE else (entry, verdict)

    def known(self, key: str) -> Entry | None:
        """The entry of `key`, however old, without asking anybody."""
        return self._store.get(key)

    def is_gone(self, entry: Entry) -> bool:
        """Whether the entry is past all its lives."""
        return self._clock.now() - entry.received_at > keep_seconds(self._lifetimes[entry.freshness])

    def spent(self, entry: Entry) -> float:
        """The share of its fresh life that the entry has behind it; over 1 when it is no longer fresh."""
        return (self._clock.now() - entry.received_at) / self._lifetimes[entry.freshness].fresh

    def fresh_until(self, founds: Iterable[Found]) -> float:
        """The moment (epoch seconds) up to which all of these entries are fresh; 0 when one was cleared on its way here."""
        return min(self._fresh_until(found.entry) for found in founds)

    def _fresh_until(self, entry: Entry) -> float:
        if is_cleared(self.clearings, entry):
            return 0.0
        came = min(entry.received_at, self._clock.now())
        return came + jittered(self._lifetimes[entry.freshness].fresh, entry.key)

    def usable(self, key: str, asker: Asker) -> Found | None:
        """The entry of `key` if it may be served as it is, without asking anybody."""
        match self.peek(key, asker):
            case (entry, Verdict.FRESH):
                return Found(entry, CacheStatus.HIT)
            case (entry, Verdict.REVALIDATE):
                return Found(entry, CacheStatus.STALE)
            case _:
                return None

    async def find(
        self, key: str, fetch: Fetch, asker: Asker, *, needs_turn: bool = True, saver: str = "cache"
    ) -> Found:
        """The entry of `key`: known, or asked for. Raises GatewayError when it is neither.

        `needs_turn` is False for what is asked elsewhere than at the platform, which no ban keeps back. `saver` is what
        saved the call when a fresh entry is there.
        """
        known = self.peek(key, asker)
        if known is not None:
            entry, verdict = known
            if verdict is Verdict.FRESH:
                self.saved[self._saver(entry, saver)] += 1
                if self._is_late(entry):
                    # Asked again so late in its life, it is asked often: the next asker should not find it old.
                    self._refresh(key, fetch)
                return Found(entry, CacheStatus.HIT)
            if verdict is Verdict.REVALIDATE:
                self.saved["stale"] += 1
                self._refresh(key, fetch)
                return Found(entry, CacheStatus.STALE)
        return await self._ask(key, fetch, asker, known[0] if known else None, needs_turn=needs_turn)

    def _is_late(self, entry: Entry) -> bool:
        """Whether an entry whose news matter is in the last part of its fresh life, which its jitter has shortened."""
        if entry.freshness not in _REFRESHED_EARLY:
            return False
        fresh = jittered(self._lifetimes[entry.freshness].fresh, entry.key)
        return self._clock.now() - entry.received_at >= LOOK_AGAIN_SHARE * fresh

    def _saver(self, entry: Entry, saver: str) -> str:
        if entry.key in self._spare:
            del self._spare[entry.key]
            return "seats"
        return "product reuse" if entry.freshness is FreshnessClass.LISTED else saver

    async def _ask(self, key: str, fetch: Fetch, asker: Asker, stale: Entry | None, *, needs_turn: bool) -> Found:
        deadline = asker.deadline
        if stale is not None:
            deadline = min(deadline, self._clock.monotonic() + _PATIENCE_SECONDS)
        try:
            if needs_turn and not self._flights.under_way(key):
                self._ready(Priority.INTERACTIVE, deadline)
            boarded = await self._flights.board(key, lambda: self._fetch(fetch, Priority.INTERACTIVE), deadline)
        except GatewayError as error:
            asker.tab.calls += error.upstream_calls
            if stale is None or error.fault is Fault.CALLER:
                raise
            self.saved["stale"] += 1
            return Found(stale, CacheStatus.STALE, error.code)
        asker.tab.calls += boarded.calls
        if not boarded.opened:
            self.saved["collapse"] += 1
        return Found(boarded.value, CacheStatus.MISS if boarded.opened else CacheStatus.COLLAPSED)

    def _refresh(self, key: str, fetch: Fetch) -> None:
        now = self._clock.monotonic()
        while self._refreshed:
            oldest = next(iter(self._refreshed))
            if self._refreshed[oldest] + _REFRESH_PAUSE_SECONDS > now:
                break
            del self._refreshed[oldest]
        if key not in self._refreshed and not self._flights.under_way(key):
            self._refreshed[key] = now
            self._flights.refresh(key, lambda: self._fetch(fetch, Priority.REFRESH))

    async def _fetch(self, fetch: Fetch, priority: Priority) -> Fetched[Entry]:
        try:
            fetched = await fetch(priority)
        except NotFound as error:
            # The platform does not know a method of ours: nothing that a caller could ask otherwise.
            raise UpstreamInvalid(
                error.detail, upstream_request_id=error.upstream_request_id, upstream_calls=error.upstream_calls
            ) from error
        self.keep((fetched.value,))
        return fetched

    def keep_spare(self, entries: Iterable[Entry]) -> None:
        """Keep what came in seats left free; the first question that each answers was saved by its seat."""
        spare = list(entries)
        self.keep(spare)
        self._spare.update(dict.fromkeys(entry.key for entry in spare))
        while len(self._spare) > _MOST_SPARE:
            del self._spare[next(iter(self._spare))]

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keep entries unless something newer is known, or a clear came after they were asked for."""
        worth = []
        for entry in entries:
            known = self._store.get(entry.key)
            # One from the future was kept before the clock was set back, and is not newer than anything.
            newer = known is not None and entry.asked_at < known.asked_at <= self._clock.now()
            if not newer and not is_cleared(self.clearings, entry):
                worth.append(entry)
        self._store.put(worth)

    async def clear(self, clearing: Clearing, *, hard: bool) -> Cleared:
        """From now on, serve what `clearing` covers for failures alone; or, `hard`, not at all. Raises StorageFailed."""
        oldest_kept = clearing.at - max(keep_seconds(policy) for policy in self._lifetimes.values())
        self.clearings = compacted((*self.clearings, clearing), oldest_kept)
        self._flights.close_doors()
        self._refreshed.clear()
        await self._store.remember(self.clearings)
        counted = await self._store.count(clearing)
        deleted = await self._store.delete(clearing) if hard else 0
        return Cleared(counted, deleted)

    async def preview(self, clearing: Clearing) -> Mapping[Kind, int]:
        """How many entries of each kind the clear would cover. Raises StorageFailed."""
        return await self._store.count(clearing)


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many entries of each kind a clear was aimed at, and how many of them it deleted."""

    counted: Mapping[Kind, int]
    deleted: int
