"""Envelopes: how the platform wraps an answer or an error, plain, simplified or for /rest."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from alistach.sandbox.refusals import Refusal

T = TypeVar("T")
# A list as the platform writes it: inside an object with one key, empty without it, or plain when simplified.
Listing = dict[str, list[T]] | list[T]


class Stamp(msgspec.Struct, frozen=True):
    """The two identifiers that every answer carries."""

    request_id: str
    trace_id: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a method found: the content of `resp_result`."""

    result: msgspec.Struct | UnsetType = UNSET
    resp_code: int = 200
    resp_msg: str | UnsetType = "Call succeeds"


EMPTY = Result(resp_code=405, resp_msg="The result is empty")


class _Plain(msgspec.Struct, frozen=True):
    resp_result: Result
    request_id: str
    trace_id: str = msgspec.field(name="_trace_id_")


class _Simplified(msgspec.Struct, frozen=True):
    code: str
    resp_result: Result
    request_id: str


class _Error(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    type: str | None = None
    code: str | int
    msg: str
    sub_code: str | None = None
    sub_msg: str | None = None
    request_id: str
    trace_id: str | None = msgspec.field(default=None, name="_trace_id_")


class _RestError(msgspec.Struct, frozen=True):
    type: str | None
    code: str | int
    message: str
    request_id: str


def make_stamp(number: int, now: float) -> Stamp:
    """The identifiers of the number-th answer, in the platform's form: machine, milliseconds, counter."""
    milliseconds = int(now * 1000)
    return Stamp(
        request_id=f"210155f1{milliseconds:013d}{number % 10_000:04d}",
        trace_id=f"2140d361{milliseconds:013d}{number % 10_000:04d}e{number % 0xFFFF:04x}",
    )


def list_of(wrapper: str, items: list[T], *, is_simplified: bool) -> Listing[T]:
    """`items` as the platform writes lists."""
    if is_simplified:
        return items
    return {wrapper: items} if items else {}


def write_result(method: str, result: Result, stamp: Stamp, *, is_simplified: bool) -> bytes:
    """The body of an answer on /sync."""
    if is_simplified:
        return msgspec.json.encode(_Simplified("0", result, stamp.request_id))
    key = method.replace(".", "_") + "_response"
    return msgspec.json.encode({key: _Plain(result, stamp.request_id, stamp.trace_id)})


def write_error(refusal: Refusal, stamp: Stamp) -> bytes:
    """The body of an error on /sync."""
    error = _Error(
        type=refusal.type,
        code=refusal.code,
        msg=refusal.msg,
        sub_code=refusal.sub_code,
        sub_msg=refusal.sub_msg,
        request_id=stamp.request_id,
        # The legacy platform, whose errors have no type, had no trace either.
        trace_id=stamp.trace_id if refusal.type else None,
    )
    return msgspec.json.encode({"error_response": error})


def write_rest_error(refusal: Refusal, stamp: Stamp) -> bytes:
    """The body of an error on /rest."""
    return msgspec.json.encode(_RestError(refusal.type, refusal.code, refusal.msg, stamp.request_id))
