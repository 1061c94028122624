"""The operator's paths: what the service did, and the acts on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import HttpMethod, Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from msgspec import Meta

from alistach.admission.caller import Caller, Role
from alistach.admission.gate import require_admin
from alistach.answers.clearing import Clearing
from alistach.answers.entries import Cleared
from alistach.answers.entry import Kind
from alistach.answers.questions import ProductId, TrackingId
from alistach.answers.results import Envelope, Metadata
from alistach.errors import InvalidParameters, ParameterProblem
from alistach.gateway import Gateway
from alistach.observe.metrics import Traffic
from alistach.web.call import call_handler
from alistach.web.decode import decode
from alistach.web.fastlane import Lanes
from alistach.web.health import Health, health
from alistach.web.quota import Quota, Saved, quota, saved
from alistach.web.reply import json_reply
from alistach.web.sent import sent
from alistach.web.visit import replied, visit_of

Q = TypeVar("Q", bound=msgspec.Struct)


class NoParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The question of the dashboard and of the quota."""


class ClearCache(msgspec.Struct, frozen=True, kw_only=True):
    """What to clear; without any parameter everything but links, which are cleared only when named."""

    hard: Annotated[bool, Meta(description="Delete, so that nothing is left even for when the platform fails.")] = False
    kind: Annotated[Kind, Meta(description="Only entries of this kind.")] | None = None
    product: Annotated[ProductId, Meta(description="Only what shows this product.")] | None = None
    tracking_id: Annotated[TrackingId, Meta(description="Only links of this tracking id.")] | None = None
    older_than: (
        Annotated[int, Meta(ge=0, le=31_536_000, description="Only entries at least this many seconds old.")] | None
    ) = None
    dry_run: Annotated[bool, Meta(description="Count what would be cleared, and clear nothing.")] = False


class DashboardData(msgspec.Struct, frozen=True, kw_only=True):
    """What the service did: since its start, and over the last hour."""

    health: Health
    since_start: Traffic
    last_hour: Traffic
    upstream_success_rate: float | None
    upstream_outcomes: dict[str, int]
    system_calls: int
    saved: Saved
    entries: dict[str, int]


class ClearData(msgspec.Struct, frozen=True, kw_only=True):
    """What a clear did: entries no longer served as fresh, deleted, and kept for when the platform fails."""

    expired: int
    deleted: int
    kept_for_errors: int
    refill_hint: str


def admin_handlers(gateway: Gateway, lanes: Lanes) -> list[HTTPRouteHandler]:
    """The operator's routes."""

    async def dashboard(_: NoParameters) -> DashboardData:
        return await _dashboard(gateway)

    async def budget(_: NoParameters) -> Quota:
        return quota(gateway)

    async def clear(question: ClearCache) -> ClearData:
        try:
            return await _clear(question, gateway)
        finally:
            # Also when the clear could not be kept for good: it holds for this process.
            if not question.dry_run:
                lanes.forget()

    return [
        _handler("/admin/dashboard", HttpMethod.GET, NoParameters, dashboard, gateway),
        _handler("/admin/quota", HttpMethod.GET, NoParameters, budget, gateway),
        _handler("/admin/cache/clear", HttpMethod.POST, ClearCache, clear, gateway),
        call_handler(gateway),
    ]


def _handler(
    path: str, method: HttpMethod, model: type[Q], act: Callable[[Q], Awaitable[msgspec.Struct]], gateway: Gateway
) -> HTTPRouteHandler:
    source = Metadata(source=gateway.settings.mode.value)

    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = visit_of(request.scope)
        visit.exchange.operation = path.removeprefix("/").replace("/", ".")
        require_admin(visit.caller or Caller(Role.ANONYMOUS))
        data = await act(decode(model, await sent(request)))
        visit.reply = json_reply(msgspec.json.encode(Envelope(data=data, metadata=source)))
        return replied

    return HTTPRouteHandler(path, http_method=method, status_code=200)(handler)


async def _dashboard(gateway: Gateway) -> DashboardData:
    outcomes = gateway.platform.outcomes
    attempts = sum(outcomes.values())
    use = await gateway.cache.use_by_kind()
    return DashboardData(
        health=health(gateway),
        since_start=gateway.metrics.total(),
        last_hour=gateway.metrics.last_hour(),
        upstream_success_rate=round(outcomes.get("ok", 0) / attempts, 4) if attempts else None,
        upstream_outcomes=dict(outcomes),
        system_calls=gateway.metrics.system_calls,
        saved=saved(gateway),
        entries={kind: used.entries for kind, used in use.items()},
    )


async def _clear(question: ClearCache, gateway: Gateway) -> ClearData:
    if question.product and question.tracking_id:
        problem = ParameterProblem("tracking_id", "cannot be given together with product: clear one, then the other")
        raise InvalidParameters(f"{problem.parameter} {problem.message}.", problems=(problem,))
    now = gateway.clock.now()
    tag = f"product:{question.product}" if question.product else None
    if question.tracking_id:
        tag = f"tracking:{question.tracking_id}"
    before = None if question.older_than is None else now - question.older_than
    clearing = Clearing(at=now, kind=question.kind, tag=tag, asked_before=before)
    entries = gateway.answers.entries
    if question.dry_run:
        cleared = Cleared(await entries.preview(clearing), 0)
    else:
        cleared = await entries.clear(clearing, hard=question.hard)
        gateway.journal.say("WARNING", "cache.cleared", entries=sum(cleared.counted.values()), deleted=cleared.deleted)
    counted = cleared.counted
    expired = sum(counted.values())
    calls = counted.get(Kind.SEARCH, 0) + counted.get(Kind.CATEGORIES, 0)
    calls += -(-counted.get(Kind.PRODUCT, 0) // 50) + -(-counted.get(Kind.LINK, 0) // 50)
    pace = gateway.platform.governor.view().pace
    return ClearData(
        expired=expired,
        deleted=cleared.deleted,
        kept_for_errors=0 if question.hard else expired,
        refill_hint=(
            f"Asking all of it again would cost about {calls} upstream calls: {calls / pace:.0f} s at "
            f"{pace:g} a second. What nobody asks for costs nothing."
        ),
    )
