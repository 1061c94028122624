"""The checks before any business, in the platform's order, over HTTP and with the clock at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from alistach.sandbox import Sandbox, SandboxOptions
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.refusals import Refused
from alistach.sandbox.verification import Arrival, Door, read_timestamp, verify
from tests.sandbox.calling import CATEGORIES, QUERY, Caller, sign
from tests.steered import SteeredClock

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "golden" / "signature_vectors.json").read_text()
)
NOT_A_SIGNATURE = "The request signature does not conform to platform standards"


def not_supplied(name: str) -> str:
    return f"The input parameter “{name}” that is mandatory for processing this request is not supplied"


async def refused(caller: Caller, parameters: dict[str, str]) -> tuple[str, str]:
    status, text = await caller.send(parameters)
    error = json.loads(text)["error_response"]
    assert (status, error["type"]) == (200, "ISV")
    return error["code"], error["msg"]


@pytest.mark.parametrize("name", ["app_key", "method", "timestamp", "sign_method", "sign"])
async def test_a_missing_common_parameter_is_named(caller: Caller, name: str) -> None:
    parameters = sign(caller.parameters(CATEGORIES))
    del parameters[name]
    assert await refused(caller, parameters) == ("MissingParameter", not_supplied(name))


async def test_with_nothing_sent_the_app_key_is_missed_first(caller: Caller) -> None:
    assert await refused(caller, {}) == ("MissingParameter", not_supplied("app_key"))


async def test_a_missing_parameter_comes_before_a_wrong_app_key(caller: Caller) -> None:
    parameters = {**caller.parameters(CATEGORIES), "app_key": "1"}
    assert await refused(caller, parameters) == ("MissingParameter", not_supplied("sign"))


async def test_a_wrong_app_key_comes_before_a_wrong_time(caller: Caller) -> None:
    parameters = sign({**caller.parameters(CATEGORIES), "app_key": "500002", "timestamp": "1"})
    assert await refused(caller, parameters) == ("InvalidAppKey", "The specified App Key is invalid")


async def test_an_app_key_with_a_line_end_is_wrong(caller: Caller) -> None:
    parameters = sign({**caller.parameters(CATEGORIES), "app_key": "500001\r\n"})
    assert (await refused(caller, parameters))[0] == "InvalidAppKey"


async def test_a_wrong_time_comes_before_a_wrong_signature(caller: Caller) -> None:
    parameters = {**caller.parameters(CATEGORIES), "timestamp": "1", "sign": "X"}
    assert (await refused(caller, parameters))[0] == "IllegalTimestamp"


async def test_a_wrong_signature_comes_before_an_unknown_method(caller: Caller) -> None:
    parameters = {**caller.parameters("aliexpress.no.such"), "sign": "X"}
    assert await refused(caller, parameters) == ("IncompleteSignature", NOT_A_SIGNATURE)


async def test_an_unknown_method_is_an_invalid_path(caller: Caller) -> None:
    assert await caller.error("aliexpress.no.such") == ("InvalidApiPath", "The specified API path is invalid")


async def test_a_method_that_is_not_granted_comes_before_its_parameters(caller: Caller) -> None:
    error = await caller.error("aliexpress.affiliate.hotproduct.query", page_size="999")
    assert error == ("InsufficientPermission", "App does not have permission to access this api")


async def test_a_ban_comes_after_the_permission(caller: Caller) -> None:
    await caller.post("/sandbox/faults", {"kind": "ban", "seconds": 5})
    assert (await caller.error("aliexpress.affiliate.hotproduct.query"))[0] == "InsufficientPermission"


async def test_a_ban_comes_before_business_parameters(caller: Caller) -> None:
    await caller.post("/sandbox/faults", {"kind": "ban", "seconds": 5})
    assert (await caller.error(QUERY, page_size="999"))[0] == "ApiCallLimit"


async def test_another_secret_is_a_wrong_signature(caller: Caller) -> None:
    parameters = sign(caller.parameters(CATEGORIES), secret="another")
    assert await refused(caller, parameters) == ("IncompleteSignature", NOT_A_SIGNATURE)


async def test_signing_encoded_text_is_a_wrong_signature(caller: Caller) -> None:
    wrong = sign(caller.parameters(QUERY, keywords="usb%20cable"))["sign"]
    assert (await refused(caller, {**caller.parameters(QUERY, keywords="usb cable"), "sign": wrong}))[0] == (
        "IncompleteSignature"
    )


async def test_a_parameter_that_was_not_signed_is_a_wrong_signature(caller: Caller) -> None:
    parameters = {**sign(caller.parameters(QUERY)), "keywords": "usb"}
    assert (await refused(caller, parameters))[0] == "IncompleteSignature"


@pytest.mark.parametrize(("sign_method", "option"), [("md5", "accept_md5"), ("hmac", "accept_hmac")])
async def test_the_legacy_signatures_are_taken_by_switch(clock: SteeredClock, sign_method: str, option: str) -> None:
    outcomes = []
    for is_accepted in (True, False):
        sandbox = Sandbox(SandboxOptions(products=10, **{option: is_accepted}), clock)  # type: ignore[arg-type]
        await sandbox.start(port=0)
        async with aiohttp.ClientSession() as session:
            caller = Caller(sandbox, session, clock)
            parameters = sign({**caller.parameters(CATEGORIES), "sign_method": sign_method})
            outcomes.append(json.loads((await caller.send(parameters))[1]))
        await sandbox.stop()
    assert "aliexpress_affiliate_category_get_response" in outcomes[0]
    assert outcomes[1]["error_response"]["code"] == "IncompleteSignature"


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_every_vector_passes_at_its_own_time(vector: dict[str, Any]) -> None:
    parameters = Parameters({**vector["params"], "sign": vector["sign"]})
    door = Door.REST if vector.get("path") else Door.SYNC
    method = vector.get("path") or vector["params"]["method"]
    options = SandboxOptions(app_key=vector["params"]["app_key"], app_secret=vector["secret"])
    now = read_timestamp(vector["params"]["timestamp"])
    assert now in {1_767_225_600.0, 1_517_820_392.0}
    verify(Arrival(door, method, parameters, ""), options, now)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_every_vector_fails_with_one_value_changed(vector: dict[str, Any]) -> None:
    parameters = Parameters({**vector["params"], "sign": vector["sign"], "v": "3"})
    door = Door.REST if vector.get("path") else Door.SYNC
    options = SandboxOptions(app_key=vector["params"]["app_key"], app_secret=vector["secret"])
    now = read_timestamp(vector["params"]["timestamp"])
    assert now is not None
    with pytest.raises(Refused) as raised:
        verify(Arrival(door, vector.get("path") or "x", parameters, ""), options, now)
    assert raised.value.refusal.code == "IncompleteSignature"


@pytest.mark.parametrize("skew", [-7_200, -7_199, 0, 7_200])
async def test_a_time_within_two_hours_passes(caller: Caller, skew: int) -> None:
    moment = str(int((caller.clock.now() + skew) * 1000))
    answer = await caller.call(CATEGORIES, timestamp=moment)
    assert list(answer) == ["aliexpress_affiliate_category_get_response"]


@pytest.mark.parametrize("skew", [-7_201, 7_201, 86_400])
async def test_a_time_beyond_two_hours_is_refused(caller: Caller, skew: int) -> None:
    moment = str(int((caller.clock.now() + skew) * 1000))
    assert (await caller.error(CATEGORIES, timestamp=moment))[0] == "IllegalTimestamp"


async def test_a_request_grows_old(caller: Caller) -> None:
    parameters = sign(caller.parameters(CATEGORIES))
    await caller.clock.advance(7_201)
    assert (await refused(caller, parameters))[0] == "IllegalTimestamp"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1767225600000", 1_767_225_600.0),
        ("1767225600123", 1_767_225_600.123),
        ("2026-01-01 08:00:00", 1_767_225_600.0),
        ("2026-01-01T00:00:00Z", 1_767_225_600.0),
    ],
)
def test_a_timestamp_in_any_of_its_forms_is_read(text: str, moment: float) -> None:
    assert read_timestamp(text) == moment


@pytest.mark.parametrize(
    "text", ["", "now", "-1", "1.5", "2026-01-01", "2026-13-01 00:00:00", "2026-01-01T00:00:00+08:00", "٣٣", "9" * 18]
)
def test_a_timestamp_in_no_form_is_none(text: str) -> None:
    assert read_timestamp(text) is None


@pytest.mark.parametrize("timestamp", ["1800000000", "tomorrow"])
async def test_seconds_and_words_are_no_time(caller: Caller, timestamp: str) -> None:
    assert (await caller.error(CATEGORIES, timestamp=timestamp))[0] == "IllegalTimestamp"
