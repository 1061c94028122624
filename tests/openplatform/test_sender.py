"""The sender: what one question costs, how it fails, when it is asked again, and what never leaks."""

from __future__ import annotations

import asyncio
import itertools
import logging
import traceback
from typing import Any

import pytest

from alistach.errors import (
    GatewayError,
    InvalidParameters,
    PermissionGroupMissing,
    TrackingIdUnknown,
    UpstreamBanned,
    UpstreamBusy,
    UpstreamDown,
    UpstreamInvalid,
)
from alistach.openplatform.breaker import Tolerance
from alistach.openplatform.categories import CATEGORIES, CategoryNode, CategoryQuery
from alistach.openplatform.generic import generic_operation
from alistach.openplatform.governor import Governor
from alistach.openplatform.links import LINK_GENERATE, LinkRequest
from alistach.openplatform.operation import Operation, Priority, Reply
from alistach.openplatform.products import PRODUCT_DETAILS, PRODUCT_QUERY, ProductLookup, ProductQuery
from alistach.openplatform.rejections import (
    BackendFailed,
    ClockRejected,
    PlatformCodeUnknown,
    SignatureRejected,
    TokenRejected,
)
from alistach.openplatform.retry import Retries
from alistach.openplatform.sender import Route, Sender
from alistach.openplatform.signing import SignMethod, signature
from tests.openplatform.stand_ins import (
    CREDENTIALS,
    REQUEST_ID,
    ScriptedTransport,
    Sent,
    Step,
    affiliate_answer,
    refusal,
    sample,
)
from tests.steered import SteeredClock, settle

TREE = sample("category.get")
DOWN = UpstreamDown("AliExpress closed the connection without an answer.")


class Stage:
    """A sender on a scripted transport and a steered clock."""

    def __init__(self, *steps: Step, ceiling: float = 10.0, sign_method: SignMethod = SignMethod.SHA256) -> None:
        self.clock = SteeredClock()
        self.transport = ScriptedTransport(list(steps))
        self.governor = Governor(ceiling, self.clock)
        self.sender = Sender(
            Route("https://platform.test", CREDENTIALS, sign_method),
            clock=self.clock,
            transport=self.transport,
            governor=self.governor,
            retries=Retries(most=2, first_wait=1.0),
            tolerance=Tolerance(failures=5, first_seconds=5.0),
            chance=lambda: 1.0,
        )

    def ask(
        self,
        operation: Operation[Any, Any] = CATEGORIES,
        question: Any = CategoryQuery(),  # noqa: B008 (frozen)
        deadline: float | None = None,
    ) -> asyncio.Task[Reply[Any]]:
        return asyncio.create_task(self.sender.send(operation, question, Priority.INTERACTIVE, deadline))

    async def reply(self, *asked: Any, seconds: float = 100.0, **more: Any) -> Reply[Any]:
        task = self.ask(*asked, **more)
        await self.clock.advance(seconds)
        return await task

    async def error(self, *asked: Any, seconds: float = 100.0, **more: Any) -> GatewayError:
        task = self.ask(*asked, **more)
        await self.clock.advance(seconds)
        with pytest.raises(GatewayError) as caught:
            await task
        return caught.value

    @property
    def condition(self) -> str:
        return self.sender.condition.value

    @property
    def forms(self) -> list[Any]:
        return [sent.form for sent in self.transport.sent]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (refusal("IncompleteSignature"), SignatureRejected),
        (refusal("InsufficientPermission"), PermissionGroupMissing),
        (refusal("IllegalAccessToken"), TokenRejected),
        (refusal("MissingParameter"), InvalidParameters),
        (refusal("NeverSeen"), PlatformCodeUnknown),
        (affiliate_answer(CATEGORIES.method, None, 402), TrackingIdUnknown),
    ],
)
async def test_a_refusal_that_no_repeat_helps_is_raised_after_one_call(body: bytes, kind: type[GatewayError]) -> None:
    stage = Stage(body)
    error = await stage.error()
    assert type(error) is kind
    assert (error.upstream_calls, error.upstream_request_id) == (1, REQUEST_ID)
    assert len(stage.forms) == 1


