"""Flights: one for each question, whoever leaves; the opener pays, and the system in the place of one who has left."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from alistach.answers.collapse import Boarded, Fetched, Flights
from alistach.errors import DeadlineExceeded, GatewayError, UpstreamBanned
from alistach.kit.tasks import Tasks
from tests.answers.making import Ledger
from tests.steered import SteeredClock, settle


class Airport:
    """Flights whose fetches land when the test says so."""

    def __init__(self) -> None:
        self.clock = SteeredClock()
        self.ledger = Ledger()
        self.tasks = Tasks(self.ledger.report)
        self.flights: Flights[str] = Flights(self.clock, self.tasks, self.ledger.charge)
        self.opened = 0
        self.gate = asyncio.Event()
        self.outcome: Fetched[str] | BaseException = Fetched("value", 2)

    async def fetch(self) -> Fetched[str]:
        self.opened += 1
        outcome = self.outcome
        await self.gate.wait()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def board(self, key: str = "key", deadline: float = 10.0) -> asyncio.Task[Boarded[str]]:
        return asyncio.create_task(self.flights.board(key, self.fetch, deadline))

    async def land(self) -> None:
        await settle()
        self.gate.set()
        await settle()


@pytest.fixture
def airport() -> Airport:
    return Airport()


async def test_three_hundred_askers_of_one_question_make_one_flight(airport: Airport) -> None:
    askers = [airport.board() for _ in range(300)]
    await airport.land()
    boarded = [await asker for asker in askers]
    assert airport.opened == 1
    assert boarded == [Boarded("value", 2, opened=True)] + [Boarded("value", 0, opened=False)] * 299
    assert airport.ledger.charged == []


async def test_different_questions_make_flights_of_their_own(airport: Airport) -> None:
    askers = [airport.board("one"), airport.board("other")]
    await airport.land()
    assert [(await asker).opened for asker in askers] == [True, True]
    assert airport.opened == 2


async def test_a_flight_that_has_landed_is_not_boarded_any_more(airport: Airport) -> None:
    first = airport.board()
    await airport.land()
    second = airport.board()
    await airport.land()
    assert [(await asker).calls for asker in (first, second)] == [2, 2]
    assert airport.opened == 2


async def test_a_question_is_under_way_from_its_opening_to_its_landing(airport: Airport) -> None:
    asker = airport.board()
    assert not airport.flights.under_way("key")
    await settle()
    assert airport.flights.under_way("key")
    await airport.land()
    assert not airport.flights.under_way("key")
    await asker


async def test_an_opener_whose_deadline_comes_leaves_and_the_flight_goes_on(airport: Airport) -> None:
    opener, joiner = airport.board(deadline=1.0), airport.board(deadline=5.0)
    await airport.clock.advance(1.0)
    with pytest.raises(DeadlineExceeded) as raised:
        await opener
    assert raised.value.upstream_calls == 0
    await airport.land()
    assert await joiner == Boarded("value", 0, opened=False)
    assert airport.ledger.charged == [2]


async def test_a_joiner_whose_deadline_comes_is_not_charged_and_the_opener_is(airport: Airport) -> None:
    opener, joiner = airport.board(deadline=5.0), airport.board(deadline=1.0)
    await airport.clock.advance(1.0)
    with pytest.raises(DeadlineExceeded):
        await joiner
    await airport.land()
    assert (await opener).calls == 2
    assert airport.ledger.charged == []


async def test_a_cancelled_opener_cancels_nobody_and_the_system_pays(airport: Airport) -> None:
    opener, joiner = airport.board(), airport.board()
    await settle()
    opener.cancel()
    await airport.land()
    assert opener.cancelled()
    assert await joiner == Boarded("value", 0, opened=False)
    assert airport.ledger.charged == [2]


async def test_a_flight_that_everybody_left_lands_all_the_same(airport: Airport) -> None:
    askers = [airport.board() for _ in range(3)]
    await settle()
    for asker in askers:
        asker.cancel()
    await airport.land()
    assert not airport.flights.under_way("key")
    assert airport.ledger.charged == [2]


async def test_an_opener_cancelled_as_its_flight_lands_does_not_take_the_calls_with_it(airport: Airport) -> None:
    opener = airport.board()
    await settle()
    airport.gate.set()
    [flight] = [task for task in asyncio.all_tasks() if task.get_name() == "flight key"]
    # The opener is woken by the landing, and cancelled before it runs.
    flight.add_done_callback(lambda _: opener.cancel())
    await settle()
    assert opener.cancelled()
    assert airport.ledger.charged == [2]


@pytest.mark.parametrize("ticks", range(8))
async def test_calls_are_charged_once_whenever_the_opener_is_cancelled(airport: Airport, ticks: int) -> None:
    opener = airport.board()
    await settle()
    airport.gate.set()
    for _ in range(ticks):
        await asyncio.sleep(0)
    opener.cancel()
    await settle()
    paid = 0 if opener.cancelled() else (await opener).calls
    assert paid + airport.ledger.total == 2


async def test_a_failure_reaches_everybody_and_is_charged_to_the_opener(airport: Airport) -> None:
    airport.outcome = UpstreamBanned("banned", retry_after=12, upstream_request_id="id", upstream_calls=3)
    askers = [airport.board() for _ in range(4)]
    await airport.land()
    failures = await asyncio.gather(*askers, return_exceptions=True)
    told = [(type(f), f.retry_after, f.upstream_request_id) for f in failures if isinstance(f, GatewayError)]
    assert told == [(UpstreamBanned, 12, "id")] * 4
    assert [f.upstream_calls for f in failures if isinstance(f, GatewayError)] == [3, 0, 0, 0]
    assert len({id(failure) for failure in failures}) == 4


async def test_a_failure_that_nobody_waits_for_is_charged_to_the_system_and_is_no_defect(airport: Airport) -> None:
    airport.outcome = UpstreamBanned("banned", upstream_calls=1)
    airport.flights.refresh("key", airport.fetch)
    await airport.land()
    assert (airport.ledger.charged, airport.ledger.failures) == ([1], [])


async def test_a_failure_whose_askers_all_left_is_not_complained_of(airport: Airport) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    airport.outcome = UpstreamBanned("banned", upstream_calls=1)
    askers = [airport.board() for _ in range(3)]
    await settle()
    for asker in askers:
        asker.cancel()
    await airport.land()
    gc.collect()
    assert (complaints, airport.ledger.charged, airport.ledger.failures) == ([], [1], [])


async def test_a_defect_reaches_everybody_and_is_reported(airport: Airport) -> None:
    defect = KeyError("ours")
    airport.outcome = defect
    askers = [airport.board() for _ in range(2)]
    await airport.land()
    assert await asyncio.gather(*askers, return_exceptions=True) == [defect, defect]
    assert airport.ledger.failures == [("flight key", defect)]
    assert not airport.flights.under_way("key")


async def test_a_refresh_is_charged_to_the_system(airport: Airport) -> None:
    airport.flights.refresh("key", airport.fetch)
    await airport.land()
    assert airport.ledger.charged == [2]


async def test_a_refresh_opens_nothing_while_somebody_is_asking(airport: Airport) -> None:
    opener = airport.board()
    await settle()
    airport.flights.refresh("key", airport.fetch)
    await airport.land()
    assert ((await opener).calls, airport.opened, airport.ledger.charged) == (2, 1, [])


async def test_who_boards_a_refresh_is_not_charged(airport: Airport) -> None:
    airport.flights.refresh("key", airport.fetch)
    joiner = airport.board()
    await airport.land()
    assert await joiner == Boarded("value", 0, opened=False)
    assert airport.ledger.charged == [2]


async def test_closed_doors_let_nobody_board_what_is_under_way(airport: Airport) -> None:
    before = airport.board()
    await settle()
    airport.flights.close_doors()
    assert not airport.flights.under_way("key")
    airport.outcome = Fetched("newer", 1)
    after = airport.board()
    await airport.land()
    assert await before == Boarded("value", 2, opened=True)
    assert await after == Boarded("newer", 1, opened=True)


async def test_a_flight_behind_closed_doors_does_not_end_the_one_that_took_its_place(airport: Airport) -> None:
    first, second = asyncio.Event(), asyncio.Event()

    def waiting(gate: asyncio.Event, value: str) -> Callable[[], Coroutine[Any, Any, Fetched[str]]]:
        async def fetch() -> Fetched[str]:
            await gate.wait()
            return Fetched(value, 1)

        return fetch

    old = asyncio.create_task(airport.flights.board("key", waiting(first, "old"), 10.0))
    await settle()
    airport.flights.close_doors()
    new = asyncio.create_task(airport.flights.board("key", waiting(second, "new"), 10.0))
    await settle()
    first.set()
    await settle()
    assert airport.flights.under_way("key")
    second.set()
    assert ((await old).value, (await new).value) == ("old", "new")


async def test_a_deadline_that_has_passed_opens_the_flight_and_waits_for_nothing(airport: Airport) -> None:
    asker = airport.board(deadline=-1.0)
    await settle()
    with pytest.raises(DeadlineExceeded):
        await asker
    await airport.land()
    assert airport.ledger.charged == [2]


async def test_a_flight_cancelled_at_the_end_of_the_service_is_charged_to_nobody(airport: Airport) -> None:
    airport.flights.refresh("key", airport.fetch)
    await settle()
    await airport.tasks.close(0.0)
    assert (airport.ledger.charged, airport.ledger.failures) == ([], [])
