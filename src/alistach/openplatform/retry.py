"""Whether to send a failed call again, and when: bounded, ever slower, never past the deadline."""

from __future__ import annotations

from dataclasses import dataclass

from alistach.errors import DeadlineExceeded, GatewayError, UpstreamBanned, UpstreamDown, UpstreamInvalid
from alistach.openplatform.rejections import BackendFailed, ClockRejected, PlatformCodeUnknown


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently. `most` bounds the repeats of one call; waits are in seconds."""

    most: int = 2
    first_wait: float = 0.5
    longest_wait: float = 8.0


def repeats_worth(error: GatewayError, retries: Retries) -> int:
    """How many repeats a failure deserves at most."""
    match error:
        case PlatformCodeUnknown() | DeadlineExceeded():
            return 0
        case ClockRejected() | BackendFailed() | UpstreamInvalid():
            return min(1, retries.most)
        case UpstreamBanned() | UpstreamDown():
            return retries.most
        case _:
            return 0


def wait_before_repeat(
    error: GatewayError, failures: int, *, chance: float, now: float, deadline: float, retries: Retries
) -> float | None:
    """Seconds to wait before the call is sent again, or None to give up.

    `failures` counts the attempts that failed, this one too; `chance` is a random number from 0 to 1. A ban is not
    waited for here, but it ends the matter when it outlasts the deadline: the governor lets nothing out during one.
    """
    if failures > repeats_worth(error, retries):
        return None
    if isinstance(error, UpstreamBanned):
        return 0.0 if now + (error.retry_after or 0.0) <= deadline else None
    backoff = min(retries.first_wait * 2.0 ** (failures - 1), retries.longest_wait) * (0.5 + chance / 2)
    wait = max(backoff, error.retry_after or 0.0)
    return wait if now + wait <= deadline else None
