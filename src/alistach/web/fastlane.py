"""Questions seen before need no understanding: the raw target leads straight to the bytes of its answer.

This is the path of almost every request, so whatever can be made once is made once: the static headers, the body in each content
coding, the message that carries it. Admission, log line and metrics are those of every other request. Anything unusual (a key, a
directive, an origin, a wrong pace) is left to the front, which knows all cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from alistach.admission.caller import Role
from alistach.admission.gate import Gate
from alistach.admission.ratelimit import limit_header
from alistach.answers.answer import Answer
from alistach.answers.entries import LOOK_AGAIN_SHARE
from alistach.kit.clock import Clock
from alistach.observe.exchange import Exchange
from alistach.observe.recorder import Recorder
from alistach.web.coding import LEAST_BYTES, Coding, coded, negotiated
from alistach.web.names import RequestIds
from alistach.web.reply import Header, has_tag, stored_headers
from alistach.web.wire import App, Message, Receive, Scope, Send

# Headers that change who asks, what is meant or how the answer must look.
_UNUSUAL = frozenset((b"x-api-key", b"authorization", b"cache-control", b"pragma", b"origin", b"x-request-id"))
# More headers or longer values than this are for the front to measure.
_MOST_HEADERS = 40
_MOST_HEADER_BYTES = 8_192
_MOST_NEGOTIATIONS = 500
# Longer targets are nobody's habit.
_LONGEST_TARGET = 1_024
# What a lane costs beside its bodies.
_OVERHEAD_BYTES = 1_500
_HIT: tuple[Header, ...] = ((b"x-upstream-calls", b"0"), (b"cache-status", b"alistach; hit"))
_ANONYMOUS, _ADMIN = Role.ANONYMOUS.value, Role.ADMIN.value
_NO_BODY = {"type": "http.response.body", "body": b"", "more_body": False}


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's body in one coding, with the headers that never change."""

    headers: tuple[Header, ...]
    message: Message
    size: int


@dataclass(frozen=True, slots=True)
class Lane:
    """An answer that may be given as it is until `fresh_until`; times are epoch seconds.

    `headers` are those that never change, without those of a body.
    """

    target: str
    operation: str
    headers: tuple[Header, ...]
    etag: bytes
    received_at: float
    fresh_until: float
    bodies: dict[Coding | None, Body] = field(default_factory=dict)


class Lanes:
    """Answers by raw target, bounded by the bytes of their bodies; those kept first go first."""

    def __init__(self, limit_bytes: int, clock: Clock, policy: Header) -> None:
        self._limit_bytes, self._clock, self._policy = limit_bytes, clock, policy
        self._lanes: dict[bytes, Lane] = {}
        self._weights: dict[bytes, int] = {}
        self._weight_bytes = 0
        self.find = self._lanes.get

    def __len__(self) -> int:
        return len(self._lanes)

    def keep(self, target: bytes, operation: str, answer: Answer) -> None:
        """Remember the answer that a target led to, unless it would have to be looked at again at once."""
        # Looked at again late in its life, so that the answers stage can refresh what is asked often.
        look_again_at = answer.received_at + LOOK_AGAIN_SHARE * (answer.fresh_until - answer.received_at)
        if look_again_at <= self._clock.now() or len(target) > _LONGEST_TARGET:
            return
        self._drop(target)
        etag = answer.etag.encode()
        fixed: tuple[Header, ...] = (*stored_headers(answer), *_HIT, self._policy)
        lane = Lane(target.decode("latin-1"), operation, fixed, etag, answer.received_at, look_again_at)
        lane.bodies[None] = _body(fixed, answer.body)
        self._lanes[target] = lane
        self._weights[target] = 0
        self._grow(target, _OVERHEAD_BYTES + 2 * len(target) + len(answer.body))

    def body(self, target: bytes, lane: Lane, coding: Coding | None) -> Body:
        """The lane's body in a coding, made when it is first asked for."""
        plain = lane.bodies[None]
        if coding is None or plain.size < LEAST_BYTES:
            return plain
        content = coded(plain.message["body"], coding)
        body = lane.bodies[coding] = _body((*lane.headers, (b"content-encoding", coding.encode())), content)
        self._grow(target, len(content))
        return body

    def forget(self) -> None:
        """Forget all: something was cleared."""
        self._lanes.clear()
        self._weights.clear()
        self._weight_bytes = 0

    def _grow(self, target: bytes, more_bytes: int) -> None:
        self._weights[target] += more_bytes
        self._weight_bytes += more_bytes
        while self._weight_bytes > self._limit_bytes:
            self._drop(next(iter(self._lanes)))

    def _drop(self, target: bytes) -> None:
        if self._lanes.pop(target, None) is not None:
            self._weight_bytes -= self._weights.pop(target)


