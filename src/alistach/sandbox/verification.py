"""Who calls, and may they: the checks before any business, in the platform's order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Final

from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.refusals import (
    ILLEGAL_TIMESTAMP,
    INCOMPLETE_SIGNATURE,
    INVALID_APP_KEY,
    Refused,
)
from alistach.sandbox.signature import agrees

_SKEW_SECONDS: Final = 7_200
_BEIJING: Final = timezone(timedelta(hours=8))
_MILLISECONDS: Final = re.compile(r"[0-9]{1,17}")


class Door(Enum):
    """The two addresses of the platform."""

    SYNC = "/sync"
    REST = "/rest"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call as it came in; `method` is the path after /rest, or what /sync was told, None where it was not."""

    door: Door
    method: str | None
    parameters: Parameters
    base_url: str


def verify(arrival: Arrival, options: SandboxOptions, now: float) -> None:
    """Raise Refused at the first of: a missing parameter, a wrong app key, a wrong time, a wrong signature."""
    parameters = arrival.parameters
    app_key = parameters.required("app_key")
    if arrival.door is Door.SYNC:
        parameters.required("method")
    for name in ("timestamp", "sign_method", "sign"):
        parameters.required(name)
    if app_key != options.app_key:
        raise Refused(INVALID_APP_KEY)
    moment = read_timestamp(parameters.required("timestamp"))
    if moment is None or abs(moment - now) > _SKEW_SECONDS:
        raise Refused(ILLEGAL_TIMESTAMP)
    path = arrival.method or "" if arrival.door is Door.REST else ""
    if not agrees(parameters, path, options):
        raise Refused(INCOMPLETE_SIGNATURE)


def read_timestamp(text: str) -> float | None:
    """Seconds since the epoch, from milliseconds, from the legacy text in Beijing's time or from ISO 8601 in UTC."""
    if _MILLISECONDS.fullmatch(text):
        return int(text) / 1000
    for form, zone in (("%Y-%m-%d %H:%M:%S", _BEIJING), ("%Y-%m-%dT%H:%M:%SZ", UTC)):
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).timestamp()
        except (ValueError, OverflowError):
            continue
    return None
