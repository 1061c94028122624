"""The fast lane: what it answers is what the long way would have answered, and it knows when it must not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alistach.answers.answer import Answer
from alistach.answers.asker import CacheStatus
from alistach.web.app import build
from alistach.web.coding import Coding
from alistach.web.fastlane import FastLane, Lanes, raw_target
from tests.asking import ADMIN, SEARCH, Got, Service, call, eventually, fields, in_loop, open_live
from tests.leaping import LeapingClock
from tests.steered import SteeredClock

POLICY = (b"ratelimit-policy", b"policy")


def answer(size: int = 5_000, fresh_until: float = 1_800_000_060.0) -> Answer:
    return Answer(b"x" * size, 'W/"1f"', CacheStatus.MISS, 1_800_000_000.0, 1, fresh_until)


def lanes(limit_bytes: int = 1_000_000) -> Lanes:
    return Lanes(limit_bytes, SteeredClock(), POLICY)


def lanes_of(service: Service) -> Lanes:
    """The lanes of an open service."""
    assert isinstance(service.app, FastLane)
    return service.app._lanes


def told(got: Got) -> tuple[int, bytes, set[str], list[tuple[str, str]]]:
    """What must be the same by either way: all but the request's own name, its age and the caller's bucket."""
    own = {"x-request-id", "ratelimit", "age"}
    return got.status, got.body, got.names, sorted(pair for pair in got.headers if pair[0] not in own)


def test_an_answer_that_is_not_fresh_gets_no_lane() -> None:
    made = lanes()
    made.keep(b"/a", "search", answer(fresh_until=0.0))
    made.keep(b"/b", "search", answer(fresh_until=1_800_000_000.0))
    assert len(made) == 0


def test_lanes_take_no_more_than_their_bytes_and_the_first_kept_goes_first() -> None:
    made = lanes(20_000)
    for target in (b"/a", b"/b", b"/c", b"/d"):
        made.keep(target, "search", answer())
    assert (made.find(b"/a"), len(made)) == (None, 3)


def test_an_answer_larger_than_all_lanes_gets_none() -> None:
    made = lanes(4_000)
    made.keep(b"/a", "search", answer())
    assert len(made) == 0


def test_codings_weigh_too() -> None:
    made = lanes(20_000)
    for target in (b"/a", b"/b", b"/c"):
        made.keep(target, "search", answer())
    lane = made.find(b"/c")
    assert lane is not None
    made._limit_bytes = 19_510
    assert made.body(b"/c", lane, Coding.GZIP).size < 100
    assert made.find(b"/a") is None


def test_a_target_kept_again_has_the_newer_answer_and_weighs_once() -> None:
    made = lanes()
    made.keep(b"/a", "search", answer())
    weight = made._weight_bytes
    made.keep(b"/a", "search", answer(fresh_until=1_800_000_090.0))
    lane = made.find(b"/a")
    assert lane is not None
    assert (lane.fresh_until, len(made), made._weight_bytes) == (1_800_000_081.0, 1, weight)


def test_forgetting_leaves_nothing() -> None:
    made = lanes()
    made.keep(b"/a", "search", answer())
    made.forget()
    assert (len(made), made.find(b"/a"), made._weight_bytes) == (0, None, 0)


def test_a_coding_is_made_once() -> None:
    made = lanes()
    made.keep(b"/a", "search", answer())
    lane = made.find(b"/a")
    assert lane is not None
    assert made.body(b"/a", lane, Coding.GZIP) is lane.bodies[Coding.GZIP]
    assert made.body(b"/a", lane, None) is lane.bodies[None]


def test_a_short_body_is_in_no_coding() -> None:
    made = lanes()
    made.keep(b"/a", "search", answer(size=999))
    lane = made.find(b"/a")
    assert lane is not None
    assert made.body(b"/a", lane, Coding.GZIP) is lane.bodies[None]


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        ({"raw_path": b"/a%20b", "path": "/a b", "query_string": b""}, b"/a%20b"),
        ({"raw_path": b"/a", "path": "/a", "query_string": b"x=%31"}, b"/a?x=%31"),
        ({"path": "/\u00fc", "query_string": b""}, b"/\xc3\xbc"),
        ({"raw_path": None, "path": "/a", "query_string": b"x"}, b"/a?x"),
    ],
)
def test_the_target_is_what_was_sent(scope: dict[str, Any], target: bytes) -> None:
    assert raw_target(scope) == target


async def test_the_second_answer_comes_by_the_lane(service: Service) -> None:
    await service.get(SEARCH)
    assert len(lanes_of(service)) == 1
    got = await service.get(SEARCH)
    assert (got["cache-status"], got["x-upstream-calls"], got["age"]) == ("alistach; hit", "0", "0")
    line = fields(service.log[1])
    assert (line["status"], line["cache"], line["calls"], line["caller"]) == ("200", "hit", "0", "anonymous")
    assert service.gateway.metrics.total().by_cache_status == {"hit": 1, "miss": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "k"},
        {"Authorization": "Bearer k"},
        {"X-Admin-API-Key": "wrong"},
        {"Origin": "https://stranger.example"},
        {"X-Large": "a" * 17_000},
    ],
)
async def test_who_would_be_refused_is_refused_though_the_answer_is_known(
    service: Service, headers: dict[str, str]
) -> None:
    await service.get(SEARCH)
    assert (await service.get(SEARCH, headers)).status > 400


async def test_nobody_is_let_in_by_the_lane_who_needs_a_key(tmp_path: Path) -> None:
    async with open_live(tmp_path, ANONYMOUS_ACCESS="false") as service:
        await service.get(SEARCH, ADMIN)
        assert len(lanes_of(service)) == 1
        assert (await service.get(SEARCH)).code == "key_missing"


async def test_the_lane_keeps_the_limits(tmp_path: Path) -> None:
    async with open_live(tmp_path, MAX_REQUESTS_PER_SECOND="3") as service:
        statuses = [(await service.get(SEARCH)).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


async def test_the_lane_ends_when_nine_tenths_of_the_fresh_life_are_over(service: Service, clock: LeapingClock) -> None:
    await service.get(SEARCH)
    lane = lanes_of(service).find(SEARCH.encode())
    assert lane is not None
    assert 0.9 * 3_240.0 <= lane.fresh_until - clock.now() + 1 <= 0.9 * 3_600.0 + 1
    clock.leap(3_600)
    got = await service.get(SEARCH)
    assert (got["cache-status"], got["age"]) == ("alistach; fwd=stale", "3600")


@pytest.mark.parametrize(
    "clear", ["/admin/cache/clear", "/admin/cache/clear?hard=true", "/admin/cache/clear?kind=search"]
)
async def test_a_clear_empties_the_lanes(service: Service, clear: str) -> None:
    await service.get(SEARCH)
    await service.post(clear, headers=ADMIN)
    assert len(lanes_of(service)) == 0
    assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_dry_run_leaves_the_lanes(service: Service) -> None:
    await service.get(SEARCH)
    await service.post("/admin/cache/clear?dry_run=true", headers=ADMIN)
    assert len(lanes_of(service)) == 1


async def test_an_answer_asked_for_before_a_clear_gets_no_lane(service: Service) -> None:
    service.strike(kind="delay", delay_seconds=0.05, count=1)
    asked = asyncio.create_task(service.get(SEARCH))
    await eventually(lambda: service.calls == 1)
    await service.post("/admin/cache/clear", headers=ADMIN)
    assert (await asked).status == 200
    assert len(lanes_of(service)) == 0
    assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"


async def test_a_failure_gets_no_lane(service: Service) -> None:
    await service.get("/api/products/1005000000000000")
    await service.get("/api/products/search?page_size=0")
    assert len(lanes_of(service)) == 0


async def test_only_get_gets_a_lane_and_only_get_uses_it(service: Service) -> None:
    await service.post("/api/products/search?keywords=usb")
    await service.ask("DELETE", SEARCH)
    assert len(lanes_of(service)) == 0
    await service.get(SEARCH)
    assert (await service.ask("DELETE", SEARCH)).status == 405


async def test_each_tracking_id_has_its_own_links(service: Service) -> None:
    target = "/api/products/search?keywords=usb&page_size=1"
    for tracking_id in ("default", "deals", "bot"):
        for _ in range(2):
            got = await service.get(f"{target}&tracking_id={tracking_id}")
            assert got.json["data"]["products"][0]["link"]["tracking_id"] == tracking_id
    assert len(lanes_of(service)) == 3


USUAL = st.fixed_dictionaries(
    {},
    optional={
        "Accept-Encoding": st.sampled_from(
            ["", "identity", "gzip", "br;q=0.1, gzip", "zstd, br", "*", "gzip;q=0", "\xff"]
        ),
        "If-None-Match": st.sampled_from(["*", '"other"', "ETAG", 'W/"x", ETAG', ""]),
        "Accept": st.sampled_from(["application/json", "*/*"]),
        "Prefer": st.sampled_from(["wait=1", "wait=x"]),
        "Cookie": st.just("a=b"),
        "Range": st.just("bytes=0-9"),
    },
)
TARGETS = st.sampled_from(
    [
        SEARCH,
        "/api/products/search?page_size=1&keywords=USB",
        "/api/products/search?keywords=nothing-is-called-so",
        "/api/products/search?keywords=usb&tracking_id=deals&page_size=2",
        "/api/categories",
        "/api/categories/2/children",
        "/api/affiliate/link?url=1005006338829917",
    ]
)


def test_the_lane_answers_byte_for_byte_as_the_long_way_does(tmp_path: Path) -> None:
    def work(service: Service, runner: asyncio.Runner) -> None:
        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(TARGETS, USUAL)
        def holds(target: str, headers: dict[str, str]) -> None:
            etag = runner.run(service.get(target))["etag"]
            sent = {name: value.replace("ETAG", etag) for name, value in headers.items()}
            # A second application over the same gateway has no lanes yet, so it goes the long way.
            long_way = runner.run(call(build(service.gateway), "GET", target, sent.items()))
            fast = runner.run(service.get(target, sent))
            assert lanes_of(service).find(target.encode()) is not None
            assert told(fast) == told(long_way)

        holds()

    in_loop(lambda: open_live(tmp_path), work)


async def test_the_admin_key_is_let_into_the_lane_and_a_wrong_one_is_refused(service: Service) -> None:
    await service.get(SEARCH)
    known = service.gateway.metrics.known
    right = await service.get(SEARCH, ADMIN)
    wrong = await service.get(SEARCH, {"X-Admin-API-Key": "a-guess"})
    assert (right["cache-status"], service.gateway.metrics.known - known) == ("alistach; hit", 1)
    assert (wrong.status, wrong.code) == (403, "admin_key_wrong")
    assert " caller=admin " in service.log[-2]


def test_a_target_that_is_nobodys_habit_is_not_kept() -> None:
    made = lanes()
    made.keep(b"/" + b"a" * 1_024, "search", answer())
    assert len(made) == 0
