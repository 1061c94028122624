"""The platform's errors, against the recorded ones."""

from __future__ import annotations

from typing import Any

import pytest

from alistach.sandbox.refusals import BY_NAME, Refusal, Refused, banned, invalid, missing
from tests.sandbox.golden import sample

RECORDED: dict[str, Any] = sample("errors")


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_every_recorded_error_can_be_scripted_word_for_word(name: str) -> None:
    recorded = RECORDED[name].get("error_response", RECORDED[name])
    ours = BY_NAME[name]
    assert ours.code == recorded["code"]
    assert ours.msg == recorded.get("msg", recorded.get("message"))
    assert ours.type == recorded.get("type")
    assert (ours.sub_code, ours.sub_msg) == (recorded.get("sub_code"), recorded.get("sub_msg"))


@pytest.mark.parametrize("seconds", [1, 12, 31_062])
def test_a_ban_says_how_long(seconds: int) -> None:
    message = f"Api access frequency exceeds the limit. this ban will last {seconds} seconds"
    assert banned(seconds) == Refusal(code="ApiCallLimit", msg=message)


def test_a_missing_parameter_is_named() -> None:
    assert missing("code").msg == (
        "The input parameter “code” that is mandatory for processing this request is not supplied"
    )


def test_a_bad_value_is_told_the_rule() -> None:
    refusal = invalid("sort", "must be one of A, B")
    assert refusal.code == "InvalidParameter"
    assert refusal.msg == "The input parameter “sort” is not valid: must be one of A, B"


def test_trouble_of_the_platforms_own_has_its_own_type() -> None:
    assert {name: BY_NAME[name].type for name in ("ServiceUnavailable", "ServiceTimeout", "InternalError")} == {
        "ServiceUnavailable": "SYSTEM",
        "ServiceTimeout": "SYSTEM",
        "InternalError": "SYSTEM",
    }


def test_a_refused_call_carries_its_refusal() -> None:
    assert Refused(missing("a")).refusal == missing("a")
    assert str(Refused(banned(1))) == banned(1).msg
