"""Scripted faults: what can go wrong on purpose, and for how long."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta

from alistach.sandbox.methods.names import KNOWN
from alistach.sandbox.refusals import BY_NAME

Seconds = Annotated[float, Meta(gt=0, le=1e9)]


class Life(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """Which calls a fault strikes: of one method or all, for a time, so many of them, a share of them."""

    method: str | None = None
    seconds: Seconds | None = None
    count: Annotated[int, Meta(ge=1)] | None = None
    share: Annotated[float, Meta(gt=0, le=1)] | None = None

    def __post_init__(self) -> None:
        if self.method is not None and self.method not in KNOWN:
            raise ValueError(f"no method is called {self.method}")


class Delay(Life, frozen=True, kw_only=True, tag="delay"):
    """The answer comes late."""

    delay_seconds: Seconds


class Hang(Life, frozen=True, kw_only=True, tag="hang"):
    """No answer comes, and the connection stays open."""


class Reset(Life, frozen=True, kw_only=True, tag="reset"):
    """The connection is reset before an answer."""


class Truncated(Life, frozen=True, kw_only=True, tag="truncated"):
    """Half of the answer comes, then the connection is closed."""


class Html(Life, frozen=True, kw_only=True, tag="html"):
    """A page of HTML comes with status 200."""


class WrongType(Life, frozen=True, kw_only=True, tag="wrong_type"):
    """JSON comes, in another shape: the whole of it, the result in it, or the list in that."""

    shape: Literal["array", "text", "null", "result", "list"] = "result"


class Status(Life, frozen=True, kw_only=True, tag="status"):
    """A gateway in front of the platform answers with an HTTP error."""

    status: Literal[429, 500, 502, 503, 504]


class Ban(Life, frozen=True, kw_only=True, tag="ban"):
    """The app key is banned; each call is told how long still."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.seconds is None:
            raise ValueError("a ban needs `seconds`")


class BanAbove(Life, frozen=True, kw_only=True, tag="ban_above"):
    """The app key is banned for `ban_seconds` when it makes more calls a second than this."""

    calls_per_second: Annotated[float, Meta(gt=0, le=1e6)]
    ban_seconds: Seconds = 1.0


class MissingPromotionLink(Life, frozen=True, kw_only=True, tag="missing_promotion_link"):
    """Rows and links come without a promotion link."""


class HalfBatch(Life, frozen=True, kw_only=True, tag="half_batch"):
    """Every second product or link of a batch fails."""


class PlatformError(Life, frozen=True, kw_only=True, tag="platform_error"):
    """The call is refused with the error called `name`."""

    name: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name not in BY_NAME:
            raise ValueError(f"no platform error is called {self.name}; there are {', '.join(BY_NAME)}")


class BusinessError(Life, frozen=True, kw_only=True, tag="business_error"):
    """The call is accepted and fails with this `resp_code`."""

    resp_code: Literal[401, 402, 404, 407]


class Empty(Life, frozen=True, kw_only=True, tag="empty"):
    """The call is accepted and finds nothing."""


Fault = (
    Delay
    | Hang
    | Reset
    | Truncated
    | Html
    | WrongType
    | Status
    | Ban
    | BanAbove
    | MissingPromotionLink
    | HalfBatch
    | PlatformError
    | BusinessError
    | Empty
)

KINDS: Final = tuple(sorted(str(kind.__struct_config__.tag) for kind in get_args(Fault)))
