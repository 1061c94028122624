"""A question about many things, asked fifty at a time and answered as if at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from alistach.cli.problem import checked
from alistach.cli.reply import Asks, Reply, data_of, with_data

MOST_AT_ONCE: Final = 50


def ask_in_batches(
    asks: Asks, target: str, items: Sequence[str], member: str, content: Callable[[list[str]], object]
) -> Reply:
    """One reply with the rows of all; `member` names the list in its data. Raises Refused for any failure."""
    rows: list[msgspec.Raw] = []
    calls = 0
    for start in range(0, len(items), MOST_AT_ONCE):
        reply = checked(asks.ask("POST", target, content(list(items[start : start + MOST_AT_ONCE]))))
        rows += msgspec.json.decode(data_of(reply), type=dict[str, list[msgspec.Raw]])[member]
        calls += int(reply.headers.get("x-upstream-calls", "0"))
    whole = with_data(reply, msgspec.json.encode({member: rows}))
    return Reply(whole.status, {**reply.headers, "x-upstream-calls": str(calls)}, whole.body)
