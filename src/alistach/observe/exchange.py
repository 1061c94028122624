"""One request and its reply, as the log line, the metrics and later the audit read it."""

from __future__ import annotations

import msgspec


class Exchange(msgspec.Struct, gc=False):
    """Filled in while the request is handled, and not changed any more once it is recorded.

    `at` is when it came (epoch seconds), `started` the same on the monotonic clock, `seconds` how long the reply took, `code` the
    problem's code if it failed, `calls` the upstream calls charged, `cache` where the answer came from (`-` when that is no
    question). It refers to nothing that could refer back to it, so the garbage collector may pass it by.
    """

    at: float
    request_id: str
    method: str
    target: str
    address: str
    started: float
    caller: str = "-"
    operation: str = "-"
    status: int = 0
    code: str | None = None
    cache: str = "-"
    calls: int = 0
    seconds: float = 0.0
    body_bytes: int = 0
    client_request_id: str | None = None
    upstream_request_id: str | None = None
