"""A failed question as the terminal shows it: what happened, its code and request id, and what to try."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import msgspec

from alistach.cli.refused import Refused
from alistach.cli.reply import Reply

_LOG: Final = "Look for the request id in logs/aliexpress_api.log"
_KEY: Final = "Run this in the folder of the service, whose .env has its ADMIN_API_KEY, or set that in the environment"
_CHECK: Final = "Check ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET: alistach config show"

_HINTS: Final = MappingProxyType(
    {
        "invalid_parameters": "Add --help to the command to see what it takes",
        "malformed_body": "Add --help to the command to see what it takes",
        "tracking_id_unknown": "Make the tracking id in your AliExpress account, or leave --tracking-id out",
        "key_missing": _KEY,
        "key_unknown": _KEY,
        "admin_key_missing": _KEY,
        "admin_key_wrong": _KEY + "; ALISTACH_URL says which service is meant",
        "origin_not_allowed": "Ask without an Origin header, or add the origin to ALLOWED_ORIGINS",
        "not_found": "See whether the service is as new as this command: alistach health",
        "product_unavailable": "Check the id, or search for something like it: alistach search WORDS",
        "method_not_allowed": "See whether the service is as new as this command: alistach health",
        "body_too_large": "Ask for less at a time",
        "target_too_long": "Ask for less at a time",
        "unsupported_media_type": "See whether the service is as new as this command: alistach health",
        "headers_too_large": "Ask for less at a time",
        "rate_limited": "Try again later, or raise MAX_REQUESTS_PER_SECOND and MAX_REQUESTS_PER_MINUTE",
        "permission_group_missing": "Apply for the group in the console of the Open Platform",
        "credentials_rejected": _CHECK,
        "upstream_invalid": "Try again; if it stays, call the method by itself: alistach call METHOD",
        "upstream_busy": "Try again in a while; the pace is ALIEXPRESS_MAX_CALLS_PER_SECOND",
        "upstream_banned": "Wait for the ban to end: alistach health says until when",
        "upstream_down": "Try again in a while: alistach health says how the platform is",
        "deadline_exceeded": "Try again: the answer may have come since",
        "record_unavailable": "See what the log and the disk say: alistach health",
        "internal_error": _LOG + ", and report what it says",
    }
)


class Told(msgspec.Struct):
    """What of a problem is shown."""

    title: str
    detail: str
    code: str
    request_id: str
    upstream_request_id: str | None = None
    retry_after: int | None = None


def checked(reply: Reply) -> Reply:
    """The reply, if it is an answer. Raises Refused for a failure."""
    if reply.status < 400:
        return reply
    try:
        told = msgspec.json.decode(reply.body, type=Told)
    except msgspec.DecodeError as error:
        raise Refused(
            f"Error: status {reply.status}, with a body that is no problem of alistach's.",
            "Try: see whether a proxy stands before the service; ALISTACH_URL says where it is looked for.",
        ) from error
    # Wrongly asked is wrongly used: the same words will never do.
    raise Refused(*lines(told), exit_code=2 if reply.status == 400 else 1)


def lines(told: Told) -> tuple[str, ...]:
    """The failure in a few lines, the last of which says what to try."""
    ids = f"{told.code}, request {told.request_id}"
    if told.upstream_request_id is not None:
        ids += f", AliExpress's request {told.upstream_request_id}"
    return (f"Error: {told.title}.", f"  {told.detail}", f"  ({ids})", f"Try: {hint(told)}.")


def hint(told: Told) -> str:
    """What to try."""
    known = _HINTS.get(told.code, f"Look the code up in docs/errors.md#{told.code}")
    if told.retry_after is None:
        return known
    return f"{known} ({told.retry_after} second{'' if told.retry_after == 1 else 's'} from now)"
