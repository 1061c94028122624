"""Failures on a terminal."""

from __future__ import annotations

import json

import pytest

from alistach.cli.problem import Told, checked, hint, lines
from alistach.cli.refused import Refused
from alistach.cli.reply import Reply
from alistach.web.errorbook import every_error

TOLD = Told(
    "AliExpress has banned this app key for 12 seconds",
    "It said so.",
    "upstream_banned",
    "qmxwzplkvbtr",
    "2101f1",
    12,
)


def test_every_code_has_its_own_hint() -> None:
    without = [e.code for e in every_error() if hint(Told("", "", e.code, "")).startswith("Look the code up")]
    assert without == []


def test_a_failure_is_told_with_code_ids_and_what_to_try() -> None:
    assert lines(TOLD) == (
        "Error: AliExpress has banned this app key for 12 seconds.",
        "  It said so.",
        "  (upstream_banned, request qmxwzplkvbtr, AliExpress's request 2101f1)",
        "Try: Wait for the ban to end: alistach health says until when (12 seconds from now).",
    )


def test_an_unknown_code_is_looked_up() -> None:
    assert hint(Told("", "", "brand_new", "")) == "Look the code up in docs/errors.md#brand_new"


@pytest.mark.parametrize(("status", "exit_code"), [(400, 2), (404, 1), (503, 1)])
def test_a_wrong_question_is_wrong_usage_and_every_other_failure_is_not(status: int, exit_code: int) -> None:
    body = json.dumps({"title": "T", "detail": "D.", "code": "c", "request_id": "r"}).encode()
    with pytest.raises(Refused) as refusal:
        checked(Reply(status, {}, body))
    assert refusal.value.exit_code == exit_code


def test_a_failure_of_something_else_is_told_as_such() -> None:
    with pytest.raises(Refused, match="status 502, with a body that is no problem of alistach's"):
        checked(Reply(502, {}, b"<html>"))


def test_an_answer_passes() -> None:
    reply = Reply(200, {}, b"{}")
    assert checked(reply) is reply
