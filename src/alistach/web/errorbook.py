"""Every error explained, from the error tree itself: `docs/errors.md`, and the same text served at /docs/errors.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from alistach.errors import GatewayError

_HEAD = """# Errors

Every failure is `application/problem+json` (RFC 9457) with the members `type`, `title`, `status`, `detail`, `instance`,
`success` (always false), `code`, `request_id`, `upstream_request_id`, `retry_after` (seconds) and `doc_url`; with status 400 also
`errors`, one `{"parameter", "message"}` for each problem. A failure never comes with status 200, and never as an empty list.

`fault` says who can put it right. `may help` says whether the same request may succeed later, unchanged.

| code | status | fault | asking again |
|---|---|---|---|
"""


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
    return f"\n## {error.code}\n\nStatus {error.status}: {error.title}. {inspect.cleandoc(error.__doc__ or '')}\n"


def _below(base: type[GatewayError]) -> Iterator[type[GatewayError]]:
    for error in base.__subclasses__():
        yield error
        yield from _below(error)
