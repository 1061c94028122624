"""Calls by day, app key and method."""

from pathlib import Path

import pytest

from alistach.storage import ledger
from alistach.storage.ledger import Calls, utc_day
from alistach.storage.refused import StorageFailed
from tests.storage.records import ask, opened

_KEY, _OTHER = "0123456789abcdef", "fedcba9876543210"
_DAY, _NEXT = "2027-01-15", "2027-01-16"


@pytest.mark.parametrize(
    ("moment", "day"),
    [(1_800_000_000.0, _DAY), (1_800_057_599.999, _DAY), (1_800_057_600.0, _NEXT), (0.0, "1970-01-01")],
)
def test_a_day_ends_at_midnight_utc(moment: float, day: str) -> None:
    assert utc_day(moment) == day


async def test_calls_that_cannot_all_be_added_are_not_added_at_all(tmp_path: Path) -> None:
    rows = [Calls(_DAY, _KEY, "search", 1, 10.0), Calls(_DAY, _KEY, "link", None, 11.0)]  # type: ignore[arg-type]
    async with opened(tmp_path / "audit.db") as record:
        with pytest.raises(StorageFailed):
            await record.run(lambda connection: ledger.add(connection, rows))
        assert await record.run(lambda connection: ledger.of_day(connection, _KEY, _DAY)) == {}


async def test_counts_are_added_up(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: ledger.add(connection, [Calls(_DAY, _KEY, "search", 2, 10.0)]))
        await record.run(
            lambda connection: ledger.add(
                connection, [Calls(_DAY, _KEY, "search", 3, 20.0), Calls(_DAY, _KEY, "link", 1, 15.0)]
            )
        )
        assert await record.run(lambda connection: ledger.of_day(connection, _KEY, _DAY)) == {"link": 1, "search": 5}
        assert await record.run(lambda connection: ledger.last_sent(connection, _KEY)) == 20.0
    assert ask(tmp_path / "audit.db", "SELECT * FROM calls ORDER BY method") == [
        (_DAY, _KEY, "link", 1, 15.0),
        (_DAY, _KEY, "search", 5, 20.0),
    ]


async def test_days_and_app_keys_are_apart(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(
            lambda connection: ledger.add(
                connection,
                [
                    Calls(_DAY, _KEY, "search", 1, 10.0),
                    Calls(_NEXT, _KEY, "search", 2, 30.0),
                    Calls(_DAY, _OTHER, "search", 4, 99.0),
                ],
            )
        )
        assert await record.run(lambda connection: ledger.of_day(connection, _KEY, _DAY)) == {"search": 1}
        assert await record.run(lambda connection: ledger.of_day(connection, _KEY, _NEXT)) == {"search": 2}
        assert await record.run(lambda connection: ledger.last_sent(connection, _KEY)) == 30.0


async def test_an_app_key_without_calls_was_never_used(tmp_path: Path) -> None:
    async with opened(tmp_path / "audit.db") as record:
        await record.run(lambda connection: ledger.add(connection, []))
        assert await record.run(lambda connection: ledger.of_day(connection, _KEY, _DAY)) == {}
        assert await record.run(lambda connection: ledger.last_sent(connection, _KEY)) is None
