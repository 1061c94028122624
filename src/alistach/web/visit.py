"""A request under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar.types import Receive, Scope, Send

from alistach.admission.caller import Caller
from alistach.admission.gate import Headers
from alistach.admission.ratelimit import Verdict
from alistach.observe.exchange import Exchange
from alistach.web.reply import Reply


@dataclass(slots=True)
class Visit:
    """What the stages of one request tell each other, and the exchange that it will become.

    `reply` is set by the handler that answers; `caller` is None on paths that need no key.
    """

    exchange: Exchange
    headers: Headers
    caller: Caller | None = None
    verdict: Verdict | None = None
    origin: str | None = None
    reply: Reply | None = None


async def replied(scope: Scope, receive: Receive, send: Send) -> None:
    """What a handler returns to the framework once the visit has its reply: there is nothing to send from here."""


def visit_of(scope: Any) -> Visit:
    """The visit that the front put into the scope."""
    visit = scope["visit"]
    if not isinstance(visit, Visit):
        raise TypeError("the framework was called past the front")
    return visit
