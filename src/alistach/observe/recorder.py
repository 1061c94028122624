"""Where a finished exchange goes: its line first, since that may be all that is left of it, then the counts."""

from __future__ import annotations

from alistach.observe.exchange import Exchange
from alistach.observe.journal import Journal
from alistach.observe.metrics import Metrics


class Recorder:
    """Called once for each exchange, before its response leaves."""

    def __init__(self, journal: Journal, metrics: Metrics) -> None:
        self._write, self._count, self._metrics = journal.record, metrics.count, metrics

    def record(self, exchange: Exchange) -> None:
        """Write and count the exchange."""
        self._write(exchange)
        self._count(exchange)

    def record_known(self, exchange: Exchange) -> None:
        """Write and count an exchange of the fast lane, which no other stage has seen."""
        self._write(exchange)
        self._count(exchange)
        self._metrics.known += 1
