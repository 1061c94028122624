"""The life of one request: admit, answer (from the fast lane, or decode and ask), reply, record.

Everything that arrives passes here, unknown paths and refused callers too, and leaves as exactly one recorded exchange.
"""

from __future__ import annotations

from typing import Any

from litestar.types import ASGIApp

from alistach.admission.gate import Gate, refuse_over_limit
from alistach.admission.ratelimit import limit_header, policy_header
from alistach.errors import GatewayError, HeadersTooLarge, TargetTooLong
from alistach.kit.clock import Clock
from alistach.observe.exchange import Exchange
from alistach.observe.recorder import Recorder
from alistach.web.fastlane import raw_target
from alistach.web.headers import joined
from alistach.web.names import RequestIds, client_request_id
from alistach.web.reply import Header, Reply, in_coding, problem, unless_modified
from alistach.web.visit import Visit
from alistach.web.wire import Receive, Scope, Send

MAX_TARGET_BYTES = 8_192
MAX_HEADER_BYTES = 16_384
_SHOWN_OF_LONG_TARGETS = 200

# Asked by machines that watch the service: never refused for pace, never in need of a key.
_OPEN_PATHS = frozenset({"/", "/health", "/openapi.json", "/docs"})
_OPEN_PREFIXES = ("/static/", "/docs/")
_EXPOSED = b"age, cache-status, etag, ratelimit, ratelimit-policy, retry-after, x-request-id, x-upstream-calls"


class Front:
    """The ASGI application behind the fast lane and before the framework."""

    def __init__(self, gate: Gate, framework: ASGIApp, recorder: Recorder, ids: RequestIds, clock: Clock) -> None:
        self._gate, self._framework, self._recorder = gate, framework, recorder
        self._ids, self._clock = ids, clock
        self._policy = policy(gate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            lifespan: Any = scope
            await self._framework(lifespan, receive, send)
            return
        visit = self._open(scope)
        try:
            self._admit(visit, scope)
            reply = self._preflight(visit) or await self._ask(visit, scope, receive)
        except GatewayError as error:
            reply = problem(error, scope["path"], visit.exchange.request_id)
        reply = in_coding(unless_modified(reply, visit.headers), visit.headers)
        self._record(visit.exchange, reply)
        await _send(scope, send, reply, self._headers(visit, reply))

    def _open(self, scope: Scope) -> Visit:
        headers = joined(scope["headers"])
        target = raw_target(scope).decode("latin-1")
        if len(target) > MAX_TARGET_BYTES:
            target = f"{target[:_SHOWN_OF_LONG_TARGETS]}..."
        client = scope["client"]
        address = client[0] if client else "-"
        exchange = Exchange(
            self._clock.now(), self._ids.next(), scope["method"], target, address, self._clock.monotonic()
        )
        if (sent := headers.get(b"x-request-id")) is not None:
            exchange.client_request_id = client_request_id(sent)
        return Visit(exchange, headers)

    def _admit(self, visit: Visit, scope: Scope) -> None:
        """Raises a CallerError for a request that may not pass."""
        exchange, headers = visit.exchange, visit.headers
        path = "/" + scope["path"].strip("/")
        is_open = path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES)
        stand = self._gate.look if is_open else self._gate.pace
        visit.verdict = stand(exchange.address, self._clock.monotonic())
        if not is_open:
            # The origin first: a page may then read that it is over its limit.
            visit.origin = self._gate.check_origin(headers)
            refuse_over_limit(visit.verdict, self._gate.rules.limits)
        if len(raw_target(scope)) > MAX_TARGET_BYTES:
            raise TargetTooLong(f"The path and query may have {MAX_TARGET_BYTES} bytes. Send long questions by POST.")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            raise HeadersTooLarge(
                f"The headers may have {MAX_HEADER_BYTES} bytes together. Send fewer or shorter ones."
            )
        if is_open or scope["method"] == "OPTIONS":
            return
        identify = self._gate.identify_admin if path.startswith("/admin/") else self._gate.identify
        visit.caller = identify(headers)
        exchange.caller = visit.caller.role.value

    def _preflight(self, visit: Visit) -> Reply | None:
        """The answer to a browser's question whether it may ask (Fetch standard, CORS preflight)."""
        if visit.exchange.method != "OPTIONS" or visit.origin is None:
            return None
        allowed: list[Header] = [
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", b"content-type, prefer, x-api-key, x-request-id"),
            (b"access-control-max-age", b"600"),
        ]
        return Reply(204, allowed, b"")

    async def _ask(self, visit: Visit, scope: Scope, receive: Receive) -> Reply:
        """What the framework makes of it: a handler's reply, or a problem."""
        capture = _Capture()
        inner: Any = {**scope, "visit": visit}
        if scope["method"] == "HEAD":
            inner["method"] = "GET"
        await self._framework(inner, receive, capture)
        return visit.reply or capture.reply()

    def _record(self, exchange: Exchange, reply: Reply) -> None:
        exchange.status, exchange.code = reply.status, reply.code
        exchange.cache, exchange.calls = reply.cache, reply.calls
        exchange.upstream_request_id = reply.upstream_request_id
        exchange.body_bytes = 0 if exchange.method == "HEAD" else len(reply.body)
        exchange.seconds = self._clock.monotonic() - exchange.started
        self._recorder.record(exchange)

    def _headers(self, visit: Visit, reply: Reply) -> list[Header]:
        headers = reply.headers
        if reply.status not in (204, 304):
            headers.append((b"content-length", str(len(reply.body)).encode()))
        headers.append((b"x-request-id", visit.exchange.request_id.encode()))
        if visit.exchange.client_request_id is not None:
            headers.append((b"x-client-request-id", visit.exchange.client_request_id.encode()))
        if visit.verdict is not None:
            headers.append(self._policy)
            headers.append((b"ratelimit", limit_header(visit.verdict).encode()))
        if visit.origin is not None:
            headers.append((b"access-control-allow-origin", visit.origin.encode("latin-1")))
            headers.append((b"access-control-expose-headers", _EXPOSED))
        return headers


def policy(gate: Gate) -> Header:
    """The limits that every caller has, as a header."""
    return (b"ratelimit-policy", policy_header(gate.rules.limits).encode())


class _Capture:
    """Takes the framework's messages and makes them a reply that has not left yet."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[Header] = []
        self._body = bytearray()

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    def reply(self) -> Reply:
        """What the framework answered by itself."""
        return Reply(
            self._status, [header for header in self._headers if header[0] != b"content-length"], bytes(self._body)
        )


async def _send(scope: Scope, send: Send, reply: Reply, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" or reply.status == 304 else reply.body
    await send({"type": "http.response.body", "body": body, "more_body": False})
