"""The app key's budget: what is spent, what is left, who waits, and what was not spent at all."""

from __future__ import annotations

import msgspec

from alistach.gateway import Gateway
from alistach.kit.clock import iso
from alistach.openplatform import Priority


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that cost no upstream call of their own since the start, by what saved it."""

    total: int
    by: dict[str, int]


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """The budget now. Paces are calls a second, waits and countdowns seconds, days UTC days.

    `ban_seconds_left` is null when there is no ban; `wait_seconds` is what a new interactive call would wait for its turn.
    """

    ceiling: float
    pace: float
    used_last_minute: int
    used_today: int
    used_today_by_method: dict[str, int]
    ban_seconds_left: float | None
    banned_until: str | None
    waiting: dict[str, int]
    wait_seconds: float
    charged_to_callers: int
    charged_to_system: int
    saved: Saved


def quota(gateway: Gateway) -> Quota:
    """The budget of the gateway's app key."""
    governor = gateway.platform.governor
    view = governor.view()
    banned_until = view.banned_until
    return Quota(
        ceiling=view.ceiling,
        pace=round(view.pace, 3),
        used_last_minute=view.used_last_minute,
        used_today=sum(view.sent_today.values()),
        used_today_by_method=dict(view.sent_today),
        ban_seconds_left=None if banned_until is None else round(banned_until - gateway.clock.now(), 1),
        banned_until=None if banned_until is None else iso(banned_until),
        waiting={priority.name.lower(): count for priority, count in view.waiting.items()},
        wait_seconds=round(governor.expected_wait(Priority.INTERACTIVE), 2),
        charged_to_callers=gateway.metrics.total().upstream_calls,
        charged_to_system=gateway.metrics.system_calls,
        saved=saved(gateway),
    )


def saved(gateway: Gateway) -> Saved:
    """What was not spent. The fast lane's answers are saved by the cache, though the answers stage never sees them."""
    by = {what: count for what, count in gateway.answers.entries.saved.items() if count}
    by["cache"] = by.get("cache", 0) + gateway.metrics.known
    return Saved(total=sum(by.values()), by=by)
