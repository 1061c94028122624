"""The documents that the service serves of itself: OpenAPI, the page that shows it, the error book."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.router import Router
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp

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
_PAGE_HEADERS: tuple[Header, ...] = (
    _POLICY,
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def docs_handlers() -> list[HTTPRouteHandler | Router]:
    """The routes of the documents; each is made when it is first asked for."""

    @cache
    def document() -> bytes:
        return msgspec.json.encode(openapi())

    return [
        _handler("/openapi.json", b"application/json", document),
        _handler("/docs", b"text/html; charset=utf-8", (STATIC / "docs.html").read_bytes),
        _handler("/docs/errors.md", b"text/markdown; charset=utf-8", lambda: errors_page().encode()),
        create_static_files_router("/static", directories=[STATIC], include_in_schema=False),
    ]


def _handler(path: str, media_type: bytes, body: Any) -> HTTPRouteHandler:
    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = "docs"
        visit.reply = Reply(200, [(b"content-type", media_type), *_PAGE_HEADERS], body())
        return replied

    return HTTPRouteHandler(path, http_method="GET", status_code=200)(handler)
