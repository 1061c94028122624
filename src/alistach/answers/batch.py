"""Different single questions, one call: items gather until the call may leave, and empty seats go to likely next questions."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from alistach.answers.collapse import Fetched
from alistach.errors import GatewayError, InvalidParameters
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks, until
from alistach.openplatform.operation import Priority

K = TypeVar("K")
V = TypeVar("V")

MAX_SEATS = 50
_QUIET_SECONDS = 0.008
_LONGEST_SECONDS = 0.080
# While the last call is under way the next stays open for free, but not for ever: that call may hang.
_PATIENCE_SECONDS = 1.0
# Finding one bad item among 50 takes up to 12 calls; when as many as this did not help, the rest fails with it.
_MOST_CALLS_APART = 16


@dataclass(frozen=True, slots=True)
class Carried(Generic[V]):
    """What one call brought for the items it was sent with; an item that the answer does not mention is left out."""

    values: Mapping[str, V]
    calls: int


# Items with the futures of those who wait for them, in the order in which they came.
Seated = dict[str, asyncio.Future[Fetched[V | None]]]
# Sends one call. It is given a function that closes the batch and says who is on it, to be called when the call may leave.
Send = Callable[[Callable[[], tuple[str, ...]], Priority], Coroutine[Any, Any, Carried[V]]]


@dataclass(frozen=True, slots=True)
class Seats(Generic[V]):
    """What a batch does with its seats.

    `parameter` is what the platform calls the items. `fill` names items for the seats left free, given those already
    seated and the number left; `keep` is given what came back for those.
    """

    parameter: str
    fill: Callable[[Sequence[str], int], Sequence[str]]
    keep: Callable[[Mapping[str, V]], None]


class Batch(Generic[V]):
    """Gathers items of one kind (one locale, one tracking id) into calls of at most 50.

    `saved` counts, as `batch`, the calls that its items would have cost alone.
    """

    def __init__(self, send: Send[V], seats: Seats[V], clock: Clock, tasks: Tasks, saved: Counter[str]) -> None:
        self._send, self._seats, self._clock, self._tasks, self._saved = send, seats, clock, tasks, saved
        self._waiting: Seated[V] = {}
        self._arrived = asyncio.Event()
        self._next: asyncio.Task[None] | None = None
        self._next_priority = Priority.BACKFILL
        self._flying: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether anybody waits for this batch."""
        return bool(self._waiting) or self._next is not None

    async def get(self, item: str, priority: Priority) -> Fetched[V | None]:
        """The item's value, or None if the answer does not mention it; the first item of a call bears all of its calls.

        Raises the call's GatewayError. Of several who wait for one item, the first bears what the item bears.
        """
        seat = self._waiting.get(item)
        is_first = seat is None
        if seat is None:
            seat = self._waiting[item] = asyncio.get_running_loop().create_future()
            self._arrived.set()
        self._open(priority)
        try:
            fetched = await asyncio.shield(seat)
        except GatewayError as error:
            raise error.shared(error.upstream_calls if is_first else 0) from error.__cause__
        return fetched if is_first else Fetched(fetched.value, 0)

    def _open(self, priority: Priority) -> None:
        """See that a call is being prepared, at least as urgent as this."""
        if self._next is not None:
            if self._next_priority <= priority:
                return
            self._next.cancel()
        boarded: Seated[V] = {}
        self._next_priority = priority
        self._next = self._tasks.spawn(self._go(boarded, priority), name="batch")
        self._next.add_done_callback(lambda call: self._give_up(call, boarded))

    def _give_up(self, call: asyncio.Task[None], boarded: Seated[V]) -> None:
        """After a defect of ours nobody must wait for ever, and the next call must find the way free."""
        if call.cancelled() or (defect := call.exception()) is None:
            return
        for seat in (boarded or self._leave(len(self._waiting))).values():
            if not seat.done():
                seat.set_exception(defect)

    async def _go(self, boarded: Seated[V], priority: Priority) -> None:
        await self._gather()
        if self._flying is not None:
            await until(self._flying, _PATIENCE_SECONDS, self._clock)
        riders: tuple[str, ...] = ()

        def close() -> tuple[str, ...]:
            nonlocal riders
            if not boarded:
                boarded.update(self._leave(MAX_SEATS))
                self._flying = asyncio.current_task()
                riders = tuple(self._seats.fill(tuple(boarded), MAX_SEATS - len(boarded)))
            return (*boarded, *riders)

        try:
            carried = await self._send(close, priority)
        except GatewayError as error:
            if not boarded:
                boarded.update(self._leave(len(self._waiting)))
            if self._may_be_one_item(error) and len(boarded) + len(riders) > 1:
                await self._go_apart(boarded, error, priority)
            else:
                _fail(boarded, error)
        else:
            self._saved["batch"] += len(boarded) - 1
            self._seats.keep({rider: carried.values[rider] for rider in riders if rider in carried.values})
            _settle(boarded, carried)

    async def _gather(self) -> None:
        """Wait until no new item has come for a moment, the batch is full, or its first item has waited long enough."""
        end = self._clock.monotonic() + _LONGEST_SECONDS
        while len(self._waiting) < MAX_SEATS and (left := end - self._clock.monotonic()) > 0:
            self._arrived.clear()
            arrival = asyncio.ensure_future(self._arrived.wait())
            try:
                came = await until(arrival, min(_QUIET_SECONDS, left), self._clock)
            finally:
                arrival.cancel()
            if not came:
                return

    def _leave(self, seats: int) -> Seated[V]:
        """Take the first `seats` waiting items; a new call is prepared for those that stay behind."""
        boarded = dict(list(self._waiting.items())[:seats])
        for item in boarded:
            del self._waiting[item]
        priority, self._next = self._next_priority, None
        if self._waiting:
            self._open(priority)
        return boarded

    def _may_be_one_item(self, error: GatewayError) -> bool:
        """Whether one bad item may have made the platform refuse all; not if it names something that all share."""
        if not isinstance(error, InvalidParameters):
            return False
        return all(problem.parameter == self._seats.parameter for problem in error.problems)

    async def _go_apart(self, boarded: Seated[V], refusal: GatewayError, priority: Priority) -> None:
        """Send halves, and halves of those that are refused too, so that a bad item fails only itself."""
        spent, shares = refusal.upstream_calls, deque(_halves(boarded))
        for _ in range(_MOST_CALLS_APART):
            if not shares:
                return
            share = shares.popleft()
            try:
                carried = await self._send(partial(tuple, share), priority)
            except GatewayError as error:
                spent += error.upstream_calls
                if len(share) > 1 and self._may_be_one_item(error):
                    shares.extend(_halves(share))
                    continue
                _fail(share, error.shared(spent))
            else:
                _settle(share, Carried(carried.values, spent + carried.calls))
            spent = 0
        for share in shares:
            _fail(share, refusal.shared(spent))
            spent = 0


def _halves(boarded: Seated[V]) -> list[Seated[V]]:
    items = list(boarded.items())
    middle = len(items) // 2
    return [dict(half) for half in (items[:middle], items[middle:]) if half]


def _settle(boarded: Seated[V], carried: Carried[V]) -> None:
    calls = carried.calls
    for item, future in boarded.items():
        future.set_result(Fetched(carried.values.get(item), calls))
        calls = 0


def _fail(boarded: Seated[V], error: GatewayError) -> None:
    calls = error.upstream_calls
    for future in boarded.values():
        future.set_exception(error.shared(calls))
        calls = 0


class Batches(Generic[K, V]):
    """The batches by what they have in common, made when first needed; idle ones go when there are too many."""

    def __init__(self, make: Callable[[K], Batch[V]], limit: int = 500) -> None:
        self._make, self._limit = make, limit
        self._batches: dict[K, Batch[V]] = {}

    def of(self, common: K) -> Batch[V]:
        """The batch for items with this in common."""
        batch = self._batches.get(common)
        if batch is None:
            if len(self._batches) >= self._limit:
                self._batches = {known: batch for known, batch in self._batches.items() if batch.is_busy}
            batch = self._batches[common] = self._make(common)
        return batch
