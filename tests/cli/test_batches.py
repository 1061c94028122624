"""Questions about many things."""

from __future__ import annotations

import json

import pytest

from alistach.cli.batches import ask_in_batches
from alistach.cli.refused import Refused
from alistach.cli.reply import Reply


class Echo:
    """Answers with what it was asked about; fails on `bad`."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        assert (method, target) == ("POST", "/rows")
        assert isinstance(content, list)
        self.sizes.append(len(content))
        if "bad" in content:
            return Reply(400, {}, b'{"title":"T","detail":"D","code":"c","request_id":"r"}')
        body = {"success": True, "data": {"rows": content}, "metadata": {"source": "live"}}
        return Reply(200, {"x-upstream-calls": "1", "age": "3"}, json.dumps(body).encode())


def test_a_hundred_and_twenty_are_asked_in_three_and_answered_as_one() -> None:
    echo, items = Echo(), [str(number) for number in range(120)]
    reply = ask_in_batches(echo, "/rows", items, "rows", list)
    assert echo.sizes == [50, 50, 20]
    assert json.loads(reply.body) == {"success": True, "data": {"rows": items}, "metadata": {"source": "live"}}
    assert reply.headers == {"x-upstream-calls": "3", "age": "3"}


def test_one_failure_fails_the_whole() -> None:
    with pytest.raises(Refused):
        ask_in_batches(Echo(), "/rows", ["a"] * 50 + ["bad"], "rows", list)
