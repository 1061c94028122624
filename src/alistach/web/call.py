"""POST /admin/call: any method of the platform by its name, in the governor's turn like every other call."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from msgspec import Meta

from alistach.admission.caller import Caller, Role
from alistach.admission.gate import require_admin
from alistach.answers.results import Envelope, Metadata
from alistach.errors import InvalidParameters, ParameterProblem
from alistach.gateway import Gateway
from alistach.openplatform.generic import generic_operation
from alistach.web.decode import decode
from alistach.web.headers import patience
from alistach.web.reply import json_reply
from alistach.web.sent import sent
from alistach.web.visit import replied, visit_of


class PlatformCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call as the operator wants it."""

    method: Annotated[str, Meta(max_length=128, description="Such as aliexpress.affiliate.hotproduct.query.")]
    parameters: Annotated[dict[str, object], Meta(description="The method's own parameters.")] = msgspec.field(
        default_factory=dict
    )


def call_handler(gateway: Gateway) -> HTTPRouteHandler:
    """The route; `data` of its answer is the method's result, and nothing of it is kept."""
    source = Metadata(source=gateway.settings.mode.value)

    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = "admin.call"
        require_admin(visit.caller or Caller(Role.ANONYMOUS))
        asked = _read(await sent(request))
        deadline = gateway.clock.monotonic() + patience(visit.headers)
        operation = generic_operation(asked.method)
        answer = await gateway.platform.send(operation, asked.parameters, deadline=deadline)
        calls = len(answer.attempts)
        visit.reply = json_reply(msgspec.json.encode(Envelope(data=answer.result, metadata=source)))
        visit.reply.headers.append((b"x-upstream-calls", str(calls).encode()))
        visit.reply.calls, visit.reply.upstream_request_id = calls, answer.upstream_request_id
        return replied

    return HTTPRouteHandler("/admin/call", http_method="POST", status_code=200)(handler)


def _read(given: list[tuple[str, object]]) -> PlatformCall:
    asked = decode(PlatformCall, given)
    if not isinstance(asked.parameters, dict):
        problem = ParameterProblem("parameters", "must be a JSON object of names and values")
        raise InvalidParameters(f"{problem.parameter} {problem.message}.", problems=(problem,))
    return asked
