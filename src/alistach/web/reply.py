"""A reply before it leaves: status, headers, body; made from an answer or from a failure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec

from alistach.admission.gate import Headers
from alistach.answers.answer import Answer
from alistach.errors import GatewayError, InvalidParameters, MethodNotAllowed
from alistach.web.coding import LEAST_BYTES, coded, negotiated

Header = tuple[bytes, bytes]

ERRORS_URL = "https://github.com/alistach/alistach/blob/main/docs/errors.md"

JSON_TYPE: Header = (b"content-type", b"application/json")
_PROBLEM_TYPE: Header = (b"content-type", b"application/problem+json")
_CODING = b"content-encoding"
_NO_STORE: Header = (b"cache-control", b"no-store")
_REVALIDATE: Header = (b"cache-control", b"private, no-cache")
_CHALLENGE: Header = (b"www-authenticate", b'ApiKey realm="alistach", header="X-API-Key"')
_ADMIN_CHALLENGE: Header = (b"www-authenticate", b'ApiKey realm="alistach admin", header="X-Admin-API-Key"')


@dataclass(slots=True)
class Reply:
    """What the caller will receive. `code` is the problem's, `cache` what the log says of the cache."""

    status: int
    headers: list[Header]
    body: bytes
    code: str | None = None
    cache: str = "-"
    calls: int = 0
    upstream_request_id: str | None = None


class ProblemError(msgspec.Struct, frozen=True):
    """One parameter and what is wrong with it."""

    parameter: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A failure as RFC 9457 writes it, with members of our own. `errors` is there with status 400 only."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    success: bool = False
    code: str
    request_id: str
    upstream_request_id: str | None
    retry_after: int | None
    doc_url: str
    errors: tuple[ProblemError, ...] | msgspec.UnsetType = msgspec.UNSET


_encoder = msgspec.json.Encoder()


def json_reply(body: bytes) -> Reply:
    """A good answer that no cache may keep."""
    return Reply(200, [JSON_TYPE, _NO_STORE], body)


def stored_headers(answer: Answer) -> tuple[Header, ...]:
    """The headers of an answer that are the same whoever asks and whenever."""
    return (JSON_TYPE, (b"etag", answer.etag.encode()), _REVALIDATE, (b"vary", b"accept-encoding, origin"))


def answered(answer: Answer, now: float) -> Reply:
    """An answer with where it came from (RFC 9211), its age (RFC 9111) and what it cost."""
    reply = Reply(200, [*stored_headers(answer)], answer.body, calls=answer.calls)
    reply.headers.append((b"x-upstream-calls", b"%d" % answer.calls))
    if answer.status is not None:
        status = f"alistach; {answer.status}" + (f"; detail={answer.reason}" if answer.reason else "")
        reply.headers.append((b"cache-status", status.encode()))
        reply.headers.append((b"age", b"%d" % max(0.0, now - answer.received_at)))
        reply.cache = answer.status.name.lower()
    return reply


def unless_modified(reply: Reply, headers: Headers) -> Reply:
    """304 instead of a body that the caller has already (RFC 9110 §13.1.2 and §15.4.5)."""
    known = headers.get(b"if-none-match")
    etag = next((value for name, value in reply.headers if name == b"etag"), None)
    if reply.status != 200 or known is None or etag is None or not has_tag(known, etag):
        return reply
    return replace(reply, status=304, body=b"", headers=[header for header in reply.headers if header[0] != _CODING])


def has_tag(if_none_match: bytes, etag: bytes) -> bool:
    """Whether `If-None-Match` names the entity tag, by weak comparison."""
    tags = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return etag.removeprefix(b"W/") in tags or b"*" in tags


def in_coding(reply: Reply, headers: Headers) -> Reply:
    """The reply in the content coding that the caller takes, if that is worth it."""
    accepted = headers.get(b"accept-encoding")
    if accepted is None or len(reply.body) < LEAST_BYTES or any(name == _CODING for name, _ in reply.headers):
        return reply
    if (coding := negotiated(accepted)) is None:
        return reply
    return replace(reply, headers=[*reply.headers, (_CODING, coding.encode())], body=coded(reply.body, coding))


def problem(error: GatewayError, path: str, request_id: str) -> Reply:
    """A failure as `application/problem+json`."""
    retry_after = None if error.retry_after is None else max(1, math.ceil(error.retry_after))
    doc_url = f"{ERRORS_URL}#{error.code}"
    shown = Problem(
        type=doc_url,
        title=error.headline,
        status=error.status,
        detail=error.detail,
        instance=path.encode("utf-8", "replace").decode(),
        code=error.code,
        request_id=request_id,
        upstream_request_id=error.upstream_request_id,
        retry_after=retry_after,
        doc_url=doc_url,
        errors=_errors(error),
    )
    headers: list[Header] = [_PROBLEM_TYPE, _NO_STORE, (b"x-upstream-calls", str(error.upstream_calls).encode())]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    if error.status == 401:
        headers.append(_ADMIN_CHALLENGE if error.code.startswith("admin") else _CHALLENGE)
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", ", ".join(error.allow).encode()))
    return Reply(
        error.status,
        headers,
        _encoder.encode(shown),
        error.code,
        calls=error.upstream_calls,
        upstream_request_id=error.upstream_request_id,
    )


def _errors(error: GatewayError) -> tuple[ProblemError, ...] | msgspec.UnsetType:
    if error.status != 400:
        return msgspec.UNSET
    problems = error.problems if isinstance(error, InvalidParameters) else ()
    return tuple(ProblemError(one.parameter, one.message) for one in problems)
