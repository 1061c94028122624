"""The arithmetic of the budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.openplatform.pace import WINDOW_SECONDS, Pace, background_opens_at, opens_at, restored


def test_the_ceiling_is_never_exceeded_however_long_it_climbs() -> None:
    assert Pace(2.0, 1.0, 0.0).at(1e9) == 2.0


def test_calls_keep_five_percent_more_distance_than_the_pace_says() -> None:
    assert Pace(1.0, 1.0, 0.0).interval(0.0) == 1.05
    assert Pace(20.0, 20.0, 0.0).interval(0.0) == pytest.approx(0.0525)
    assert Pace(2.0, 0.5, 0.0).shortest_interval == 0.525


def test_a_ban_halves_the_pace_until_it_ends() -> None:
    halved = Pace(1.0, 1.0, 0.0).halved(now=10.0, banned_until=70.0)
    assert halved == Pace(1.0, 0.5, 70.0)
    assert [halved.at(moment) for moment in (10.0, 69.9, 70.0)] == [0.5, 0.5, 0.5]


def test_the_pace_climbs_back_gradually() -> None:
    halved = Pace(1.0, 0.5, 0.0)
    assert [halved.at(moment) for moment in (0.0, 60.0, 150.0, 300.0, 301.0)] == pytest.approx(
        [0.5, 0.6, 0.75, 1.0, 1.0]
    )


def test_ban_after_ban_slows_down_to_a_sixteenth() -> None:
    pace = Pace(1.0, 1.0, 0.0)
    bases = []
    for _ in range(6):
        pace = pace.halved(0.0, 0.0)
        bases.append(pace.base)
    assert bases == [0.5, 0.25, 0.125, 0.0625, 0.0625, 0.0625]


@pytest.mark.parametrize(
    ("remembered", "base"), [(None, 2.0), (1.0, 1.0), (50.0, 2.0), (0.0, 0.125), (-1.0, 0.125), (math.inf, 2.0)]
)
def test_a_remembered_pace_is_brought_within_todays_bounds(remembered: float | None, base: float) -> None:
    assert restored(2.0, remembered, 5.0) == Pace(2.0, base, 5.0)


@pytest.mark.parametrize(
    ("last_sent", "banned_until", "moment"),
    [(None, 0.0, 100.0), (99.5, 0.0, 100.55), (90.0, 0.0, 100.0), (99.5, 103.0, 103.0), (99.5, 100.1, 100.55)],
)
def test_the_next_call_waits_for_distance_and_ban(last_sent: float | None, banned_until: float, moment: float) -> None:
    assert opens_at(100.0, last_sent, banned_until, 1.05) == pytest.approx(moment)


def test_the_background_may_use_all_while_nobody_asks() -> None:
    assert background_opens_at(100.0, 0, [99.0] * 1000, 1.05) == 100.0


def test_the_background_gets_what_interactive_traffic_leaves_less_the_reserve() -> None:
    # 55 of the 57 calls that fit into a minute.
    sent = [41.0 + n for n in range(54)]
    assert background_opens_at(100.0, 20, sent, 1.05) == 100.0
    assert background_opens_at(100.0, 20, [*sent, 96.0], 1.05) == 41.0 + WINDOW_SECONDS
    assert background_opens_at(100.0, 20, [*sent, 96.0, 97.0], 1.05) == 42.0 + WINDOW_SECONDS
    assert background_opens_at(100.0, 0, [*sent, 96.0, 97.0], 1.05) == 100.0


def test_at_a_pace_below_one_a_minute_the_background_waits_a_minute_at_most() -> None:
    assert background_opens_at(100.0, 1, [70.0], 600.0) == 130.0
    assert background_opens_at(100.0, 0, [], 600.0) == 100.0


def test_the_reserve_leaves_nine_tenths_of_the_ceiling_in_use() -> None:
    for ceiling in (0.5, 1.0, 5.0, 20.0):
        interval = 1.05 / ceiling
        sent: list[float] = []
        now = 0.0
        while now < 600:
            recent = [moment for moment in sent if moment > now - WINDOW_SECONDS]
            opens = background_opens_at(now, 1, recent, interval)
            if opens > now:
                now = opens
                continue
            sent.append(now)
            now += interval
        assert (len(sent) + 10) / 600 >= 0.9 * ceiling


@given(st.floats(0.1, 100), st.lists(st.floats(0, 500), max_size=10).map(sorted))
def test_whatever_the_bans_the_pace_stays_within_its_bounds(ceiling: float, bans: list[float]) -> None:
    pace, now = Pace(ceiling, ceiling, 0.0), 0.0
    for moment in bans:
        pace = pace.halved(moment, moment + 1)
        now = moment
    for later in (0.0, 1.0, 100.0, 1000.0):
        assert ceiling / 16 <= pace.at(now + later) <= ceiling
        assert pace.interval(now + later) >= pace.shortest_interval


def test_a_longer_ban_than_was_known_holds_the_pace_until_it_ends() -> None:
    pace = Pace(ceiling=1.0, base=0.5, since=10.0).held(3_600.0)
    assert (pace.base, pace.since) == (0.5, 3_600.0)
