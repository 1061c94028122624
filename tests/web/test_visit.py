"""A request under way."""

from __future__ import annotations

from typing import Any

import pytest

from alistach.observe.exchange import Exchange
from alistach.web.visit import Visit, replied, visit_of


def visit() -> Visit:
    return Visit(Exchange(1.0, "abcdefghijkl", "GET", "/", "127.0.0.1", 0.5), {})


@pytest.mark.parametrize("stranger", [None, {}, "visit"])
def test_a_scope_that_did_not_pass_the_front_is_a_defect(stranger: object) -> None:
    with pytest.raises(TypeError, match="past the front"):
        visit_of({"visit": stranger})


def test_a_scope_without_a_visit_is_a_defect() -> None:
    with pytest.raises(KeyError):
        visit_of({})


def test_a_visit_is_found_in_its_scope() -> None:
    made = visit()
    assert visit_of({"visit": made}) is made


def test_nothing_is_known_of_a_new_visit() -> None:
    made = visit()
    assert (made.caller, made.verdict, made.origin, made.reply) == (None, None, None, None)


async def test_nothing_is_sent_once_the_visit_has_its_reply() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is to be received")

    scope: Any = {}
    await replied(scope, receive, send)
    assert sent == []