class FastLane:
    """The outermost ASGI application: answers what it knows, and hands everything else to the front."""

    def __init__(self, lanes: Lanes, front: App, gate: Gate, recorder: Recorder, ids: RequestIds, clock: Clock) -> None:
        self._lanes, self._front, self._gate = lanes, front, gate
        self._record, self._next_id = recorder.record_known, ids.next
        self._now, self._monotonic = clock.now, clock.monotonic
        self._anonymous_access = gate.rules.anonymous_access
        self._codings: dict[bytes, Coding | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages = self._known(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if messages is None:
            await self._front(scope, receive, send)
            return
        start, body = messages
        await send(start)
        await send(body)

    def _known(self, scope: Scope) -> tuple[Message, Message] | None:
        """The messages that answer a known target, recorded; None when anything is unusual, with nothing done."""
        target = raw_target(scope)
        if (lane := self._lanes.find(target)) is None:
            return None
        now, started = self._now(), self._monotonic()
        headers = dict(scope["headers"])
        # A header that is there twice is a list, which the front knows how to join.
        if lane.fresh_until <= now or len(headers) != len(scope["headers"]) or not _is_usual(headers):
            return None
        if (caller := self._caller(headers)) is None:
            return None
        client = scope["client"]
        address = client[0] if client else "-"
        verdict = self._gate.pace(address, started)
        if not verdict.allowed:
            return None
        body = self._body_for(target, lane, headers.get(b"accept-encoding"))
        status, size, message, fixed = 200, body.size, body.message, body.headers
        if (known := headers.get(b"if-none-match")) is not None and has_tag(known, lane.etag):
            status, size, message, fixed = 304, 0, _NO_BODY, lane.headers
        request_id = self._next_id()
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                *fixed,
                (b"age", b"%d" % max(0.0, now - lane.received_at)),
                (b"x-request-id", request_id.encode()),
                (b"ratelimit", limit_header(verdict).encode()),
            ],
        }
        seconds = self._monotonic() - started
        self._record(
            Exchange(
                now, request_id, "GET", lane.target, address, started,
                caller, lane.operation, status, None, "hit", 0, seconds, size,
            )
        )  # fmt: skip
        return start, message

    def _caller(self, headers: dict[bytes, bytes]) -> str | None:
        """Whom the log names; None for one whom only the front can refuse."""
        if (key := headers.get(b"x-admin-api-key")) is not None:
            return _ADMIN if self._gate.rules.admin_key.matches(key.decode("latin-1")) else None
        return _ANONYMOUS if self._anonymous_access else None

    def _body_for(self, target: bytes, lane: Lane, accept_encoding: bytes | None) -> Body:
        if accept_encoding is None:
            return lane.bodies[None]
        try:
            coding = self._codings[accept_encoding]
        except KeyError:
            if len(self._codings) >= _MOST_NEGOTIATIONS:
                self._codings.clear()
            coding = self._codings[accept_encoding] = negotiated(accept_encoding)
        return lane.bodies.get(coding) or self._lanes.body(target, lane, coding)


def _is_usual(headers: dict[bytes, bytes]) -> bool:
    """Whether nothing special is asked for."""
    return (
        _UNUSUAL.isdisjoint(headers)
        and len(headers) <= _MOST_HEADERS
        and sum(map(len, headers.values())) <= _MOST_HEADER_BYTES
    )


def raw_target(scope: Scope) -> bytes:
    """Path and query as they were sent."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def _body(headers: tuple[Header, ...], content: bytes) -> Body:
    length = (b"content-length", b"%d" % len(content))
    message = {"type": "http.response.body", "body": content, "more_body": False}
    return Body((*headers, length), message, len(content))
