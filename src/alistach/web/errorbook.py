"""Every error explained, from the error tree itself: `docs/errors.md`, and the same text served at /docs/errors.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Final

from alistach.errors import GatewayError

_HEAD = """# Errors

Every failure is `application/problem+json` (RFC 9457) with the members `type`, `title`, `status`, `detail`, `instance`,
`success` (always false), `code`, `request_id`, `upstream_request_id`, `retry_after` (seconds) and `doc_url`; with status 400 also
`errors`, one `{"parameter", "message"}` for each problem. A failure never comes with status 200, and never as an empty list.

`fault` says who can put it right. `may help` says whether the same request may succeed later, unchanged.

| code | status | fault | asking again |
|---|---|---|---|
"""

# What a caller does next, by code.
_ADVICE: Final[Mapping[str, str]] = {
    "invalid_parameters": (
        "`errors` names each with what it must be: correct them and ask again. No call was spent unless "
        "`x-upstream-calls` says so."
    ),
    "malformed_body": "Send one JSON object with the parameters as members, in UTF-8; `/docs` shows it.",
    "tracking_id_unknown": (
        "Use one that is registered in the operator's AliExpress account, or send none to have links of the "
        "operator's own."
    ),
    "key_missing": "Ask the operator for one. `WWW-Authenticate` names the header that it goes into.",
    "key_unknown": (
        "Check it for missing characters, or ask the operator for one; where keys are not needed, send none."
    ),
    "admin_key_missing": (
        "Send the operator's key in that header. It stands in `.env` on the server, as `ADMIN_API_KEY`."
    ),
    "admin_key_wrong": (
        "Compare it with `ADMIN_API_KEY` in `.env` on the server; after a change there the service must be "
        "started again."
    ),
    "origin_not_allowed": (
        "The operator has to add the origin there exactly as the browser sends it, with its scheme and port."
    ),
    "not_found": "`/docs` lists every path, and `GET /api/categories` the categories at the root.",
    "product_unavailable": "Check the id. The same answer is given for a day before AliExpress is asked again.",
    "method_not_allowed": "Use one of those in the header `Allow`.",
    "body_too_large": "Ask for fewer things at once: no operation takes more than 50.",
    "target_too_long": "Send a long question by POST, with the parameters as a JSON object.",
    "unsupported_media_type": "Send JSON, with `Content-Type: application/json`.",
    "headers_too_large": "Send fewer or shorter ones; cookies are of no use here.",
    "rate_limited": (
        "Wait for the seconds in `Retry-After`. `RateLimit` and `RateLimit-Policy` tell on every answer what is left."
    ),
    "permission_group_missing": (
        "Only the operator can ask for it, in the app's page of the AliExpress Open Platform console; "
        "`detail` names the group."
    ),
    "credentials_rejected": (
        "Only the operator can put it right; `detail` says what to check. What was known before is still answered."
    ),
    "upstream_invalid": (
        "Try again later. If it stays, tell the operator the `request_id` and, if there is one, the "
        "`upstream_request_id`."
    ),
    "upstream_busy": "Ask again after `Retry-After`, or wait longer for an answer with `Prefer: wait=30`.",
    "upstream_banned": (
        "Ask again after `Retry-After`, which is what is left of the ban. What was known before is still answered."
    ),
    "upstream_down": (
        "Try again later; after `Retry-After` where there is one. What was known before is still answered."
    ),
    "deadline_exceeded": "Ask again in some seconds, or wait longer with `Prefer: wait=30`.",
    "record_unavailable": (
        "The operator has to make room on the disk or mend its file; `/health` says which. Then ask again."
    ),
    "internal_error": (
        "Tell the operator the `request_id`: the log says under it what happened. Asking again may or may not help."
    ),
}


def every_error() -> tuple[type[GatewayError], ...]:
    """One class for each code, in order of status and code: the most general one that has it."""
    by_code: dict[str, type[GatewayError]] = {}
    for error in _below(GatewayError):
        if "code" in vars(error):
            by_code.setdefault(error.code, error)
    return tuple(sorted(by_code.values(), key=lambda error: (error.status, error.code)))


def errors_page() -> str:
    """The text of docs/errors.md."""
    errors = every_error()
    rows = "".join(
        f"| [`{e.code}`](#{e.code}) | {e.status} | {e.fault} | {'may help' if e.retryable else 'does not help'} |\n"
        for e in errors
    )
    return _HEAD + rows + "".join(_section(error) for error in errors)


def _section(error: type[GatewayError]) -> str:
    happened = inspect.cleandoc(error.__doc__ or "")
    return f"\n## {error.code}\n\nStatus {error.status}: {error.title}. {happened}\n\n{_ADVICE[error.code]}\n"


def _below(base: type[GatewayError]) -> Iterator[type[GatewayError]]:
    for error in base.__subclasses__():
        yield error
        yield from _below(error)
