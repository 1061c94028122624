"""What one call to the Open Platform is: its method, how its question is written and how its answer is read."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

P = TypeVar("P")
R = TypeVar("R")

# One JSON object as the platform sent it, list wrappers removed.
Payload = Mapping[str, Any]


class Priority(enum.IntEnum):
    """Who may go first when several calls wait for a turn; lower goes first."""

    INTERACTIVE = 0
    REFRESH = 1
    BACKFILL = 2


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, R]):
    """One method of the platform, as data.

    `encode` writes the business parameters (empty ones are dropped later); `decode` reads the payload of a good answer;
    `empty` makes the result of an answer that says there is nothing (`resp_code` 405 and its relatives). A method that
    begins with `/` is a /rest path. One that is not `repeatable` changes something: it is not sent again when it may
    have arrived.
    """

    method: str
    encode: Callable[[P], Mapping[str, str]]
    decode: Callable[[Payload], R]
    empty: Callable[[], R]
    permission_group: str
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that was sent: when (epoch seconds), for how long, and what came of it (`ok` or an error's code)."""

    started_at: float
    seconds: float
    outcome: str
    upstream_request_id: str | None


@dataclass(frozen=True, slots=True)
class Reply(Generic[R]):
    """The result of an operation and what it cost."""

    result: R
    received_at: float
    upstream_request_id: str | None
    attempts: tuple[Attempt, ...]