@pytest.mark.parametrize(
    ("step", "kind", "calls"),
    [
        (DOWN, UpstreamDown, 3),
        (refusal("ServiceUnavailable"), UpstreamDown, 3),
        (refusal("15", sub_code="isp.service-unavailable"), UpstreamDown, 3),
        (b"<html>", UpstreamInvalid, 2),
        (TREE[:500], UpstreamInvalid, 2),
        (affiliate_answer(CATEGORIES.method, {"surprise": 1}), UpstreamInvalid, 2),
        (affiliate_answer(CATEGORIES.method, None, 404), BackendFailed, 2),
        (refusal("IllegalTimestamp"), ClockRejected, 2),
        (refusal("ApiCallLimit", "this ban will last 1 seconds"), UpstreamBanned, 3),
    ],
)
async def test_a_failure_that_stays_is_raised_after_its_repeats(
    step: Step, kind: type[GatewayError], calls: int
) -> None:
    stage = Stage(step)
    error = await stage.error()
    assert type(error) is kind
    assert error.upstream_calls == calls == len(stage.forms)
    assert stage.governor.view().sent_today == {CATEGORIES.method: calls}


@pytest.mark.parametrize("step", [DOWN, b"<html>", refusal("ServiceTimeout"), refusal("7", "App Call Limited")])
async def test_a_failure_that_passes_is_not_seen_by_the_asker(step: Step) -> None:
    stage = Stage(step, TREE)
    reply = await stage.reply()
    assert len(reply.result) == 19
    outcomes = [attempt.outcome for attempt in reply.attempts]
    assert outcomes[1:] == ["ok"]
    assert outcomes[0] in {"upstream_down", "upstream_invalid", "upstream_banned"}


async def test_an_answer_that_cannot_be_decoded_still_tells_its_request_id() -> None:
    stage = Stage(affiliate_answer(CATEGORIES.method, {"surprise": 1}))
    assert (await stage.error()).upstream_request_id == REQUEST_ID


async def test_a_reply_tells_what_it_cost() -> None:
    stage = Stage(DOWN, TREE)
    reply = await stage.reply()
    first, second = reply.attempts
    assert (first.started_at, first.outcome, first.upstream_request_id) == (1_800_000_000.0, "upstream_down", None)
    assert second.started_at == pytest.approx(1_800_000_001.0)
    assert (second.outcome, second.upstream_request_id) == ("ok", REQUEST_ID)
    assert (reply.upstream_request_id, reply.received_at) == (REQUEST_ID, second.started_at)
    assert reply.result[0] == CategoryNode("2", "Food", None)


async def test_the_time_of_an_attempt_is_measured() -> None:
    stage = Stage(TREE)
    stage.transport.gate = asyncio.Event()
    task = stage.ask()
    await stage.clock.advance(2.5)
    stage.transport.gate.set()
    [attempt] = (await task).attempts
    assert attempt.seconds == pytest.approx(2.5)


async def test_nothing_found_is_empty_and_no_failure() -> None:
    stage = Stage(sample("product.query.empty405"))
    reply = await stage.reply(PRODUCT_QUERY, ProductQuery(keywords="x"))
    assert (reply.result.rows, reply.result.total) == ((), 0)
    stage = Stage(sample("productdetail.get.empty200"))
    assert (await stage.reply(PRODUCT_DETAILS, ProductLookup(product_ids=("1",)))).result == ()


async def test_a_call_is_signed_form_to_sync() -> None:
    stage = Stage(sample("link.generate"))
    await stage.reply(LINK_GENERATE, LinkRequest(("https://a/1",), "default"))
    [sent] = stage.transport.sent
    assert sent.url == "https://platform.test/sync"
    unsigned = {
        "app_key": "500001",
        "format": "json",
        "method": "aliexpress.affiliate.link.generate",
        "promotion_link_type": "0",
        "sign_method": "sha256",
        "source_values": "https://a/1",
        "timestamp": "1800000000000",
        "tracking_id": "default",
        "v": "2.0",
    }
    sign = signature(unsigned, CREDENTIALS.app_secret, SignMethod.SHA256)
    assert sent.form == {**unsigned, "sign": sign}


