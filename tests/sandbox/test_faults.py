"""Definitions of faults: what is refused, and what is understood."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from alistach.sandbox import faults
from alistach.sandbox.faults import Fault

DECODER = msgspec.json.Decoder(Fault)


def read(**definition: Any) -> Fault:
    fault: Fault = DECODER.decode(msgspec.json.encode(definition))
    return fault


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ({}, "Object missing required field `kind`"),
        ({"kind": "earthquake"}, "Invalid value 'earthquake' - at `$.kind`"),
        ({"kind": "delay"}, "Object missing required field `delay_seconds`"),
        ({"kind": "delay", "delay_seconds": "1"}, "Expected `float`, got `str` - at `$.delay_seconds`"),
        ({"kind": "delay", "delay_seconds": 0}, "Expected `float` > 0.0 - at `$.delay_seconds`"),
        ({"kind": "hang", "delay_seconds": 1}, "Object contains unknown field `delay_seconds`"),
        ({"kind": "hang", "count": 0}, "Expected `int` >= 1 - at `$.count`"),
        ({"kind": "hang", "count": 1.5}, "Expected `int | null`, got `float` - at `$.count`"),
        ({"kind": "hang", "seconds": -1}, "Expected `float` > 0.0 - at `$.seconds`"),
        ({"kind": "hang", "share": 0}, "Expected `float` > 0.0 - at `$.share`"),
        ({"kind": "hang", "share": 1.1}, "Expected `float` <= 1.0 - at `$.share`"),
        ({"kind": "hang", "method": "no.such"}, "no method is called no.such"),
        ({"kind": "status"}, "Object missing required field `status`"),
        ({"kind": "status", "status": 404}, "Invalid enum value 404 - at `$.status`"),
        ({"kind": "wrong_type", "shape": "round"}, "Invalid enum value 'round' - at `$.shape`"),
        ({"kind": "ban"}, "a ban needs `seconds`"),
        ({"kind": "ban", "seconds": 1, "method": "no.such"}, "no method is called no.such"),
        ({"kind": "ban_above"}, "Object missing required field `calls_per_second`"),
        ({"kind": "ban_above", "calls_per_second": 0}, "Expected `float` > 0.0 - at `$.calls_per_second`"),
        ({"kind": "platform_error"}, "Object missing required field `name`"),
        ({"kind": "business_error", "resp_code": 200}, "Invalid enum value 200 - at `$.resp_code`"),
    ],
)
def test_a_bad_definition_is_refused_with_a_sentence(definition: dict[str, Any], sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        read(**definition)
    assert str(raised.value) == sentence


def test_an_unknown_platform_error_is_answered_with_those_there_are() -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        read(kind="platform_error", name="Nope")
    assert str(raised.value).startswith(
        "no platform error is called Nope; there are IncompleteSignature, InvalidAppKey"
    )


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ({"kind": "delay", "delay_seconds": 2}, faults.Delay(delay_seconds=2)),
        ({"kind": "hang", "count": 1}, faults.Hang(count=1)),
        ({"kind": "reset", "share": 0.5}, faults.Reset(share=0.5)),
        ({"kind": "truncated", "seconds": 60}, faults.Truncated(seconds=60)),
        ({"kind": "html"}, faults.Html()),
        ({"kind": "wrong_type"}, faults.WrongType(shape="result")),
        ({"kind": "status", "status": 503}, faults.Status(status=503)),
        ({"kind": "ban", "seconds": 3600}, faults.Ban(seconds=3600)),
        ({"kind": "ban_above", "calls_per_second": 1}, faults.BanAbove(calls_per_second=1, ban_seconds=1)),
        ({"kind": "missing_promotion_link"}, faults.MissingPromotionLink()),
        ({"kind": "half_batch"}, faults.HalfBatch()),
        ({"kind": "platform_error", "name": "ApiCallLimit"}, faults.PlatformError(name="ApiCallLimit")),
        ({"kind": "business_error", "resp_code": 404}, faults.BusinessError(resp_code=404)),
        ({"kind": "empty", "method": "/auth/token/create"}, faults.Empty(method="/auth/token/create")),
    ],
)
def test_every_kind_is_understood_and_written_back(definition: dict[str, Any], fault: Fault) -> None:
    assert read(**definition) == fault
    assert DECODER.decode(msgspec.json.encode(fault)) == fault


def test_a_life_may_be_bounded_in_three_ways_at_once() -> None:
    fault = read(kind="html", method="aliexpress.affiliate.category.get", seconds=60, count=3, share=0.1)
    assert (fault.method, fault.seconds, fault.count, fault.share) == (
        "aliexpress.affiliate.category.get",
        60,
        3,
        0.1,
    )


def test_only_what_was_said_is_written() -> None:
    assert msgspec.json.encode(faults.Hang(count=2)) == b'{"kind":"hang","count":2}'
