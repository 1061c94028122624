"""Entries: known ones served, unknown ones asked for once, stale ones when the platform fails; clears obeyed throughout."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from alistach.answers.asker import Asker, CacheStatus, Found
from alistach.answers.clearing import Clearing
from alistach.answers.entries import Cleared, Entries
from alistach.answers.entry import Entry, Kind, Row
from alistach.answers.freshness import Directives, FreshnessClass, jittered
from alistach.errors import (
    CredentialsRejected,
    DeadlineExceeded,
    Fault,
    GatewayError,
    InvalidParameters,
    NotFound,
    PermissionGroupMissing,
    TrackingIdUnknown,
    UpstreamBanned,
    UpstreamBusy,
    UpstreamDown,
    UpstreamInvalid,
)
from alistach.openplatform.operation import Priority
from tests.answers.making import DAY, EPOCH, HOUR, MINUTE, Desk, key_of, make_entry
from tests.steered import settle

KEY = key_of("1")
HIT, COLLAPSED, MISS, STALE = CacheStatus.HIT, CacheStatus.COLLAPSED, CacheStatus.MISS, CacheStatus.STALE
FAILURES: list[type[GatewayError]] = [
    UpstreamDown,
    UpstreamBanned,
    UpstreamBusy,
    UpstreamInvalid,
    CredentialsRejected,
    PermissionGroupMissing,
    DeadlineExceeded,
]


def asker(desk: Desk, wait: float = 10.0, directives: Directives | None = None) -> Asker:
    return Asker(desk.clock.monotonic() + wait, directives or Directives())


def ask(desk: Desk, who: Asker | None = None, key: str = KEY) -> asyncio.Task[Found]:
    return asyncio.create_task(desk.entries.find(key, desk.upstream.fetch(key), who or asker(desk)))


async def known(desk: Desk, age: float, freshness: FreshnessClass = FreshnessClass.DETAIL) -> Entry:
    """An entry of this age, in the store."""
    entry = make_entry(KEY, freshness=freshness, asked_at=desk.clock.now())
    desk.entries.keep((entry,))
    await desk.clock.advance(age)
    return entry


async def test_a_fresh_entry_is_served_without_asking(desk: Desk) -> None:
    entry = await known(desk, 10 * MINUTE)
    assert await ask(desk) == Found(entry, HIT)
    assert desk.upstream.asked == []


async def test_an_unknown_entry_is_asked_for_kept_and_charged_to_its_asker(desk: Desk) -> None:
    desk.upstream.answer_at_once()
    who = asker(desk)
    found = await ask(desk, who)
    assert (found.status, who.tab.calls) == (MISS, 1)
    assert desk.upstream.asked == [Priority.INTERACTIVE]
    assert await ask(desk) == Found(found.entry, HIT)


async def test_three_hundred_askers_of_one_cold_question_cost_one_call(desk: Desk) -> None:
    askers = [asker(desk) for _ in range(300)]
    tasks = [ask(desk, who) for who in askers]
    await settle()
    desk.upstream.answer_at_once()
    founds = await asyncio.gather(*tasks)
    assert [found.status for found in founds] == [MISS] + [COLLAPSED] * 299
    assert [who.tab.calls for who in askers] == [1] + [0] * 299
    assert len(desk.upstream.asked) == 1
    assert desk.entries.saved["collapse"] == 299


async def test_an_opener_that_leaves_does_not_lose_the_result(desk: Desk) -> None:
    who = asker(desk, wait=2.0)
    leaving = ask(desk, who)
    await desk.clock.advance(2.0)
    with pytest.raises(DeadlineExceeded):
        await leaving
    desk.upstream.answer_at_once()
    await settle()
    assert (await ask(desk)).status is HIT
    assert (who.tab.calls, desk.ledger.charged) == (0, [1])


async def test_a_cancelled_opener_does_not_lose_the_result(desk: Desk) -> None:
    leaving = ask(desk)
    await settle()
    leaving.cancel()
    desk.upstream.answer_at_once()
    await settle()
    assert (await ask(desk)).status is HIT
    assert desk.ledger.charged == [1]


async def test_a_stale_entry_is_served_at_once_and_refreshed_once(desk: Desk) -> None:
    entry = await known(desk, 2 * HOUR)
    founds = [await ask(desk) for _ in range(20)]
    assert founds == [Found(entry, STALE)] * 20
    desk.upstream.answer_at_once()
    await settle()
    assert desk.upstream.asked == [Priority.REFRESH]
    assert (await ask(desk)).entry.received_at == desk.clock.now()
    assert desk.ledger.charged == [1]


async def test_a_refresh_that_failed_is_not_tried_again_at_once(desk: Desk) -> None:
    entry = await known(desk, 2 * HOUR)
    desk.upstream.outcome = UpstreamDown("down", upstream_calls=3)
    desk.upstream.answer_at_once()
    for _ in range(5):
        assert await ask(desk) == Found(entry, STALE)
        await settle()
    assert desk.upstream.asked == [Priority.REFRESH]
    assert (desk.ledger.charged, desk.ledger.failures) == ([3], [])
    await desk.clock.advance(15.0)
    await ask(desk)
    await settle()
    assert desk.upstream.asked == [Priority.REFRESH] * 2


async def test_pauses_after_refreshes_are_forgotten_when_they_are_over(desk: Desk) -> None:
    desk.upstream.answer_at_once()
    keys = [key_of(str(number)) for number in range(100)]
    desk.entries.keep([make_entry(key) for key in keys])
    await desk.clock.advance(2 * HOUR)
    for key in keys[:50]:
        await ask(desk, key=key)
    await desk.clock.advance(10.0)
    for key in keys[50:]:
        await ask(desk, key=key)
    assert len(desk.entries._refreshed) == 100
    await desk.clock.advance(2 * HOUR)
    await ask(desk, key=keys[0])
    assert list(desk.entries._refreshed) == keys[:1]


@pytest.mark.parametrize("failure", FAILURES)
async def test_what_may_not_be_revalidated_serves_when_the_platform_fails(
    desk: Desk, failure: type[GatewayError]
) -> None:
    entry = await known(desk, 2 * DAY)
    desk.upstream.outcome = failure("words", upstream_calls=2)
    desk.upstream.answer_at_once()
    who = asker(desk)
    assert await ask(desk, who) == Found(entry, STALE, failure.code)
    assert who.tab.calls == 2


@pytest.mark.parametrize("failure", [InvalidParameters, TrackingIdUnknown])
async def test_a_callers_own_fault_is_never_answered_with_something_stale(
    desk: Desk, failure: type[GatewayError]
) -> None:
    assert failure.fault is Fault.CALLER
    await known(desk, 2 * DAY)
    desk.upstream.outcome = failure("words", upstream_calls=1)
    desk.upstream.answer_at_once()
    who = asker(desk)
    with pytest.raises(failure):
        await ask(desk, who)
    assert who.tab.calls == 1


@pytest.mark.parametrize("failure", [*FAILURES, InvalidParameters])
async def test_a_failure_with_nothing_known_is_raised_and_nothing_is_kept(
    desk: Desk, failure: type[GatewayError]
) -> None:
    desk.upstream.outcome = failure("words", upstream_calls=1)
    desk.upstream.answer_at_once()
    with pytest.raises(failure):
        await ask(desk)
    assert desk.entries.known(KEY) is None


async def test_a_method_that_the_platform_does_not_know_is_no_fault_of_the_caller(desk: Desk) -> None:
    desk.upstream.outcome = NotFound("no such method", upstream_request_id="id", upstream_calls=1)
    desk.upstream.answer_at_once()
    with pytest.raises(UpstreamInvalid) as raised:
        await ask(desk)
    assert (raised.value.upstream_request_id, raised.value.upstream_calls) == ("id", 1)


async def test_what_is_gone_does_not_serve_for_failures(desk: Desk) -> None:
    await known(desk, 7 * DAY + 1)
    desk.upstream.outcome = UpstreamDown("down")
    desk.upstream.answer_at_once()
    with pytest.raises(UpstreamDown):
        await ask(desk)


async def test_with_something_stale_at_hand_nobody_waits_longer_than_three_seconds(desk: Desk) -> None:
    entry = await known(desk, 2 * DAY)
    waiting = ask(desk, asker(desk, wait=30.0))
    await desk.clock.advance(2.9)
    assert not waiting.done()
    await desk.clock.advance(0.1)
    assert await waiting == Found(entry, STALE, "deadline_exceeded")


async def test_a_platform_out_of_reach_is_not_asked(desk: Desk) -> None:
    desk.refusal = UpstreamBanned("banned", retry_after=3600)
    with pytest.raises(UpstreamBanned) as raised:
        await ask(desk)
    assert (raised.value.retry_after, desk.upstream.asked) == (3600, [])


async def test_a_platform_out_of_reach_leaves_what_is_stale(desk: Desk) -> None:
    entry = await known(desk, 2 * DAY)
    desk.refusal = UpstreamBanned("banned", retry_after=3600)
    assert await ask(desk) == Found(entry, STALE, "upstream_banned")


async def test_what_is_asked_elsewhere_needs_no_turn(desk: Desk) -> None:
    desk.refusal = UpstreamBanned("banned", retry_after=3600)
    desk.upstream.answer_at_once()
    found = await desk.entries.find(KEY, desk.upstream.fetch(KEY), asker(desk), needs_turn=False)
    assert found.status is MISS


async def test_who_joins_a_flight_does_not_need_a_turn(desk: Desk) -> None:
    opener = ask(desk)
    await settle()
    desk.refusal = UpstreamBusy("busy")
    joiner = ask(desk)
    await settle()
    desk.upstream.answer_at_once()
    assert [(await one).status for one in (opener, joiner)] == [MISS, COLLAPSED]


@pytest.mark.parametrize("directives", [Directives(no_cache=True), Directives(max_age=60)])
async def test_directives_ask_past_what_is_fresh(desk: Desk, directives: Directives) -> None:
    entry = await known(desk, 10 * MINUTE)
    desk.upstream.answer_at_once()
    found = await ask(desk, asker(desk, directives=directives))
    assert (found.status, found.entry.asked_at) == (MISS, entry.asked_at + 10 * MINUTE)


async def test_directives_still_get_something_stale_when_the_platform_fails(desk: Desk) -> None:
    entry = await known(desk, 0.0)
    desk.upstream.outcome = UpstreamDown("down")
    desk.upstream.answer_at_once()
    found = await ask(desk, asker(desk, directives=Directives(no_cache=True)))
    assert found == Found(entry, STALE, "upstream_down")


async def test_usable_asks_nobody(desk: Desk) -> None:
    assert desk.entries.usable(KEY, asker(desk)) is None
    entry = await known(desk, 0.0)
    assert desk.entries.usable(KEY, asker(desk)) == Found(entry, HIT)
    await desk.clock.advance(2 * HOUR)
    assert desk.entries.usable(KEY, asker(desk)) == Found(entry, STALE)
    await desk.clock.advance(2 * DAY)
    assert desk.entries.usable(KEY, asker(desk)) is None
    assert desk.upstream.asked == []


async def test_an_entry_asked_for_earlier_does_not_replace_a_newer_one(desk: Desk) -> None:
    newer = make_entry(KEY, asked_at=EPOCH - 1, content=Row(b"newer"))
    older = make_entry(KEY, asked_at=EPOCH - 2, received_at=EPOCH, content=Row(b"older"))
    desk.entries.keep((newer,))
    desk.entries.keep((older,))
    assert desk.entries.known(KEY) == newer


async def test_an_entry_from_the_future_does_not_keep_newer_ones_out(desk: Desk) -> None:
    desk.store.put((make_entry(KEY, asked_at=EPOCH + DAY, content=Row(b"before the clock was set back")),))
    entry = make_entry(KEY, asked_at=EPOCH, content=Row(b"after"))
    desk.entries.keep((entry,))
    assert desk.entries.known(KEY) == entry


async def test_a_cleared_entry_is_asked_for_again(desk: Desk) -> None:
    await known(desk, MINUTE)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    await desk.clock.advance(1.0)
    desk.upstream.answer_at_once()
    assert (await ask(desk)).status is MISS
    assert (await ask(desk)).status is HIT


async def test_a_cleared_entry_serves_when_the_platform_fails(desk: Desk) -> None:
    entry = await known(desk, MINUTE)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    desk.refusal = UpstreamBanned("banned", retry_after=3600)
    assert await ask(desk) == Found(entry, STALE, "upstream_banned")


async def test_a_hard_cleared_entry_serves_nobody(desk: Desk) -> None:
    await known(desk, MINUTE)
    assert await desk.entries.clear(Clearing(at=desk.clock.now()), hard=True) == Cleared(
        {Kind.SEARCH: 0, Kind.PRODUCT: 1, Kind.CATEGORIES: 0, Kind.RESOLUTION: 0}, 1
    )
    desk.refusal = UpstreamBanned("banned")
    with pytest.raises(UpstreamBanned):
        await ask(desk)


async def test_a_flight_that_began_before_a_clear_answers_and_is_not_kept(desk: Desk) -> None:
    opener = ask(desk)
    await desk.clock.advance(1.0)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    await desk.clock.advance(1.0)
    desk.upstream.answer_at_once()
    found = await opener
    assert found.status is MISS
    assert desk.entries.known(KEY) is None
    assert desk.entries.fresh_until((found,)) == 0.0


async def test_who_asks_after_a_clear_does_not_join_a_flight_that_began_before_it(desk: Desk) -> None:
    before = ask(desk)
    await desk.clock.advance(1.0)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    await desk.clock.advance(1.0)
    after = ask(desk)
    await settle()
    desk.upstream.answer_at_once()
    assert [(await one).entry.asked_at - EPOCH for one in (before, after)] == [0.0, 2.0]
    assert (await after).status is MISS


async def test_a_refresh_that_was_paused_is_free_again_after_a_clear(desk: Desk) -> None:
    await known(desk, 2 * HOUR)
    await ask(desk)
    await desk.entries.clear(Clearing(at=desk.clock.now(), kind=Kind.SEARCH), hard=False)
    desk.upstream.answer_at_once()
    await settle()
    await ask(desk)
    assert desk.entries._refreshed == {}


async def test_a_clear_outlives_the_process(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await known(desk, MINUTE)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    await desk.close()
    later = Desk(tmp_path, desk.clock)
    later.upstream.answer_at_once()
    await later.clock.advance(1.0)
    found = await ask(later)
    await later.close()
    assert found.status is MISS


async def test_a_preview_counts_and_clears_nothing(desk: Desk) -> None:
    entry = await known(desk, MINUTE)
    counted = await desk.entries.preview(Clearing(at=desk.clock.now()))
    assert counted[Kind.PRODUCT] == 1
    assert await ask(desk) == Found(entry, HIT)


async def test_old_clears_are_forgotten_with_the_oldest_entry_that_they_cover(desk: Desk) -> None:
    await desk.entries.clear(Clearing(at=desk.clock.now(), kind=Kind.SEARCH), hard=False)
    await desk.clock.advance(181 * DAY)
    await desk.entries.clear(Clearing(at=desk.clock.now()), hard=False)
    assert desk.entries.clearings == (Clearing(at=EPOCH + 181 * DAY),)


async def test_entries_are_fresh_until_the_first_of_them_is_not(desk: Desk) -> None:
    young = Found(make_entry(KEY, asked_at=EPOCH), HIT)
    old = Found(make_entry(KEY, asked_at=EPOCH - MINUTE), HIT)
    assert desk.entries.fresh_until((young, old)) == EPOCH - MINUTE + jittered(30 * MINUTE, KEY)


async def test_an_entry_from_the_future_is_not_fresh_for_longer_than_a_new_one(desk: Desk) -> None:
    found = Found(make_entry(KEY, asked_at=EPOCH + DAY), HIT)
    assert desk.entries.fresh_until((found,)) == EPOCH + jittered(30 * MINUTE, KEY)


async def test_an_entry_says_how_much_of_its_fresh_life_is_over(desk: Desk) -> None:
    entry = make_entry(KEY, asked_at=EPOCH - 15 * MINUTE)
    assert desk.entries.spent(entry) == 0.5


async def test_what_is_asked_for_late_in_its_fresh_life_is_refreshed_before_it_is_old(desk: Desk) -> None:
    await known(desk, 0.95 * jittered(30 * MINUTE, KEY))
    before = len(desk.upstream.asked)
    found = await ask(desk)
    await settle()
    assert found.status is HIT
    assert desk.upstream.asked[before:] == [Priority.REFRESH]


async def test_what_came_in_a_free_seat_was_saved_by_it_once(desk: Desk) -> None:
    desk.entries.keep_spare([make_entry(KEY, asked_at=desk.clock.now())])
    await ask(desk)
    await ask(desk)
    assert desk.entries.saved == {"seats": 1, "cache": 1}


async def test_what_was_saved_is_counted_by_what_saved_it(desk: Desk) -> None:
    await known(desk, MINUTE)
    await ask(desk)
    desk.store.put((make_entry(key_of("2"), freshness=FreshnessClass.LISTED, asked_at=desk.clock.now()),))
    await ask(desk, key=key_of("2"))
    await desk.clock.advance(2 * HOUR)
    await ask(desk)
    assert desk.entries.saved == {"cache": 1, "product reuse": 1, "stale": 1}


async def test_a_question_that_fails_is_charged_with_all_that_was_spent_on_it(desk: Desk) -> None:
    desk.upstream.answer_at_once()
    who = asker(desk)

    async def question(entries: Entries) -> None:
        with entries.charging(who) as payer:
            await entries.find(KEY, desk.upstream.fetch(KEY), payer)
            raise UpstreamDown("the next step failed", upstream_calls=0)

    with pytest.raises(UpstreamDown) as raised:
        await question(desk.entries)
    assert (raised.value.upstream_calls, who.tab.calls) == (1, 0)


async def test_the_system_pays_for_who_leaves_in_the_middle_of_a_question(desk: Desk) -> None:
    desk.upstream.answer_at_once()

    async def question() -> None:
        with desk.entries.charging(asker(desk)) as payer:
            await desk.entries.find(KEY, desk.upstream.fetch(KEY), payer)
            await asyncio.Event().wait()

    leaving = asyncio.create_task(question())
    await settle()
    leaving.cancel()
    await settle()
    assert desk.ledger.charged == [1]


async def test_one_asker_with_two_questions_has_two_bills(desk: Desk) -> None:
    desk.upstream.answer_at_once()
    who = asker(desk)
    bills = []
    for key in (key_of("1"), key_of("2")):
        with desk.entries.charging(who) as payer:
            await desk.entries.find(key, desk.upstream.fetch(key), payer)
            bills.append(payer.tab.calls)
    assert bills == [1, 1]