async def test_a_path_is_signed_with_its_path_and_sha256_always() -> None:
    stage = Stage(b'{"code": "0", "access_token": "x"}', sign_method=SignMethod.MD5)
    await stage.reply(generic_operation("/auth/token/create"), {"code": "3_500001_Ab"})
    [sent] = stage.transport.sent
    assert sent.url == "https://platform.test/rest/auth/token/create"
    unsigned = {"app_key": "500001", "code": "3_500001_Ab", "sign_method": "sha256", "timestamp": "1800000000000"}
    sign = signature(unsigned, CREDENTIALS.app_secret, SignMethod.SHA256, "/auth/token/create")
    assert sent.form == {**unsigned, "sign": sign}


async def test_the_legacy_sign_method_is_used_when_set() -> None:
    stage = Stage(TREE, sign_method=SignMethod.MD5)
    await stage.reply()
    assert (stage.forms[0]["sign_method"], len(stage.forms[0]["sign"])) == ("md5", 32)


async def test_each_attempt_is_signed_anew() -> None:
    stage = Stage(DOWN, TREE)
    await stage.reply()
    assert [form["timestamp"] for form in stage.forms] == ["1800000000000", "1800000001000"]
    assert stage.forms[0]["sign"] != stage.forms[1]["sign"]


async def test_text_that_cannot_be_sent_is_refused_without_a_call_or_a_wait() -> None:
    stage = Stage(TREE)
    error = await stage.error(PRODUCT_QUERY, ProductQuery(keywords="\ud800"), seconds=0.0)
    assert isinstance(error, InvalidParameters)
    assert (stage.forms, error.upstream_calls) == ([], 0)


async def test_a_clock_that_is_wrong_is_corrected_by_the_platforms() -> None:
    stage = Stage(refusal("IllegalTimestamp"), TREE)
    stage.transport.server_time = 1_800_010_000.0
    await stage.reply()
    await stage.reply()
    assert [form["timestamp"] for form in stage.forms][:2] == ["1800000000000", "1800010001000"]
    assert int(stage.forms[2]["timestamp"]) - int(stage.clock.now() * 1000) <= 10_000_000


async def test_a_question_left_open_is_asked_for_when_its_turn_comes() -> None:
    stage = Stage(TREE, sample("productdetail.get"), ceiling=1.0)
    await stage.reply(seconds=0.0)
    ids = ["1005006338829917"]
    task = stage.ask(PRODUCT_DETAILS, lambda: ProductLookup(product_ids=tuple(ids)))
    await stage.clock.advance(1.0)
    ids.append("1005008924358757")
    await stage.clock.advance(0.1)
    await task
    assert stage.forms[1]["product_ids"] == "1005006338829917,1005008924358757"


async def test_a_question_left_open_is_closed_once_for_all_attempts() -> None:
    stage = Stage(DOWN, TREE)
    asked: list[float] = []

    def question() -> CategoryQuery:
        asked.append(stage.clock.monotonic())
        return CategoryQuery()

    await stage.reply(CATEGORIES, question)
    assert asked == [0.0]


async def test_a_question_that_fails_to_close_gives_its_turn_back() -> None:
    stage = Stage(TREE)

    def question() -> CategoryQuery:
        raise LookupError("the batch is gone")

    task = stage.ask(CATEGORIES, question)
    with pytest.raises(LookupError):
        await task
    await stage.reply(seconds=0.0)
    assert len(stage.forms) == 1


async def test_every_repeat_takes_a_turn_of_its_own() -> None:
    stage = Stage(DOWN, ceiling=0.1)
    task = stage.ask()
    await stage.clock.advance(10.4)
    assert len(stage.forms) == 1
    await stage.clock.advance(20)
    assert len(stage.forms) == 3
    await asyncio.gather(task, return_exceptions=True)


async def test_waits_between_repeats_grow() -> None:
    stage = Stage(DOWN)
    task = stage.ask()
    await stage.clock.advance(100)
    await asyncio.gather(task, return_exceptions=True)
    stamps = [int(form["timestamp"]) for form in stage.forms]
    assert [later - earlier for earlier, later in itertools.pairwise(stamps)] == [1000, 2000]


async def test_no_repeat_goes_beyond_the_deadline() -> None:
    stage = Stage(DOWN)
    error = await stage.error(deadline=0.9)
    assert error.upstream_calls == 1
    error = await stage.error(deadline=stage.clock.monotonic() + 1.5)
    assert error.upstream_calls == 2


