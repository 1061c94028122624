"""How the service is: for people, load balancers and the morning check."""

from __future__ import annotations

import enum
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from alistach import __version__
from alistach.errors import CredentialsRejected
from alistach.gateway import Gateway
from alistach.kit.clock import iso
from alistach.openplatform import Condition, OpenPlatform
from alistach.web.reply import json_reply
from alistach.web.visit import replied, visit_of


class Status(enum.StrEnum):
    """How a component is; the service is as well as its worst."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """The platform as we see it; times are UTC, paces in calls a second."""

    status: Status
    url: str
    reason: str | None
    banned_until: str | None
    pace: float
    ceiling: float
    calls_today: int


class Cache(msgspec.Struct, frozen=True, kw_only=True):
    """The file of answers. `set_aside` names a damaged one that was replaced at the start."""

    status: Status
    reason: str | None
    set_aside: str | None
    bad_rows: int


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The record's database: ban memory and quota ledger."""

    status: Status
    reason: str | None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The log."""

    status: Status
    reason: str | None
    lines_lost: int


class Components(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that may be unwell one by one."""

    upstream: Upstream
    cache: Cache
    audit: Audit
    log: Log


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The whole. `durable` says whether what must not be lost is kept on disk."""

    status: Status
    version: str
    mode: str
    durable: bool
    uptime_seconds: int
    components: Components


def health(gateway: Gateway) -> Health:
    """The state now, without asking anybody."""
    parts = Components(upstream=_upstream(gateway), cache=_cache(gateway), audit=_audit(gateway), log=_log(gateway))
    statuses = [parts.upstream.status, parts.cache.status, parts.audit.status, parts.log.status]
    worst = max(statuses, key=list(Status).index)
    if Status.HEALTHY not in (parts.upstream.status, parts.cache.status):
        # Nothing new can be had, and what is known cannot be kept.
        worst = Status.UNHEALTHY
    return Health(
        status=worst,
        version=__version__,
        mode=gateway.settings.mode.value,
        durable=parts.log.status is Status.HEALTHY and parts.audit.status is Status.HEALTHY,
        uptime_seconds=int(gateway.clock.monotonic() - gateway.started_at),
        components=parts,
    )


def health_handler(gateway: Gateway) -> HTTPRouteHandler:
    """GET /health: 200 while answers are given at all, 503 when unhealthy."""

    async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
        state = health(gateway)
        visit = visit_of(request.scope)
        visit.exchange.operation = "health"
        visit.reply = json_reply(msgspec.json.encode(state))
        visit.reply.status = 503 if state.status is Status.UNHEALTHY else 200
        return replied

    return HTTPRouteHandler("/health", http_method="GET", status_code=200)(handler)


def _upstream(gateway: Gateway) -> Upstream:
    view = gateway.platform.governor.view()
    banned = iso(view.banned_until) if view.banned_until is not None else None
    reason = f"banned until {banned}" if banned else _trouble(gateway.platform)
    return Upstream(
        status=Status.DEGRADED if reason else Status.HEALTHY,
        url=gateway.sandbox.base_url if gateway.sandbox else gateway.settings.api_url,
        reason=reason,
        banned_until=banned,
        pace=round(view.pace, 3),
        ceiling=view.ceiling,
        calls_today=sum(view.sent_today.values()),
    )


def _trouble(platform: OpenPlatform) -> str | None:
    if platform.last_outcome == CredentialsRejected.code:
        return "AliExpress rejects the credentials: see ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET"
    return "left alone after repeated failures" if platform.condition is Condition.OPEN else None


def _cache(gateway: Gateway) -> Cache:
    file = gateway.cache
    moved = file.set_aside.name if file.set_aside else None
    return Cache(
        status=Status.HEALTHY if file.healthy else Status.DEGRADED,
        reason=file.reason or (f"the damaged cache.db was set aside as {moved} and a new one begun" if moved else None),
        set_aside=moved,
        bad_rows=file.counts.bad_rows,
    )


def _audit(gateway: Gateway) -> Audit:
    reason = gateway.database.reason
    return Audit(status=Status.DEGRADED if reason else Status.HEALTHY, reason=reason)


def _log(gateway: Gateway) -> Log:
    journal = gateway.journal
    return Log(
        status=Status.DEGRADED if journal.reason else Status.HEALTHY,
        reason=journal.reason,
        lines_lost=journal.write_failures,
    )
