"""The whole stage: restarts, origins, every fault of the sandbox, clears, and charges that add up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from alistach.answers.answer import Answer
from alistach.answers.asker import CacheStatus
from alistach.answers.clearing import Clearing
from alistach.answers.entry import Kind
from alistach.errors import GatewayError
from alistach.openplatform import Retries
from alistach.sandbox import Fault, Sandbox
from alistach.sandbox.faults import (
    Ban,
    BanAbove,
    BusinessError,
    Delay,
    Empty,
    HalfBatch,
    Hang,
    Html,
    PlatformError,
    Reset,
    Truncated,
    WrongType,
)
from alistach.sandbox.faults import Status as HttpStatus
from tests.answers.making import DAY, HOUR, MINUTE
from tests.answers.world import MANY, OPTIONS, WAIT_SECONDS, World, data_of, ids_of, page_of
from tests.leaping import LeapingClock

Ask = Callable[[World], Awaitable[Answer]]

QUESTIONS: dict[str, Ask] = {
    "search": lambda world: world.search(),
    "detail": lambda world: world.detail(world.product_id(0)),
    "details": lambda world: world.details([world.product_id(0), world.product_id(1)]),
    "link": lambda world: world.link(page_of(world.product_id(0))),
    "links": lambda world: world.links([page_of(world.product_id(0)), page_of(world.product_id(1))]),
    "categories": lambda world: world.roots(),
}

# Each fault with the code that every question is answered with while it lasts.
FAULTS: list[tuple[str, Fault, str]] = [
    ("reset", Reset(), "upstream_down"),
    ("truncated", Truncated(), "upstream_down"),
    ("html", Html(), "upstream_down"),
    *((f"status_{status}", HttpStatus(status=status), "upstream_down") for status in (429, 500, 502, 503, 504)),
    *(
        (f"wrong_{shape}", WrongType(shape=shape), "upstream_invalid")
        for shape in ("array", "text", "null", "result", "list")
    ),
    ("ban", Ban(seconds=3600), "upstream_banned"),
    ("business_401", BusinessError(resp_code=401), "credentials_rejected"),
    ("business_404", BusinessError(resp_code=404), "upstream_down"),
    ("business_407", BusinessError(resp_code=407), "invalid_parameters"),
    ("signature", PlatformError(name="IncompleteSignature"), "credentials_rejected"),
    ("app_key", PlatformError(name="InvalidAppKey"), "credentials_rejected"),
    ("timestamp", PlatformError(name="IllegalTimestamp"), "credentials_rejected"),
    ("token", PlatformError(name="IllegalAccessToken"), "credentials_rejected"),
    ("address", PlatformError(name="AppWhiteIpLimit"), "credentials_rejected"),
    ("permission", PlatformError(name="InsufficientPermission"), "permission_group_missing"),
    (
        "sub_permission",
        PlatformError(name="RemoteServiceError_isv.insufficient-permission"),
        "permission_group_missing",
    ),
    ("limit", PlatformError(name="ApiCallLimit"), "upstream_banned"),
    ("legacy_limit", PlatformError(name="Legacy_TOP_7_AppCallLimited"), "upstream_banned"),
    ("unavailable", PlatformError(name="ServiceUnavailable"), "upstream_down"),
    ("timeout", PlatformError(name="ServiceTimeout"), "upstream_down"),
    ("internal", PlatformError(name="InternalError"), "upstream_down"),
    ("remote", PlatformError(name="RemoteServiceError_isp.service-unavailable"), "upstream_down"),
    ("api_path", PlatformError(name="InvalidApiPath"), "upstream_invalid"),
    ("parameter", PlatformError(name="InvalidParameter"), "invalid_parameters"),
]
CALLER_FAULTS = {"business_407", "parameter"}


async def rows_of(world: World) -> int:
    """How many entries the cache file holds."""
    await world.file.flush()
    return sum(use.entries for use in (await world.file.use_by_kind()).values())


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("fault", "code"), [pytest.param(fault, code, id=name) for name, fault, code in FAULTS])
async def test_a_fault_has_its_code_and_leaves_nothing_behind(
    world: World, question: str, fault: Fault, code: str
) -> None:
    world.sandbox.add_fault(fault)
    with pytest.raises(GatewayError) as raised:
        await QUESTIONS[question](world)
    assert raised.value.code == code
    assert raised.value.upstream_calls == world.calls() > 0
    assert await rows_of(world) == 0
    assert world.ledger.failures == []


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_platform_that_hangs_costs_the_askers_patience_and_no_more(world: World, question: str) -> None:
    world.sandbox.add_fault(Hang())
    asking = asyncio.ensure_future(QUESTIONS[question](world))
    await world.called()
    world.clock.leap(WAIT_SECONDS)
    with pytest.raises(GatewayError) as raised:
        await asking
    assert (raised.value.code, raised.value.upstream_calls) == ("deadline_exceeded", 0)
    assert await rows_of(world) == 0


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("fault", "code"), [pytest.param(fault, code, id=name) for name, fault, code in FAULTS if name not in CALLER_FAULTS]
)
async def test_what_was_answered_before_is_answered_during_a_fault(
    world: World, question: str, fault: Fault, code: str
) -> None:
    first = await QUESTIONS[question](world)
    world.clock.leap(100 * DAY if question in {"link", "links", "categories"} else 6 * DAY)
    kept = await rows_of(world)
    world.sandbox.add_fault(fault)
    second = await QUESTIONS[question](world)
    await world.tasks.close(5.0)
    assert data_of(second) == data_of(first)
    assert (second.status, second.reason) == (CacheStatus.STALE, code)
    assert await rows_of(world) == kept


async def test_a_ban_above_a_rate_is_the_platforms_word_and_not_empty(world: World) -> None:
    world.sandbox.add_fault(BanAbove(calls_per_second=1.0, ban_seconds=3600))
    await world.search("usb cable")
    with pytest.raises(GatewayError) as raised:
        await world.search("desk lamp")
    assert raised.value.code == "upstream_banned"
    assert raised.value.retry_after is not None
    assert 3590 < raised.value.retry_after <= 3600


async def test_a_delay_is_no_failure(world: World) -> None:
    world.sandbox.add_fault(Delay(delay_seconds=0.05))
    assert len(ids_of(await world.search())) == 20


async def test_a_fault_that_passes_is_repeated_and_every_call_charged(tmp_path: Path) -> None:
    retries = Retries(most=2, first_wait=0.001)
    async with World.built(tmp_path, retries=retries) as world:
        world.sandbox.add_fault(HttpStatus(status=502, count=2))
        answer = await world.search()
        assert (answer.calls, world.calls()) == (3, 3)


async def test_nothing_found_is_an_answer_for_a_search_and_for_products(world: World) -> None:
    world.sandbox.add_fault(Empty(count=2))
    assert data_of(await world.search())["products"] == []
    rows = data_of(await world.details([world.product_id(0)]))["products"]
    assert [row["status"] for row in rows] == ["unavailable"]


async def test_half_a_batch_says_which_half(world: World) -> None:
    world.sandbox.add_fault(HalfBatch())
    ids = [world.product_id(index) for index in range(4)]
    rows = data_of(await world.details(ids))["products"]
    links = data_of(await world.links([page_of(product_id) for product_id in ids]))["links"]
    assert [row["status"] for row in rows] == ["ok", "unavailable"] * 2
    assert [link["status"] for link in links] == ["monetised", "not_in_program"] * 2


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_restart_on_the_same_file_still_hits(tmp_path: Path, question: str) -> None:
    clock = LeapingClock()
    sandbox = Sandbox(OPTIONS, clock)
    await sandbox.start(port=0)
    async with World.on(tmp_path, sandbox, clock) as world:
        first = await QUESTIONS[question](world)
    async with World.on(tmp_path, sandbox, clock) as world:
        second = await QUESTIONS[question](world)
    await sandbox.stop()
    assert (second.status, second.calls, sandbox.calls.count()) == (CacheStatus.HIT, 0, 1)
    assert (second.body, second.etag, second.received_at) == (first.body, first.etag, first.received_at)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_answers_of_another_origin_are_never_served(tmp_path: Path, question: str) -> None:
    clock = LeapingClock()
    sandbox = Sandbox(OPTIONS, clock)
    await sandbox.start(port=0)
    for origin in ("live default ", "live deals ", "sandbox "):
        async with World.on(tmp_path, sandbox, clock, origin=origin) as world:
            assert (await QUESTIONS[question](world)).status is CacheStatus.MISS
    await sandbox.stop()
    assert sandbox.calls.count() == 3


async def test_a_clear_during_a_ban_leaves_every_known_question_answered(world: World) -> None:
    for ask in QUESTIONS.values():
        await ask(world)
    world.clock.leap(MINUTE)
    world.sandbox.add_fault(Ban(seconds=3600))
    await world.answers.entries.clear(Clearing(at=world.clock.now()), hard=False)
    await world.answers.entries.clear(Clearing(at=world.clock.now(), kind=Kind.LINK), hard=False)
    answers = [await ask(world) for ask in QUESTIONS.values()]
    assert {answer.status for answer in answers} == {CacheStatus.STALE}
    assert {answer.reason for answer in answers} == {"upstream_banned"}


async def test_a_ban_of_an_hour_refuses_new_questions_without_a_call(world: World) -> None:
    world.sandbox.add_fault(Ban(seconds=3600))
    for keywords in ("usb cable", "desk lamp", "tent"):
        with pytest.raises(GatewayError) as raised:
            await world.search(keywords)
        assert raised.value.code == "upstream_banned"
    assert world.calls() == 1
    world.clock.leap(3601.0)
    assert len(ids_of(await world.search())) == 20


async def test_a_clock_that_is_set_back_neither_hides_nor_freezes_answers(world: World) -> None:
    await world.search()
    world.clock.step(-2 * HOUR)
    stale = await world.search()
    assert stale.status is CacheStatus.STALE
    await world.tasks.close(5.0)
    again = await world.search()
    assert (again.status, again.calls) == (CacheStatus.HIT, 0)
    assert world.clock.now() - again.received_at < MINUTE


async def test_what_saved_each_call_is_counted_under_its_own_name(world: World) -> None:
    saved = world.answers.entries.saved
    await world.search(MANY, page_size=20)
    await world.search(MANY, page_size=20)
    assert saved == {"cache": 1}
    shown = ids_of(await world.search(MANY, page_size=20, page_no=2))
    assert saved == {"cache": 1, "page": 1}
    await world.detail(shown[0])
    assert saved == {"cache": 1, "page": 1, "product reuse": 1}
    await world.links([page_of(world.product_id(index)) for index in (500, 501)])
    assert saved["batch"] == 1
    await world.link(page_of(shown[-1]))
    await world.link(page_of(shown[-1]))
    assert saved == {"cache": 2, "page": 1, "product reuse": 1, "batch": 1, "seats": 1}


class History:
    """A random day of one service: questions at once and one after the other, some of whose askers leave early."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)
        self.charged = 0
        self.answered = self.failed = self.left = 0
        self.ids = [*(world.product_id(index) for index in range(80)), world.outsider(), "1005999999999999"]

    async def one(self) -> None:
        asking = asyncio.ensure_future(self._ask())
        patience = self.random.choice((0, 1, 2, 5, 20, 60, 10_000, 10_000, 10_000))
        for _ in range(patience):
            if asking.done():
                break
            await asyncio.sleep(0)
        if patience < 10_000 and asking.cancel():
            self.left += 1
        try:
            answer = await asking
        except GatewayError as error:
            self.charged += error.upstream_calls
            self.failed += 1
        except asyncio.CancelledError:
            pass
        else:
            self.charged += answer.calls
            self.answered += 1

    def _ask(self) -> Awaitable[Answer]:
        world, choice = self.world, self.random
        tracking_id = choice.choice((None, None, "deals", "bot", "nobody"))
        asker = world.asker(choice.choice((0.001, 0.01, 20.0, 20.0, 20.0)))
        some = choice.choices(self.ids, k=choice.randrange(1, 20))
        match choice.randrange(6):
            case 0:
                page_no, page_size = choice.randrange(1, 8), choice.choice((5, 20, 40))
                return world.search(
                    choice.choice((MANY, "usb", "desk lamp", "zzz")),
                    page_no=page_no, page_size=page_size, tracking_id=tracking_id, asker=asker,
                )  # fmt: skip
            case 1:
                return world.detail(some[0], tracking_id=tracking_id, asker=asker)
            case 2:
                return world.details(some, tracking_id=tracking_id, asker=asker)
            case 3:
                return world.link(page_of(some[0]), tracking_id=tracking_id, asker=asker)
            case 4:
                return world.links([page_of(one) for one in some], tracking_id=tracking_id, asker=asker)
            case _:
                return world.roots(asker)

    async def live(self, hours: int) -> None:
        for _ in range(hours):
            if self.random.random() < 0.5:
                self.world.sandbox.add_fault(self._fault())
            crowd = self.random.randrange(1, 25)
            await asyncio.gather(*(self.one() for _ in range(crowd)))
            if self.random.random() < 0.2:
                await self.world.answers.entries.clear(Clearing(at=self.world.clock.now()), hard=False)
            self.world.clock.leap(self.random.choice((1.0, 10 * MINUTE, HOUR, 2 * HOUR)))

    def _fault(self) -> Fault:
        count = self.random.randrange(1, 4)
        return self.random.choice(
            (
                HttpStatus(status=503, count=count),
                Reset(count=count),
                Html(count=count),
                HalfBatch(count=count),
                Delay(delay_seconds=0.01, count=count),
                PlatformError(name="InvalidParameter", count=count),
                PlatformError(name="MissingParameter_access_token", count=count),
                BusinessError(resp_code=404, count=count),
                WrongType(shape="list", count=count),
                PlatformError(name="ApiCallLimit", count=count),
            )
        )


@pytest.mark.parametrize("seed", range(12))
async def test_all_charges_and_the_systems_add_up_to_the_sandboxes_count(tmp_path: Path, seed: int) -> None:
    async with World.built(tmp_path, retries=Retries(most=1, first_wait=0.001)) as world:
        history = History(world, seed)
        await history.live(hours=12)
        await world.tasks.close(20.0)
        assert history.charged + world.ledger.total == world.calls()
        assert world.ledger.failures == []
        assert min(history.answered, history.failed, history.left) > 0
