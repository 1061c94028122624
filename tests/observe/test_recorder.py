"""Where a finished exchange goes."""

from __future__ import annotations

from pathlib import Path

from alistach.observe.journal import Journal
from alistach.observe.metrics import Metrics
from alistach.observe.recorder import Recorder
from tests.observe.making import AT, exchange


def test_an_exchange_is_written_and_counted_once(tmp_path: Path) -> None:
    journal, metrics = Journal(tmp_path, lambda: AT), Metrics(lambda: AT)
    Recorder(journal, metrics).record(exchange())
    assert len(journal.path.read_text().splitlines()) == 1
    assert metrics.total().requests == 1


def test_an_exchange_that_cannot_be_written_is_counted(tmp_path: Path) -> None:
    journal, metrics = Journal(tmp_path, lambda: AT), Metrics(lambda: AT)
    journal.close()
    Recorder(journal, metrics).record(exchange())
    assert (journal.write_failures, metrics.total().requests) == (1, 1)
