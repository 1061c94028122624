"""The circuit breaker: after enough failures of the platform in a row, only a probe now and then is sent.

It fails closed while open: calls are refused at once, and each refusal says so. Pure: state and time are arguments.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from alistach.errors import Fault, GatewayError, UpstreamBanned
from alistach.openplatform.rejections import BackendFailed, PlatformCodeUnknown


class Condition(enum.StrEnum):
    """Whether calls go through: all, one probe, or none."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When to open and for how long: `failures` in a row, then `first_seconds`, doubled by each failed probe."""

    failures: int = 5
    first_seconds: float = 5.0
    longest_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of the platform. `opened_at` is monotonic seconds, None while closed."""

    failures: int = 0
    openings: int = 0
    opened_at: float | None = None
    probing: bool = False


def condition(breaker: Breaker, tolerance: Tolerance, now: float) -> Condition:
    """How the breaker stands at `now`."""
    if breaker.opened_at is None:
        return Condition.CLOSED
    return Condition.HALF_OPEN if closed_for(breaker, tolerance, now) == 0 else Condition.OPEN


def closed_for(breaker: Breaker, tolerance: Tolerance, now: float) -> float:
    """Seconds until the next probe may be sent; 0 when one may be sent now, or the breaker is closed."""
    if breaker.opened_at is None:
        return 0.0
    pause = min(tolerance.first_seconds * 2.0 ** min(breaker.openings - 1, 20), tolerance.longest_seconds)
    return max(0.0, breaker.opened_at + pause - now)


def may_call(breaker: Breaker, tolerance: Tolerance, now: float) -> bool:
    """Whether a call may be sent at `now`: while half open, only if no probe is out."""
    match condition(breaker, tolerance, now):
        case Condition.CLOSED:
            return True
        case Condition.HALF_OPEN:
            return not breaker.probing
        case Condition.OPEN:
            return False


def calling(breaker: Breaker) -> Breaker:
    """The state once a call that `may_call` allowed is on its way: while open, it is the probe."""
    return breaker if breaker.opened_at is None else replace(breaker, probing=True)


def abandoned(breaker: Breaker) -> Breaker:
    """The state after a call that ended without telling anything: it was cancelled, or never sent."""
    return replace(breaker, probing=False) if breaker.probing else breaker


def answered() -> Breaker:
    """The state after any answer of the platform that was not its own failure: it is alive."""
    return Breaker()


def failed(breaker: Breaker, tolerance: Tolerance, now: float) -> Breaker:
    """The state after a failure of the platform."""
    failures = breaker.failures + 1
    if breaker.opened_at is None:
        opens = failures >= tolerance.failures
        return Breaker(failures, 1, now) if opens else Breaker(failures)
    # While open only a probe's failure says something new; a call sent before it opened does not.
    if not breaker.probing:
        return breaker
    return Breaker(failures, breaker.openings + 1, now)


def counts_against(error: GatewayError) -> bool:
    """Whether an error is a failure of the platform as a whole, not of the question, the operator or the pace."""
    if isinstance(error, UpstreamBanned | BackendFailed | PlatformCodeUnknown):
        return False
    return error.fault is Fault.UPSTREAM
