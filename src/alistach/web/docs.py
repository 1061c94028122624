"""The documents that the service serves of itself: OpenAPI, the page that shows it, the error book."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from alistach.web.coding import LEAST_BYTES, Coding, coded, negotiated
from alistach.web.errorbook import errors_page
from alistach.web.openapi import openapi
from alistach.web.reply import Header, Reply
from alistach.web.visit import replied, visit_of

STATIC = Path(__file__).parent / "static"

_POLICY: Header = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)
_HEADERS: tuple[Header, ...] = (
    _POLICY,
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
    (b"vary", b"accept-encoding"),
)
_MEDIA_TYPES = MappingProxyType(
    {
        ".html": b"text/html; charset=utf-8",
        ".js": b"text/javascript; charset=utf-8",
        ".css": b"text/css; charset=utf-8",
        ".png": b"image/png",
    }
)
_TEXT = b"text/plain; charset=utf-8"


class Document:
    """A document, made when it is first asked for; so is its body in each content coding."""

    def __init__(self, media_type: bytes, make: Callable[[], bytes]) -> None:
        self._media_type, self._make = media_type, make
        self._bodies: dict[Coding | None, bytes] = {}
        self._etag = b""

    def reply(self, accept_encoding: bytes | None) -> Reply:
        """The document in the coding that the caller takes."""
        plain = self._plain()
        coding = None if accept_encoding is None or len(plain) < LEAST_BYTES else negotiated(accept_encoding)
        headers: list[Header] = [(b"content-type", self._media_type), (b"etag", self._etag), *_HEADERS]
        if coding is not None:
            headers.append((b"content-encoding", coding.encode()))
            if coding not in self._bodies:
                self._bodies[coding] = coded(plain, coding)
        return Reply(200, headers, self._bodies[coding])

    def _plain(self) -> bytes:
        if None not in self._bodies:
            self._bodies[None] = self._make()
            # Weak: the same document in another content coding has the same tag.
            self._etag = f'W/"{hashlib.blake2b(self._bodies[None], digest_size=9).hexdigest()}"'.encode()
        return self._bodies[None]


def docs_handlers() -> list[HTTPRouteHandler]:
    """The routes of the documents."""
    documents = {
        "/openapi.json": Document(b"application/json", lambda: msgspec.json.encode(openapi())),
        "/docs": Document(_MEDIA_TYPES[".html"], (STATIC / "docs.html").read_bytes),
        "/docs/errors.md": Document(b"text/markdown; charset=utf-8", lambda: errors_page().encode()),
    }
    for file in sorted(file for file in STATIC.rglob("*") if file.is_file()):
        path = f"/static/{file.relative_to(STATIC).as_posix()}"
        documents[path] = Document(_MEDIA_TYPES.get(file.suffix, _TEXT), file.read_bytes)
    return [_welcome(), *(_handler(path, document) for path, document in documents.items())]


def _welcome() -> HTTPRouteHandler:
    """The bare address, typed into a browser, leads to the documents."""

    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = "docs"
        visit.reply = Reply(307, [(b"location", b"/docs")], b"")
        return replied

    return HTTPRouteHandler("/", http_method="GET", status_code=307)(handler)


def _handler(path: str, document: Document) -> HTTPRouteHandler:
    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = "docs"
        visit.reply = document.reply(visit.headers.get(b"accept-encoding"))
        return replied

    return HTTPRouteHandler(path, http_method="GET", status_code=200)(handler)
