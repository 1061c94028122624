"""Envelopes, against the recorded ones."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from alistach.sandbox.envelope import (
    EMPTY,
    Result,
    Stamp,
    list_of,
    make_stamp,
    write_error,
    write_rest_error,
    write_result,
)
from alistach.sandbox.refusals import BY_NAME
from tests.sandbox.golden import sample

QUERY = "aliexpress.affiliate.product.query"


class Found(msgspec.Struct):
    """Any content of a result."""

    total: int


def stamp_of(answer: dict[str, Any]) -> Stamp:
    return Stamp(answer["request_id"], answer.get("_trace_id_", ""))


RECORDED = sorted(name for name in sample("errors") if name != "rest_flat_InvalidCode")


@pytest.mark.parametrize("name", RECORDED)
def test_an_error_is_written_as_recorded(name: str) -> None:
    recorded = sample("errors")[name]
    written = json.loads(write_error(BY_NAME[name], stamp_of(recorded["error_response"])))
    assert written == recorded
    assert list(written["error_response"]) == list(recorded["error_response"])


def test_a_legacy_error_has_a_number_for_a_code() -> None:
    written = json.loads(write_error(BY_NAME["Legacy_TOP_7_AppCallLimited"], Stamp("PLACEHOLDER", "t")))
    assert written["error_response"]["code"] == 7
    assert "_trace_id_" not in written["error_response"]


def test_an_error_on_rest_is_flat() -> None:
    recorded = sample("errors")["rest_flat_InvalidCode"]
    assert json.loads(write_rest_error(BY_NAME["rest_flat_InvalidCode"], stamp_of(recorded))) == recorded


def test_an_empty_answer_is_written_as_recorded() -> None:
    recorded = sample("aliexpress.affiliate.product.query.empty405")
    stamp = stamp_of(recorded["aliexpress_affiliate_product_query_response"])
    assert json.loads(write_result(QUERY, EMPTY, stamp, is_simplified=False)) == recorded


def test_an_answer_stands_under_the_name_of_its_method() -> None:
    body = write_result(QUERY, Result(result=Found(3)), Stamp("r", "t"), is_simplified=False)
    assert json.loads(body) == {
        "aliexpress_affiliate_product_query_response": {
            "resp_result": {"result": {"total": 3}, "resp_code": 200, "resp_msg": "Call succeeds"},
            "request_id": "r",
            "_trace_id_": "t",
        }
    }


def test_a_message_may_be_absent() -> None:
    body = write_result("a.b", Result(result=Found(3), resp_msg=UNSET), Stamp("r", "t"), is_simplified=False)
    assert json.loads(body)["a_b_response"]["resp_result"] == {"result": {"total": 3}, "resp_code": 200}


def test_a_simplified_answer_has_no_name_and_a_code() -> None:
    body = write_result(QUERY, Result(result=Found(3)), Stamp("r", "t"), is_simplified=True)
    assert json.loads(body) == {
        "code": "0",
        "resp_result": {"result": {"total": 3}, "resp_code": 200, "resp_msg": "Call succeeds"},
        "request_id": "r",
    }


def test_the_name_of_a_system_method_keeps_its_slashes() -> None:
    body = write_result("/auth/token/create", EMPTY, Stamp("r", "t"), is_simplified=False)
    assert list(json.loads(body)) == ["/auth/token/create_response"]


@pytest.mark.parametrize(
    ("items", "is_simplified", "written"),
    [
        ([], False, {}),
        ([], True, []),
        ([1], False, {"number": [1]}),
        ([1, 2], True, [1, 2]),
    ],
)
def test_a_list_is_wrapped_unless_simplified(items: list[int], is_simplified: bool, written: object) -> None:
    assert list_of("number", items, is_simplified=is_simplified) == written


def test_stamps_have_the_recorded_form() -> None:
    recorded = sample("aliexpress.affiliate.product.query")["aliexpress_affiliate_product_query_response"]
    stamp = make_stamp(6_234, 1_790_445_145.0096)
    assert stamp.request_id == "210155f117904451450096234"
    assert len(stamp.request_id) == len(recorded["request_id"])
    assert len(stamp.trace_id) == len(recorded["_trace_id_"])


def test_stamps_of_one_moment_differ() -> None:
    assert len({make_stamp(number, 1.8e9).request_id for number in range(1_000)}) == 1_000
    assert len({make_stamp(number, 1.8e9).trace_id for number in range(1_000)}) == 1_000
