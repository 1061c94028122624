"""What arrived is counted, whatever became of it."""

from __future__ import annotations

import pytest

from alistach.sandbox.calls import Calls
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.verification import Arrival, Door
from tests.sandbox.calling import CATEGORIES, QUERY, Caller, sign


def arrival(method: str | None, door: Door = Door.SYNC) -> Arrival:
    return Arrival(door, method, Parameters(), "http://x")


@pytest.mark.parametrize(("method", "name"), [(None, "(none)"), ("no.such", "(unknown)"), ("no.other", "(unknown)")])
def test_calls_of_no_known_method_share_a_counter(method: str | None, name: str) -> None:
    calls = Calls()
    calls.arrive(arrival(method), 0.0)
    assert calls.report().calls == {name: 1}


def test_endless_names_do_not_fill_memory() -> None:
    calls = Calls()
    for number in range(1_000):
        calls.arrive(arrival(f"no.{number}"), 0.0)
    assert calls.report().calls == {"(unknown)": 1_000}
    assert len(calls.report().last) == 50


def test_calls_are_counted_by_method() -> None:
    calls = Calls()
    for method in (QUERY, QUERY, CATEGORIES):
        calls.arrive(arrival(method), 0.0)
    assert calls.report().calls == {QUERY: 2, CATEGORIES: 1}
    assert (calls.count(), calls.count(QUERY), calls.count("x")) == (3, 2, 0)


def test_a_note_says_when_where_what_and_how_it_ended() -> None:
    calls = Calls()
    note = calls.arrive(arrival("/auth/token/create", Door.REST), 1_800_000_000.0)
    assert note.outcome == "pending"
    note.outcome = "InvalidCode"
    last = calls.report().last[-1]
    assert (last.at, last.door, last.method, last.outcome) == (
        "2027-01-15T08:00:00Z",
        "/rest",
        "/auth/token/create",
        "InvalidCode",
    )


def test_clearing_forgets_everything() -> None:
    calls = Calls()
    calls.arrive(arrival(QUERY), 0.0)
    calls.bans = 3
    calls.clear()
    report = calls.report()
    assert (report.calls, report.bans, report.last) == ({}, 0, [])


async def test_refused_calls_are_counted_too(caller: Caller) -> None:
    await caller.send({})
    await caller.send({**caller.parameters(QUERY), "sign": "X"})
    await caller.call(QUERY, page_size="99")
    await caller.send(sign(caller.parameters(None, code="x"), path="/auth/token/create"), "/rest/auth/token/create")
    status, report = await caller.get("/sandbox/calls")
    assert status == 200
    assert report["calls"] == {"(none)": 1, QUERY: 2, "/auth/token/create": 1}
    assert [note["outcome"] for note in report["last"]] == [
        "MissingParameter",
        "IncompleteSignature",
        "InvalidParameter",
        "InvalidCode",
    ]


async def test_what_the_sandbox_tells_of_itself_is_not_counted(caller: Caller) -> None:
    await caller.get("/sandbox")
    await caller.get("/sandbox/calls")
    assert (await caller.get("/sandbox/calls"))[1] == {"calls": {}, "bans": 0, "last": []}


async def test_calls_can_be_read_in_process(caller: Caller) -> None:
    await caller.call(CATEGORIES)
    assert caller.sandbox.calls.count(CATEGORIES) == 1
