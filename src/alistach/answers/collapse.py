"""Same question, one flight: whoever asks while a call is under way waits for that call's result."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from alistach.errors import DeadlineExceeded, GatewayError
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks, until

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """What a call brought and how many upstream calls it is charged with."""

    value: T
    calls: int


@dataclass(frozen=True, slots=True)
class Boarded(Generic[T]):
    """A flight's result as one of its passengers sees it: only the one who opened it is charged."""

    value: T
    calls: int
    opened: bool


@dataclass(slots=True)
class _Flight(Generic[T]):
    task: asyncio.Task[Fetched[T] | GatewayError]
    claimed: bool
    landed: bool = False


class Flights(Generic[T]):
    """The flights under way, by key. A waiter that leaves cancels nobody.

    `charge_system` is told of the calls that no caller is charged with: refreshes, and flights whose opener left early.
    """

    def __init__(self, clock: Clock, tasks: Tasks, charge_system: Callable[[int], None]) -> None:
        self._clock = clock
        self._tasks = tasks
        self._charge_system = charge_system
        self._flights: dict[str, _Flight[T]] = {}

    def under_way(self, key: str) -> bool:
        """Whether somebody is already asking this."""
        return key in self._flights

    def refresh(self, key: str, fetch: Callable[[], Coroutine[Any, Any, Fetched[T]]]) -> None:
        """Open a flight for nobody in particular, unless there is one; the system is charged."""
        if key not in self._flights:
            self._open(key, fetch).claimed = False

    def close_doors(self) -> None:
        """Let nobody board what is under way, which lands for those on board: whoever asks from now on wants newer."""
        self._flights.clear()

    async def board(
        self, key: str, fetch: Callable[[], Coroutine[Any, Any, Fetched[T]]], deadline: float
    ) -> Boarded[T]:
        """Wait for the flight of `key`, opening it with `fetch` if there is none.

        Raises the flight's own GatewayError, or DeadlineExceeded at `deadline` (monotonic seconds); the flight goes on.
        """
        flight = self._flights.get(key)
        opened = flight is None
        if flight is None:
            flight = self._open(key, fetch)
        try:
            landed = await until(flight.task, deadline - self._clock.monotonic(), self._clock)
        except asyncio.CancelledError:
            self._leave(flight, opened)
            raise
        if not landed:
            self._leave(flight, opened)
            raise DeadlineExceeded(
                "AliExpress has not answered yet; the call goes on, so asking again soon may find its result."
            )
        outcome = flight.task.result()
        if isinstance(outcome, GatewayError):
            raise outcome.shared(outcome.upstream_calls if opened else 0)
        return Boarded(outcome.value, outcome.calls if opened else 0, opened)

    def _open(self, key: str, fetch: Callable[[], Coroutine[Any, Any, Fetched[T]]]) -> _Flight[T]:
        flight = _Flight(self._tasks.spawn(self._fly(fetch), name=f"flight {key}"), claimed=True)
        self._flights[key] = flight
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    async def _fly(self, fetch: Callable[[], Coroutine[Any, Any, Fetched[T]]]) -> Fetched[T] | GatewayError:
        try:
            return await fetch()
        except GatewayError as error:
            return error

    def _land(self, key: str, flight: _Flight[T]) -> None:
        flight.landed = True
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.claimed:
            self._charge(flight)

    def _leave(self, flight: _Flight[T], opened: bool) -> None:
        """The opener will not pay; a flight that has landed already does not look again whether it is claimed."""
        if opened:
            flight.claimed = False
            if flight.landed:
                self._charge(flight)

    def _charge(self, flight: _Flight[T]) -> None:
        if flight.task.cancelled() or flight.task.exception() is not None:
            return
        outcome = flight.task.result()
        self._charge_system(outcome.upstream_calls if isinstance(outcome, GatewayError) else outcome.calls)
