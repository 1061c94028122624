"""What a request brought: the parameters of its path, its query and its body."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.exceptions import InternalServerException

from alistach.errors import MalformedBody, UnsupportedMediaType
from alistach.web.decode import body_pairs
from alistach.web.visit import visit_of


async def sent(request: Request[Any, Any, Any]) -> list[tuple[str, object]]:
    """The parameters as pairs of name and value. Raises MalformedBody or UnsupportedMediaType."""
    # Not the framework's own parsing: it loses the order, and reads raw UTF-8, as curl sends it, as Latin-1.
    query = request.scope["query_string"].decode("utf-8", "replace")
    pairs: list[tuple[str, object]] = [*request.path_params.items(), *parse_qsl(query, keep_blank_values=True)]
    if request.method == "POST":
        pairs += body_pairs(await _body(request))
    return pairs


async def _body(request: Request[Any, Any, Any]) -> bytes:
    try:
        body = await request.body()
    except InternalServerException as error:
        # What the framework calls its own failure is a caller that left half-way.
        raise MalformedBody("The connection ended before the whole body was there.") from error
    media_type = visit_of(request.scope).headers.get(b"content-type", b"application/json")
    name = media_type.partition(b";")[0].strip().lower()
    if body and name != b"application/json" and not name.endswith(b"+json"):
        raise UnsupportedMediaType("Send the parameters as a JSON object with Content-Type: application/json.")
    return body
