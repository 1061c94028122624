"""The framework's part: routes from the operation table, and every failure as a problem."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from alistach.answers.asker import Asker, CacheStatus
from alistach.answers.freshness import NO_DIRECTIVES
from alistach.errors import (
    BodyTooLarge,
    GatewayError,
    InternalError,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    RecordUnavailable,
)
from alistach.gateway import Gateway
from alistach.observe.journal import Journal
from alistach.observe.recorder import Recorder
from alistach.storage.refused import StorageFailed
from alistach.web.admin import admin_handlers
from alistach.web.decode import decode
from alistach.web.docs import docs_handlers
from alistach.web.fastlane import FastLane, Lanes
from alistach.web.handle import Front, policy
from alistach.web.headers import directives, patience
from alistach.web.health import health_handler
from alistach.web.names import RequestIds
from alistach.web.reply import answered, problem
from alistach.web.routes import OPERATIONS, Operation
from alistach.web.sent import sent
from alistach.web.visit import Visit, replied, visit_of

MAX_BODY_BYTES = 131_072


def build(gateway: Gateway) -> FastLane:
    """The whole ASGI application over an open gateway."""
    gate, clock = gateway.gate, gateway.clock
    lanes = Lanes(gateway.settings.cache_memory_mb * 1024 * 1024 // 4, clock, policy(gate))
    framework = Litestar(
        route_handlers=[
            *(operation_handler(operation, gateway, lanes) for operation in OPERATIONS),
            *admin_handlers(gateway, lanes),
            *docs_handlers(),
            health_handler(gateway),
        ],
        exception_handlers={Exception: _Failures(gateway.journal)},
        openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )
    recorder, ids = Recorder(gateway.journal, gateway.metrics), RequestIds(os.urandom)
    front = Front(gate, framework, recorder, ids, clock)
    return FastLane(lanes, front, gate, recorder, ids, clock)


def operation_handler(operation: Operation, gateway: Gateway, lanes: Lanes) -> HTTPRouteHandler:
    """The framework's handler of one row of the table: decode the question, have it answered, reply."""
    ask = operation.answer(gateway.answers)

    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = operation.name
        question = decode(operation.question, await sent(request))
        asker = _asker(visit, gateway)
        answer = await ask(question, asker)
        visit.reply = answered(answer, gateway.clock.now())
        if asker.directives != NO_DIRECTIVES and answer.status in (CacheStatus.MISS, CacheStatus.COLLAPSED):
            # The admin has seen to it that something newer is known than the lanes may have.
            lanes.forget()
        if request.method == "GET" and b"cache-control" not in visit.headers:
            lanes.keep(visit.exchange.target.encode("latin-1"), operation.name, answer)
        return replied

    handler.__name__ = operation.name
    paths = [path.replace("}", ":str}") for path in operation.paths]
    return HTTPRouteHandler(paths, http_method=list(operation.methods), status_code=200)(handler)


def _asker(visit: Visit, gateway: Gateway) -> Asker:
    """Who asks and for how long; only the admin may ask past the cache."""
    deadline = gateway.clock.monotonic() + patience(visit.headers)
    is_admin = visit.caller is not None and visit.caller.is_admin
    return Asker(deadline, directives(visit.headers) if is_admin else NO_DIRECTIVES)


class _Failures:
    """Makes every exception of a handler the reply of its visit."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __call__(self, request: Request[Any, Any, Any], error: Exception) -> Response[None]:
        visit = visit_of(request.scope)
        failure = error if isinstance(error, GatewayError) else _translated(error, request)
        if isinstance(failure, InternalError):
            where = " > ".join(f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__))
            self._journal.say("ERROR", "defect", request=visit.exchange.request_id, error=repr(error), where=where)
        visit.reply = problem(failure, request.scope["path"], visit.exchange.request_id)
        return Response(None, status_code=204)


def _translated(error: Exception, request: Request[Any, Any, Any]) -> GatewayError:
    """The refusals of framework and storage in our words; anything else is a defect."""
    if isinstance(error, StorageFailed):
        return RecordUnavailable(f"{error}. See /health, make room or mend the file, then ask again.")
    match error.status_code if isinstance(error, HTTPException) else 500:
        case 404:
            return NotFound("There is nothing at this path. /docs lists what there is.")
        case 405:
            allow = (error.headers or {}).get("allow", "") if isinstance(error, HTTPException) else ""
            names = tuple(
                sorted(name.strip() for name in allow.split(",") if name.strip() and name.strip() != "OPTIONS")
            )
            verb = "is" if len(names) == 1 else "are"
            told = f"{request.method} is not possible here; {' and '.join(names)} {verb}."
            return MethodNotAllowed(told, allow=names)
        case 413:
            return BodyTooLarge(f"The body may have {MAX_BODY_BYTES} bytes.")
        case 400:
            return MalformedBody("The request cannot be read; /docs shows what it should look like.")
        case _:
            return InternalError("This is a defect. Tell the operator the request id; the log has the rest.")