async def test_a_deadline_does_not_cut_off_a_call_that_is_out() -> None:
    stage = Stage(TREE)
    stage.transport.gate = asyncio.Event()
    task = stage.ask(deadline=1.0)
    await stage.clock.advance(50)
    assert not task.done()
    stage.transport.gate.set()
    assert len((await task).result) == 19


async def test_a_wait_longer_than_the_deadline_is_refused_without_a_call() -> None:
    stage = Stage(TREE, ceiling=0.1)
    await stage.reply(seconds=0.0)
    error = await stage.error(deadline=5.0, seconds=0.0)
    assert isinstance(error, UpstreamBusy)
    assert error.upstream_calls == 0
    assert error.retry_after == pytest.approx(10.5)


async def test_a_ban_is_obeyed_by_every_caller_and_tried_again_when_it_ends() -> None:
    stage = Stage(refusal("ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 7 seconds"), TREE)
    first = stage.ask()
    await settle()
    error = await stage.error(deadline=3.0, seconds=0.0)
    assert isinstance(error, UpstreamBanned)
    assert error.upstream_calls == 0
    assert error.retry_after == pytest.approx(7.0)
    await stage.clock.advance(6.99)
    assert len(stage.forms) == 1
    await stage.clock.advance(0.02)
    assert len(stage.forms) == 2
    assert [attempt.outcome for attempt in (await first).attempts] == ["upstream_banned", "ok"]


async def test_a_call_that_is_still_connecting_when_a_ban_comes_is_sent_after_it() -> None:
    stage = Stage(refusal("ApiCallLimit", "this ban will last 7 seconds"), TREE)
    stage.transport.gate = asyncio.Event()
    banned = stage.ask(deadline=5.0)
    await stage.clock.advance(1)
    stage.transport.connected = asyncio.Event()
    connecting = stage.ask()
    await stage.clock.advance(1)
    stage.transport.gate.set()
    await asyncio.gather(banned, return_exceptions=True)
    stage.transport.connected.set()
    await stage.clock.advance(6.99)
    assert len(stage.forms) == 1
    await stage.clock.advance(0.02)
    assert len(stage.forms) == 2
    assert [attempt.outcome for attempt in (await connecting).attempts] == ["ok"]


async def test_a_ban_that_outlasts_the_deadline_is_raised_at_once_with_its_length() -> None:
    stage = Stage(refusal(7, "App Call Limited", sub_msg="This ban will last for 31062 more seconds"))
    error = await stage.error(deadline=30.0, seconds=0.0)
    assert isinstance(error, UpstreamBanned)
    assert (error.upstream_calls, error.retry_after) == (1, 31062.0)
    assert stage.governor.view().banned_until == 1_800_031_062.0


async def test_five_failures_in_a_row_open_the_breaker_and_a_probe_closes_it() -> None:
    stage = Stage(DOWN, DOWN, DOWN, DOWN, DOWN, TREE)
    await stage.error()
    error = await stage.error(seconds=3.0)
    assert len(stage.forms) == 5
    assert "failed 5 times in a row" in error.detail
    assert error.upstream_calls == 2
    assert error.retry_after == pytest.approx(3.0, abs=2.1)
    assert stage.condition == "open"
    refused = await stage.error(seconds=0.0)
    assert (type(refused), refused.upstream_calls, len(stage.forms)) == (UpstreamDown, 0, 5)
    await stage.clock.advance(10)
    assert stage.condition == "half_open"
    await stage.reply(seconds=0.0)
    assert stage.condition == "closed"


async def test_only_one_probe_is_sent_at_a_time_and_an_abandoned_one_makes_room() -> None:
    stage = Stage(*[DOWN] * 5, TREE)
    await stage.error()
    await stage.error()
    await stage.clock.advance(10)
    stage.transport.gate = asyncio.Event()
    probe = stage.ask()
    await settle()
    await stage.error(seconds=0.0)
    assert len(stage.forms) == 6
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    stage.transport.gate.set()
    await stage.reply(seconds=1.0)
    assert len(stage.forms) == 7


