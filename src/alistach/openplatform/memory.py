"""What the governor must remember beyond its own life: a ban, the pace after it, and the day's calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a former run knew. Moments are epoch seconds, `pace` is in calls per second, a day is a UTC day."""

    banned_until: float | None = None
    pace: float | None = None
    sent_today: Mapping[str, int] = field(default_factory=dict)
    last_sent: float | None = None


class Known(Protocol):
    """What `Remembered` says, in whatever type a memory keeps it."""

    @property
    def banned_until(self) -> float | None: ...
    @property
    def pace(self) -> float | None: ...
    @property
    def sent_today(self) -> Mapping[str, int]: ...
    @property
    def last_sent(self) -> float | None: ...


class GovernorMemory(Protocol):
    """Where a governor keeps its knowledge. Called within the event loop: a durable one must not block it."""

    def load(self) -> Known:
        """What is known now; asked once, when the governor is made."""

    def ban_seen(self, until: float, pace: float) -> None:
        """The platform banned the key until `until` (epoch seconds); afterwards calls start at `pace`."""

    def call_sent(self, method: str, at: float) -> None:
        """A call of `method` went out at `at` (epoch seconds)."""


class ForgetfulMemory:
    """Keeps nothing: for a client whose process is the only one, and short-lived."""

    def load(self) -> Remembered:
        return Remembered()

    def ban_seen(self, until: float, pace: float) -> None:
        pass

    def call_sent(self, method: str, at: float) -> None:
        pass
