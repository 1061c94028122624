"""Batches: when a call leaves, who is on it, who pays for it, and what one bad item does to the others."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pytest

from alistach.answers.batch import MAX_SEATS, Batch, Batches, Carried, Seats
from alistach.answers.collapse import Fetched
from alistach.errors import GatewayError, InvalidParameters, ParameterProblem, UpstreamBusy, UpstreamDown
from alistach.kit.tasks import Tasks
from alistach.openplatform.operation import Priority
from tests.answers.making import Ledger
from tests.steered import SteeredClock, settle

INTERACTIVE, REFRESH, BACKFILL = Priority.INTERACTIVE, Priority.REFRESH, Priority.BACKFILL
MILLISECOND = 0.001


class Stop:
    """A batch whose calls leave when the governor here lets them, and answer when the test says so."""

    def __init__(self) -> None:
        self.clock = SteeredClock()
        self.ledger = Ledger()
        self.tasks = Tasks(self.ledger.report)
        self.sent: list[tuple[str, ...]] = []
        self.sent_at: list[float] = []
        self.priorities: list[Priority] = []
        self.turn = asyncio.Event()
        self.turn.set()
        self.answer = asyncio.Event()
        self.answer.set()
        self.bad: set[str] = set()
        self.unknown: set[str] = set()
        self.refusal: Callable[[], GatewayError] = lambda: InvalidParameters("bad item", upstream_calls=1)
        self.defect: Exception | None = None
        self.likely: Sequence[str] = ()
        self.asked_to_fill: list[tuple[tuple[str, ...], int]] = []
        self.kept: dict[str, str] = {}
        self.saved: Counter[str] = Counter()
        self.batch = self.make()

    def make(self) -> Batch[str]:
        return Batch(self.send, Seats("product_ids", self.fill, self.keep), self.clock, self.tasks, self.saved)

    def fill(self, seated: Sequence[str], free: int) -> Sequence[str]:
        self.asked_to_fill.append((tuple(seated), free))
        return [one for one in self.likely if one not in seated][:free]

    def keep(self, found: Mapping[str, str]) -> None:
        self.kept.update(found)

    async def send(self, close: Callable[[], tuple[str, ...]], priority: Priority) -> Carried[str]:
        await self.turn.wait()
        if self.defect is not None:
            raise self.defect
        items = close()
        self.sent.append(items)
        self.sent_at.append(round(self.clock.monotonic(), 6))
        self.priorities.append(priority)
        await self.answer.wait()
        if self.bad.intersection(items):
            raise self.refusal()
        return Carried({item: item.upper() for item in items if item not in self.unknown}, 1)

    def get(self, item: str, priority: Priority = INTERACTIVE) -> asyncio.Task[Fetched[str | None]]:
        return asyncio.create_task(self.batch.get(item, priority))

    async def gather(self) -> None:
        """Let enough time pass for a call to leave."""
        await self.clock.advance(0.1)


@pytest.fixture
def stop() -> Stop:
    return Stop()


async def outcomes(tasks: Sequence[asyncio.Task[Fetched[str | None]]]) -> list[Fetched[str | None] | type]:
    """What each got: its value, or the type of its failure."""
    got = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in got]


async def calls_charged(tasks: Sequence[asyncio.Task[Fetched[str | None]]]) -> list[int]:
    charged: list[int] = []
    for task in tasks:
        try:
            charged.append((await task).calls)
        except GatewayError as error:
            charged.append(error.upstream_calls)
    return charged


async def test_fifty_items_within_sixty_milliseconds_are_one_call(stop: Stop) -> None:
    askers = []
    for number in range(50):
        askers.append(stop.get(f"i{number}"))
        await stop.clock.advance(1.2 * MILLISECOND)
    await stop.gather()
    assert [len(items) for items in stop.sent] == [50]
    assert (await asyncio.gather(*askers))[:2] == [Fetched("I0", 1), Fetched("I1", 0)]


async def test_a_call_leaves_eight_milliseconds_after_the_last_item(stop: Stop) -> None:
    askers = [stop.get("a")]
    await stop.clock.advance(5 * MILLISECOND)
    askers.append(stop.get("b"))
    await stop.gather()
    assert (stop.sent, stop.sent_at) == ([("a", "b")], [0.013])
    await asyncio.gather(*askers)


async def test_an_item_after_the_quiet_is_on_the_next_call(stop: Stop) -> None:
    askers = [stop.get("a")]
    await stop.clock.advance(9 * MILLISECOND)
    askers.append(stop.get("b"))
    await stop.gather()
    assert stop.sent == [("a",), ("b",)]
    assert await calls_charged(askers) == [1, 1]


async def test_a_call_leaves_eighty_milliseconds_after_its_first_item_whatever_comes(stop: Stop) -> None:
    askers = []
    for number in range(20):
        askers.append(stop.get(f"i{number}"))
        await stop.clock.advance(5 * MILLISECOND)
    assert stop.sent_at[0] == 0.080
    assert len(stop.sent[0]) in (16, 17)
    await stop.gather()
    await asyncio.gather(*askers)


async def test_a_full_call_leaves_at_once_and_the_fifty_first_item_goes_into_the_next(stop: Stop) -> None:
    askers = [stop.get(f"i{number}") for number in range(51)]
    await settle()
    assert [len(items) for items in stop.sent] == [50]
    await stop.gather()
    assert stop.sent[1] == ("i50",)
    charged = await calls_charged(askers)
    assert (charged[0], charged[50], sum(charged)) == (1, 1, 2)


async def test_a_hundred_and_twenty_items_are_three_calls(stop: Stop) -> None:
    askers = [stop.get(f"i{number}") for number in range(120)]
    await stop.gather()
    assert [len(items) for items in stop.sent] == [50, 50, 20]
    assert sum(await calls_charged(askers)) == 3


async def test_a_call_stays_open_while_the_governor_makes_it_wait(stop: Stop) -> None:
    stop.turn.clear()
    askers = [stop.get("a")]
    await stop.clock.advance(3.0)
    askers.append(stop.get("b"))
    await stop.clock.advance(3.0)
    stop.turn.set()
    await settle()
    assert stop.sent == [("a", "b")]
    await asyncio.gather(*askers)


async def test_no_more_than_fifty_board_a_call_that_waited(stop: Stop) -> None:
    stop.turn.clear()
    askers = [stop.get("first")]
    await stop.gather()
    askers += [stop.get(f"i{number}") for number in range(60)]
    await stop.gather()
    stop.turn.set()
    await stop.gather()
    assert [len(items) for items in stop.sent] == [50, 11]
    await asyncio.gather(*askers)


async def test_the_next_call_stays_open_while_one_is_under_way(stop: Stop) -> None:
    stop.answer.clear()
    askers = [stop.get("a")]
    await stop.gather()
    askers.append(stop.get("b"))
    await stop.clock.advance(0.5)
    askers.append(stop.get("c"))
    await stop.clock.advance(0.3)
    stop.answer.set()
    await settle()
    assert stop.sent == [("a",), ("b", "c")]
    await asyncio.gather(*askers)


async def test_a_call_that_hangs_does_not_hold_the_next_back_for_ever(stop: Stop) -> None:
    stop.answer.clear()
    askers = [stop.get("a")]
    await stop.gather()
    askers.append(stop.get("b"))
    await stop.clock.advance(1.1)
    assert stop.sent == [("a",), ("b",)]
    stop.answer.set()
    await asyncio.gather(*askers)


async def test_an_item_that_the_answer_does_not_mention_is_none(stop: Stop) -> None:
    stop.unknown = {"b"}
    askers = [stop.get("a"), stop.get("b")]
    await stop.gather()
    assert await outcomes(askers) == [Fetched("A", 1), Fetched(None, 0)]


async def test_two_who_wait_for_one_item_pay_for_it_once(stop: Stop) -> None:
    askers = [stop.get("a"), stop.get("a"), stop.get("b")]
    await stop.gather()
    assert stop.sent == [("a", "b")]
    assert await outcomes(askers) == [Fetched("A", 1), Fetched("A", 0), Fetched("B", 0)]


async def test_two_who_wait_for_one_bad_item_pay_for_it_once(stop: Stop) -> None:
    stop.bad = {"a"}
    askers = [stop.get("a"), stop.get("a")]
    await stop.gather()
    assert await outcomes(askers) == [InvalidParameters, InvalidParameters]
    assert await calls_charged(askers) == [1, 0]


async def test_an_urgent_item_upgrades_a_refresh_that_waits(stop: Stop) -> None:
    stop.turn.clear()
    askers = [stop.get("a", REFRESH)]
    await stop.gather()
    askers.append(stop.get("b", INTERACTIVE))
    await stop.gather()
    stop.turn.set()
    await stop.gather()
    assert (stop.sent, stop.priorities) == ([("a", "b")], [INTERACTIVE])
    assert await outcomes(askers) == [Fetched("A", 1), Fetched("B", 0)]


async def test_a_refresh_does_not_hold_back_what_is_urgent(stop: Stop) -> None:
    askers = [stop.get("a", INTERACTIVE), stop.get("b", BACKFILL)]
    await stop.gather()
    assert (stop.sent, stop.priorities) == ([("a", "b")], [INTERACTIVE])
    await asyncio.gather(*askers)


async def test_an_upgrade_does_not_touch_a_call_that_has_left(stop: Stop) -> None:
    stop.answer.clear()
    askers = [stop.get("a", REFRESH)]
    await stop.gather()
    askers.append(stop.get("b", INTERACTIVE))
    await stop.clock.advance(2.0)
    stop.answer.set()
    assert await outcomes(askers) == [Fetched("A", 1), Fetched("B", 1)]
    assert stop.priorities == [REFRESH, INTERACTIVE]


async def test_a_waiter_that_leaves_takes_nobody_along(stop: Stop) -> None:
    leaving, staying = stop.get("a"), stop.get("b")
    await settle()
    leaving.cancel()
    await stop.gather()
    assert stop.sent == [("a", "b")]
    assert await staying == Fetched("B", 0)


async def test_a_failure_that_nobody_waits_for_any_more_is_not_complained_of(stop: Stop) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    stop.bad = {"a"}
    leaving = stop.get("a")
    await settle()
    leaving.cancel()
    await stop.gather()
    gc.collect()
    assert (stop.sent, complaints, stop.ledger.failures) == ([("a",)], [], [])


async def test_free_seats_are_filled_and_what_they_bring_is_kept(stop: Stop) -> None:
    stop.likely = [f"l{number}" for number in range(60)]
    asker = stop.get("a")
    await stop.gather()
    assert stop.asked_to_fill == [(("a",), 49)]
    assert stop.sent == [("a", *(f"l{number}" for number in range(49)))]
    assert stop.kept == {f"l{number}": f"L{number}" for number in range(49)}
    assert await asker == Fetched("A", 1)


async def test_nothing_is_kept_of_a_seat_that_the_answer_does_not_mention(stop: Stop) -> None:
    stop.likely, stop.unknown = ["l0", "l1"], {"l0"}
    asker = stop.get("a")
    await stop.gather()
    assert stop.kept == {"l1": "L1"}
    await asker


async def test_a_full_call_has_no_seats_to_fill(stop: Stop) -> None:
    stop.likely = ["l0"]
    askers = [stop.get(f"i{number}") for number in range(50)]
    await stop.gather()
    assert stop.asked_to_fill[0][1] == 0
    assert stop.kept == {}
    await asyncio.gather(*askers)


async def test_one_bad_item_fails_only_itself(stop: Stop) -> None:
    stop.bad = {"i17"}
    askers = [stop.get(f"i{number}") for number in range(50)]
    await stop.gather()
    got = await outcomes(askers)
    assert got[17] is InvalidParameters
    assert [one.value for one in got if isinstance(one, Fetched)] == [f"I{n}" for n in range(50) if n != 17]


@pytest.mark.parametrize("bad", [{"i0"}, {"i49"}, {"i24", "i25"}, {"i3", "i30"}])
async def test_bad_items_are_found_in_few_calls_each_charged_once(stop: Stop, bad: set[str]) -> None:
    stop.bad = bad
    askers = [stop.get(f"i{number}") for number in range(50)]
    await stop.gather()
    assert {f"i{n}" for n, one in enumerate(await outcomes(askers)) if one is InvalidParameters} >= bad
    assert len(stop.sent) <= 17
    assert sum(await calls_charged(askers)) == len(stop.sent)


async def test_a_call_of_bad_items_alone_ends_after_a_few_calls(stop: Stop) -> None:
    stop.bad = {f"i{number}" for number in range(50)}
    askers = [stop.get(f"i{number}") for number in range(50)]
    await stop.gather()
    assert await outcomes(askers) == [InvalidParameters] * 50
    assert len(stop.sent) == 17
    assert sum(await calls_charged(askers)) == 17


async def test_a_bad_item_alone_is_not_sent_again(stop: Stop) -> None:
    stop.bad = {"a"}
    asker = stop.get("a")
    await stop.gather()
    assert await outcomes([asker]) == [InvalidParameters]
    assert stop.sent == [("a",)]


async def test_a_bad_item_in_a_free_seat_does_not_fail_those_who_ask(stop: Stop) -> None:
    stop.likely, stop.bad = ["l0"], {"l0"}
    asker = stop.get("a")
    await stop.gather()
    assert stop.sent == [("a", "l0"), ("a",)]
    assert await asker == Fetched("A", 2)
    assert stop.kept == {}


async def test_an_error_about_the_items_by_name_is_halved(stop: Stop) -> None:
    problem = ParameterProblem("product_ids", "is not valid")
    stop.refusal = lambda: InvalidParameters("bad", problems=(problem,), upstream_calls=1)
    stop.bad = {"a"}
    askers = [stop.get("a"), stop.get("b")]
    await stop.gather()
    assert await outcomes(askers) == [InvalidParameters, Fetched("B", 1)]


async def test_an_error_about_what_all_share_is_not_sent_again(stop: Stop) -> None:
    problem = ParameterProblem("target_currency", "is not valid")
    stop.refusal = lambda: InvalidParameters("bad", problems=(problem,), upstream_calls=1)
    stop.bad = {"i0"}
    askers = [stop.get(f"i{number}") for number in range(50)]
    await stop.gather()
    assert await outcomes(askers) == [InvalidParameters] * 50
    assert len(stop.sent) == 1


async def test_a_failure_of_the_platform_fails_all_and_is_charged_once(stop: Stop) -> None:
    stop.refusal = lambda: UpstreamDown("System Error", upstream_calls=2)
    stop.bad = {"b"}
    askers = [stop.get(item) for item in "abc"]
    await stop.gather()
    assert await outcomes(askers) == [UpstreamDown] * 3
    assert await calls_charged(askers) == [2, 0, 0]
    assert len(stop.sent) == 1


async def test_a_failure_in_the_halves_is_charged_once_too(stop: Stop) -> None:
    errors = [InvalidParameters("bad", upstream_calls=1), UpstreamDown("System Error", upstream_calls=3)]
    stop.refusal = lambda: errors.pop(0)
    stop.bad = {"a"}
    askers = [stop.get(item) for item in "abcd"]
    await stop.gather()
    assert await outcomes(askers) == [UpstreamDown, UpstreamDown, Fetched("C", 1), Fetched("D", 0)]
    assert await calls_charged(askers) == [4, 0, 1, 0]


async def test_a_call_that_never_leaves_fails_those_who_wait_for_it_and_no_others(stop: Stop) -> None:
    stop.defect = UpstreamBusy("busy", retry_after=5)
    first = stop.get("a")
    await stop.gather()
    stop.defect = None
    second = stop.get("b")
    await stop.gather()
    assert await outcomes([first, second]) == [UpstreamBusy, Fetched("B", 1)]
    assert stop.sent == [("b",)]


async def test_a_defect_before_the_call_leaves_keeps_nobody_waiting_and_the_way_free(stop: Stop) -> None:
    stop.defect = KeyError("ours")
    first = [stop.get("a"), stop.get("b")]
    await stop.gather()
    assert await outcomes(first) == [KeyError, KeyError]
    assert [name for name, _ in stop.ledger.failures] == ["batch"]
    stop.defect = None
    second = stop.get("a")
    await stop.gather()
    assert await second == Fetched("A", 1)


async def test_a_defect_after_the_call_left_keeps_nobody_waiting(stop: Stop) -> None:
    def broken(_: Mapping[str, str]) -> None:
        raise KeyError("ours")

    stop.batch = Batch(stop.send, Seats("product_ids", stop.fill, broken), stop.clock, stop.tasks, stop.saved)
    asker = stop.get("a")
    await stop.gather()
    assert await outcomes([asker]) == [KeyError]
    assert not stop.batch.is_busy


async def test_a_batch_is_busy_while_anybody_waits_for_it(stop: Stop) -> None:
    assert not stop.batch.is_busy
    asker = stop.get("a")
    await settle()
    assert stop.batch.is_busy
    await stop.gather()
    await asker
    assert not stop.batch.is_busy


def test_seats_are_as_many_as_the_platform_takes() -> None:
    assert MAX_SEATS == 50


async def test_batches_are_made_once_for_what_items_have_in_common(stop: Stop) -> None:
    batches: Batches[str, str] = Batches(lambda _: stop.make())
    assert batches.of("USD") is batches.of("USD")
    assert batches.of("USD") is not batches.of("EUR")


async def test_endless_kinds_of_items_cannot_fill_memory(stop: Stop) -> None:
    batches: Batches[int, str] = Batches(lambda _: stop.make(), limit=10)
    for number in range(1000):
        batches.of(number)
    assert len(batches._batches) == 10


async def test_a_busy_batch_is_not_given_up_for_an_idle_one(stop: Stop) -> None:
    batches: Batches[int, str] = Batches(lambda _: stop.make(), limit=3)
    busy = batches.of(0)
    asker = asyncio.create_task(busy.get("a", INTERACTIVE))
    await settle()
    for number in range(1, 20):
        batches.of(number)
    assert batches.of(0) is busy
    await stop.gather()
    await asker


async def test_what_items_would_have_cost_alone_is_counted_as_saved(stop: Stop) -> None:
    askers = [stop.get(item) for item in "abc"]
    await stop.gather()
    await outcomes(askers)
    assert stop.saved == {"batch": 2}
