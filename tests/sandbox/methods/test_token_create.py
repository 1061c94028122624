"""/auth/token/create through both doors."""

from __future__ import annotations

import json

from tests.sandbox.calling import Caller, sign

PATH = "/auth/token/create"


async def test_a_missing_code_is_named(caller: Caller) -> None:
    message = "The input parameter “code” that is mandatory for processing this request is not supplied"
    assert await caller.error(PATH) == ("MissingParameter", message)


async def test_no_code_is_valid_on_sync(caller: Caller) -> None:
    assert await caller.error(PATH, code="3_500001_x") == ("InvalidCode", "Invalid authorization code")


async def test_no_code_is_valid_on_rest(caller: Caller) -> None:
    signed = sign(caller.parameters(None, code="3_500001_x", uuid="1"), path=PATH)
    status, text = await caller.send(signed, "/rest" + PATH)
    answer = json.loads(text)
    assert status == 200
    assert (answer["type"], answer["code"], answer["message"]) == ("ISV", "InvalidCode", "Invalid authorization code")
    assert len(answer["request_id"]) == 25
