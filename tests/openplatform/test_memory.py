"""What a governor remembers when it is given no memory."""

from __future__ import annotations

from alistach.openplatform.memory import ForgetfulMemory, GovernorMemory, Known, Remembered


def test_nothing_is_known_at_first() -> None:
    remembered = Remembered()
    assert (remembered.banned_until, remembered.pace, remembered.last_sent) == (None, None, None)
    assert remembered.sent_today == {}


def test_the_forgetful_memory_keeps_nothing() -> None:
    memory: GovernorMemory = ForgetfulMemory()
    memory.ban_seen(2_000_000_000.0, 0.5)
    memory.call_sent("aliexpress.affiliate.category.get", 1_800_000_000.0)
    assert memory.load() == Remembered()


def test_two_memories_share_no_ledger() -> None:
    assert Remembered().sent_today is not Remembered().sent_today


def test_a_memory_may_keep_what_is_known_in_a_type_of_its_own() -> None:
    known: Known = Remembered(banned_until=1.0, pace=0.5, sent_today={"m": 2}, last_sent=0.5)
    assert (known.banned_until, known.pace, known.sent_today, known.last_sent) == (1.0, 0.5, {"m": 2}, 0.5)