async def test_those_who_waited_while_the_breaker_opened_are_refused_unsent() -> None:
    stage = Stage(DOWN, ceiling=0.5)
    tasks = [stage.ask() for _ in range(20)]
    await stage.clock.advance(60)
    assert stage.governor.view().waiting[Priority.INTERACTIVE] == 0
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results} == {UpstreamDown}
    assert sum(result.upstream_calls for result in results if isinstance(result, GatewayError)) == len(stage.forms)
    assert len(stage.forms) <= 12


@pytest.mark.parametrize(
    "body",
    [refusal("MissingParameter"), refusal("IncompleteSignature"), affiliate_answer(CATEGORIES.method, None, 404)],
)
async def test_the_callers_and_the_operators_faults_do_not_open_the_breaker(body: bytes) -> None:
    stage = Stage(body)
    for _ in range(10):
        await stage.error()
    assert stage.condition == "closed"


async def test_a_call_that_was_never_sent_is_not_charged_and_blocks_nobody() -> None:
    stage = Stage(UpstreamDown("AliExpress could not be reached."))
    stage.transport.reaches_platform = False
    error = await stage.error()
    assert (error.upstream_calls, stage.governor.view().sent_today) == (0, {})
    assert stage.governor.expected_wait(Priority.INTERACTIVE) == 0.0


async def test_a_cancelled_call_is_charged_and_blocks_nobody() -> None:
    stage = Stage(TREE)
    stage.transport.gate = asyncio.Event()
    task = stage.ask()
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    stage.transport.gate.set()
    await stage.reply(seconds=1.0)
    assert stage.governor.view().sent_today == {CATEGORIES.method: 2}


@pytest.mark.parametrize("step", [DOWN, refusal("ServiceTimeout"), b"<html>"])
async def test_what_changes_something_is_not_sent_again_when_it_may_have_arrived(step: Step) -> None:
    stage = Stage(step)
    error = await stage.error(generic_operation("aliexpress.ds.order.create"), {})
    assert error.upstream_calls == 1


async def test_what_changes_something_is_sent_again_when_it_was_refused_or_never_sent() -> None:
    operation = generic_operation("aliexpress.ds.order.create")
    stage = Stage(refusal("ApiCallLimit", "this ban will last 1 seconds"), b'{"result": {"is_success": true}}')
    assert len((await stage.reply(operation, {})).attempts) == 2
    stage = Stage(DOWN)
    stage.transport.reaches_platform = False
    await stage.error(operation, {})
    assert len(stage.transport.sent) == 3


async def test_neither_secret_nor_signature_is_in_any_error_log_or_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = "user-token-very-secret"
    steps: list[Step] = [refusal("IllegalAccessToken", "words"), DOWN, b"<html>", refusal("IncompleteSignature")]
    for step in steps:
        for method in SignMethod:
            stage = Stage(step, sign_method=method)
            error = await stage.error(generic_operation("aliexpress.ds.product.get"), {"session": token})
            texts = [
                "".join(traceback.format_exception(error)),
                repr(error),
                str(vars(error)),
                repr(stage.sender),
                str(stage.governor.view()),
                caplog.text,
            ]
            hidden = [CREDENTIALS.app_secret, token, *(form["sign"] for form in stage.forms)]
            assert not [text for text in texts for secret in hidden if secret in text]


async def test_requests_are_counted_by_what_came_of_them() -> None:
    stage = Stage(DOWN, refusal("ServiceTimeout"), TREE, refusal("MissingParameter"))
    await stage.reply()
    await stage.error()
    stage.transport.gate = asyncio.Event()
    task = stage.ask()
    await stage.clock.advance(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert stage.sender.outcomes == {"upstream_down": 2, "ok": 1, "invalid_parameters": 1, "cancelled": 1}


async def test_the_answers_of_many_at_once_do_not_mix() -> None:
    def echo(sent: Sent) -> bytes:
        row = {"source_value": sent.form["source_values"], "promotion_link": "https://s.click.aliexpress.com/e/_x"}
        return affiliate_answer(LINK_GENERATE.method, {"promotion_links": {"promotion_link": row}})

    stage = Stage(echo, ceiling=1000.0)
    urls = [f"https://www.aliexpress.com/item/{10**9 + n}.html" for n in range(50)]
    tasks = [stage.ask(LINK_GENERATE, LinkRequest((url,), "default")) for url in urls]
    await stage.clock.advance(1)
    assert [(await task).result[0].source_value for task in tasks] == urls
