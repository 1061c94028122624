"""Every fault, as a client meets it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from alistach.sandbox import Sandbox, SandboxOptions, faults
from alistach.sandbox.faults import Fault
from tests.sandbox.calling import CATEGORIES, DETAILS, LINKS, QUERY, Caller, sign, until_arrived
from tests.sandbox.golden import sample
from tests.steered import SteeredClock

PAGE = "https://www.aliexpress.com/item/1005000000007919.html"
BANNED = "Api access frequency exceeds the limit. this ban will last {} seconds"


def last_outcome(caller: Caller) -> str:
    return caller.sandbox.calls.report().last[-1].outcome


async def test_without_faults_an_answer_comes(caller: Caller) -> None:
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
    assert last_outcome(caller) == "200"


async def test_a_reset_connection_brings_no_answer(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Reset())
    with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await caller.send(sign(caller.parameters(CATEGORIES)))
    assert last_outcome(caller) == "reset"


async def test_a_truncated_answer_breaks_in_the_middle(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Truncated())
    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.send(sign(caller.parameters(CATEGORIES)))
    assert last_outcome(caller) == "truncated"


async def test_a_truncated_answer_announces_its_whole_length(caller: Caller) -> None:
    whole = await caller.text(CATEGORIES)
    caller.sandbox.add_fault(faults.Truncated())
    signed = sign(caller.parameters(CATEGORIES))
    async with caller.session.get(caller.sandbox.base_url + "/sync", params=signed) as response:
        assert response.content_length == len(whole.encode())
        half = await response.content.readexactly(len(whole.encode()) // 2)
    assert half.startswith(b'{"aliexpress_affiliate_category_get_response":{')


async def test_a_page_comes_instead_of_json(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Html())
    signed = sign(caller.parameters(CATEGORIES))
    async with caller.session.get(caller.sandbox.base_url + "/sync", params=signed) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert (await response.text()).startswith("<!DOCTYPE html>")
    assert last_outcome(caller) == "html"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_gateway_answers_with_its_status_and_a_page(caller: Caller, status: Any) -> None:
    caller.sandbox.add_fault(faults.Status(status=status))
    got, text = await caller.send(sign(caller.parameters(CATEGORIES)))
    assert got == status
    assert text.startswith("<!DOCTYPE html>")
    assert last_outcome(caller) == str(status)


@pytest.mark.parametrize(("shape", "value"), [("array", []), ("text", "ok"), ("null", None)])
async def test_json_comes_in_another_shape(caller: Caller, shape: Any, value: Any) -> None:
    caller.sandbox.add_fault(faults.WrongType(shape=shape))
    assert await caller.call(CATEGORIES) == value
    assert last_outcome(caller) == "wrong_type"


async def test_a_delayed_answer_comes_when_its_time_has_come(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Delay(delay_seconds=30))
    call = asyncio.create_task(caller.call(CATEGORIES))
    await until_arrived(caller.sandbox)
    await caller.clock.advance(29.9)
    assert last_outcome(caller) == "pending"
    await caller.clock.advance(0.1)
    assert list(await call) == ["aliexpress_affiliate_category_get_response"]


async def test_a_hung_call_gets_no_answer_and_keeps_its_connection(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Hang(count=1))
    call = asyncio.create_task(caller.call(QUERY))
    await until_arrived(caller.sandbox)
    await caller.clock.advance(86_400)
    assert not call.done()
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_ban_counts_down_and_ends(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Ban(seconds=12))
    assert await caller.error(CATEGORIES) == ("ApiCallLimit", BANNED.format(12))
    await caller.clock.advance(1.5)
    assert await caller.error(CATEGORIES) == ("ApiCallLimit", BANNED.format(11))
    await caller.clock.advance(10.4)
    assert await caller.error(CATEGORIES) == ("ApiCallLimit", BANNED.format(1))
    await caller.clock.advance(0.1)
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
    assert caller.sandbox.calls.bans == 3


async def test_too_many_calls_a_second_are_banned(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.BanAbove(calls_per_second=2, ban_seconds=5))
    for _ in range(2):
        assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
    assert await caller.error(CATEGORIES) == ("ApiCallLimit", BANNED.format(5))
    await caller.clock.advance(4.5)
    assert await caller.error(CATEGORIES) == ("ApiCallLimit", BANNED.format(1))
    await caller.clock.advance(0.5)
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
    assert caller.sandbox.calls.bans == 2


async def test_calls_within_the_rate_are_never_banned(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.BanAbove(calls_per_second=1))
    for _ in range(10):
        assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
        await caller.clock.advance(1.0)
    assert caller.sandbox.calls.bans == 0


async def test_calls_with_a_wrong_signature_do_not_count_against_the_rate(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.BanAbove(calls_per_second=1))
    for _ in range(5):
        await caller.send({**caller.parameters(CATEGORIES), "sign": "X"})
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200


SCRIPTED = sorted(name for name in sample("errors") if name != "rest_flat_InvalidCode")


@pytest.mark.parametrize("name", SCRIPTED)
async def test_every_recorded_error_can_be_had(caller: Caller, name: str) -> None:
    caller.sandbox.add_fault(faults.PlatformError(name=name))
    recorded = sample("errors")[name]["error_response"]
    error = (await caller.call(CATEGORIES))["error_response"]
    assert list(error) == list(recorded)
    assert {k: v for k, v in error.items() if "_id" not in k} == {k: v for k, v in recorded.items() if "_id" not in k}


async def test_a_platform_error_on_rest_is_flat(caller: Caller) -> None:
    path = "/auth/token/create"
    caller.sandbox.add_fault(faults.PlatformError(name="ServiceTimeout", method=path))
    _, text = await caller.send(sign(caller.parameters(None, code="x"), path=path), "/rest" + path)
    answer = json.loads(text)
    assert (answer["type"], answer["code"], answer["message"]) == ("SYSTEM", "ServiceTimeout", "Service timeout")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (401, "This publisher is not registered:1000001"),
        (402, "TrackingId input parameter error"),
        (404, "System Error"),
        (407, "The pattern of input params is invalid"),
    ],
)
async def test_a_business_error_has_no_result(caller: Caller, code: Any, message: str) -> None:
    caller.sandbox.add_fault(faults.BusinessError(resp_code=code))
    assert await caller.resp_result(CATEGORIES) == {"resp_code": code, "resp_msg": message}
    assert last_outcome(caller) == str(code)


@pytest.mark.parametrize("method", [QUERY, CATEGORIES, DETAILS])
async def test_nothing_is_found(caller: Caller, method: str) -> None:
    caller.sandbox.add_fault(faults.Empty())
    assert await caller.resp_result(method) == {"resp_code": 405, "resp_msg": "The result is empty"}


async def test_rows_come_without_their_link(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.MissingPromotionLink())
    rows = await caller.rows(QUERY, tracking_id="default", page_size="50")
    assert len(rows) == 50
    assert not any("promotion_link" in row for row in rows)
    assert not any("code_promotionurl" in row.get("promo_code_info", {}) for row in rows)


async def test_links_come_without_a_link(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.MissingPromotionLink())
    answer = await caller.resp_result(LINKS, promotion_link_type="0", source_values=PAGE, tracking_id="default")
    row = answer["result"]["promotion_links"]["promotion_link"][0]
    assert row == {"source_value": PAGE, "message": "The link could not be generated, please try again"}


async def test_every_second_product_of_a_batch_is_missing(caller: Caller) -> None:
    wanted = [row["product_id"] for row in await caller.rows(QUERY, page_size="5")]
    caller.sandbox.add_fault(faults.HalfBatch())
    rows = await caller.rows(DETAILS, product_ids=",".join(map(str, wanted)))
    assert [row["product_id"] for row in rows] == [wanted[0], wanted[2], wanted[4]]


async def test_every_second_link_of_a_batch_is_missing(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.HalfBatch())
    pages = ",".join(f"{PAGE}?n={number}" for number in range(4))
    answer = await caller.resp_result(LINKS, promotion_link_type="0", source_values=pages, tracking_id="default")
    rows = answer["result"]["promotion_links"]["promotion_link"]
    assert ["promotion_link" in row for row in rows] == [True, False, True, False]
    assert ["message" in row for row in rows] == [False, True, False, True]


async def test_a_fault_of_another_method_does_not_strike(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Html(method=QUERY))
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200


async def test_a_fault_for_two_calls_strikes_two(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Html(count=2))
    texts = [await caller.text(CATEGORIES) for _ in range(3)]
    assert [text.startswith("<!DOCTYPE") for text in texts] == [True, True, False]


@pytest.mark.parametrize("fault", [faults.Ban(seconds=9), faults.PlatformError(name="InternalError"), faults.Empty()])
async def test_a_wrong_signature_is_told_before_such_a_fault(caller: Caller, fault: Fault) -> None:
    caller.sandbox.add_fault(fault)
    _, text = await caller.send({**caller.parameters(CATEGORIES), "sign": "X"})
    assert json.loads(text)["error_response"]["code"] == "IncompleteSignature"


async def test_two_faults_strike_one_call(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Delay(delay_seconds=5))
    caller.sandbox.add_fault(faults.Status(status=503))
    call = asyncio.create_task(caller.send(sign(caller.parameters(CATEGORIES))))
    await until_arrived(caller.sandbox)
    await caller.clock.advance(5)
    assert (await call)[0] == 503


async def test_every_answer_has_its_own_request_id(caller: Caller) -> None:
    stamps = [(await caller.call("no.such"))["error_response"]["request_id"] for _ in range(20)]
    assert len(set(stamps)) == 20
    assert all(stamp.startswith("210155f11800000000000") for stamp in stamps)


@pytest.mark.parametrize("fault", [faults.Hang(), faults.Delay(delay_seconds=1e6)])
async def test_stopping_drops_the_calls_that_wait(clock: SteeredClock, fault: Fault) -> None:
    sandbox = Sandbox(SandboxOptions(products=10), clock)
    await sandbox.start(port=0)
    sandbox.add_fault(fault)
    async with aiohttp.ClientSession() as session:
        caller = Caller(sandbox, session, clock)
        # A POST, for a client may repeat a GET that was dropped.
        url, form = sandbox.base_url + "/sync", sign(caller.parameters(CATEGORIES))
        call = asyncio.create_task(session.post(url, data=form))
        await until_arrived(sandbox)
        await sandbox.stop()
        with pytest.raises(aiohttp.ClientError):
            await call
