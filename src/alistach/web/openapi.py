"""The OpenAPI 3.1 document, made from the operation table and the models that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from alistach import __version__
from alistach.answers.results import Envelope
from alistach.web.admin import ClearCache, ClearData, DashboardData, NoParameters
from alistach.web.errorbook import every_error
from alistach.web.health import Health
from alistach.web.quota import Quota
from alistach.web.reply import Problem
from alistach.web.routes import OPERATIONS, Operation

Document = dict[str, Any]

_TEMPLATE = "#/components/schemas/{name}"
_ADMIN_SECURITY: list[Document] = [{"adminKey": []}]
_ANY_SECURITY: list[Document] = [{}, {"adminKey": []}]
_CACHE_HEADERS = {
    "Cache-Status": "Where the answer came from (RFC 9211).",
    "Age": "Seconds since its oldest part came from AliExpress (RFC 9111).",
    "ETag": "Send it back in If-None-Match to receive 304 instead of the same body.",
    "X-Upstream-Calls": "Upstream calls charged to this request.",
}
_EVERY_HEADERS = {
    "X-Request-ID": "This request's name in the log.",
    "RateLimit": "What is left of the tightest limit.",
    "RateLimit-Policy": "The limits of this caller.",
}
# Any question may end with these; the others depend on the operation.
_COMMON_STATUSES = (400, 401, 403, 414, 429, 431, 500, 503)


# What the platform's methods take and answer is the platform's affair.
_CALL: Document = {
    "type": "object",
    "required": ["method"],
    "additionalProperties": False,
    "properties": {"method": {"type": "string", "maxLength": 128}, "parameters": {"type": "object"}},
}
_CALLED: Document = {"type": "object", "properties": {"success": {"const": True}, "data": {"type": "object"}}}


def openapi() -> Document:
    """The whole document."""
    # In the order of the table, so that the document is the same each time.
    models = [*dict.fromkeys(o.question for o in OPERATIONS), *(Envelope[o.result] for o in OPERATIONS)]  # type: ignore[name-defined]
    models += [
        ClearCache,
        NoParameters,
        Envelope[DashboardData],
        Envelope[Quota],
        Envelope[ClearData],
        Health,
        Problem,
    ]
    _, schemas = msgspec.json.schema_components(models, ref_template=_TEMPLATE)
    paths: dict[str, Document] = {}
    for operation in OPERATIONS:
        for path in operation.paths:
            paths[path] = {method.lower(): _operation(operation, path, method, schemas) for method in operation.methods}
    paths |= _operator_paths(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "alistach",
            "version": __version__,
            "description": "Products, prices and paying links of the AliExpress affiliate program.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "adminKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Admin-API-Key",
                    "description": "The operator's.",
                }
            },
        },
    }


def _operation(operation: Operation, path: str, method: str, schemas: Mapping[str, Any]) -> Document:
    in_path = [name for name in operation.question.__struct_fields__ if f"{{{name}}}" in path]
    document: Document = {
        "operationId": operation.name
        + ("" if len(operation.methods) == 1 else f"_{method.lower()}")
        + ("" if path == operation.paths[0] else "_also"),
        "summary": operation.summary,
        "description": f"A question that is not known yet costs one call of `{operation.upstream_method}`, "
        "shared by all who ask meanwhile.",
        "tags": [path.split("/")[2]],
        "security": _ANY_SECURITY,
        "parameters": [*_parameters(operation.question, schemas, in_path, method), _PREFER],
        "responses": _responses(Envelope[operation.result], _statuses(operation, method), _CACHE_HEADERS),  # type: ignore[name-defined]
    }
    if method == "POST":
        document["requestBody"] = {
            "required": any(field.required for field in msgspec.structs.fields(operation.question)),
            "content": {"application/json": {"schema": _ref(operation.question)}},
        }
    return document


_PREFER: Document = {
    "name": "Prefer",
    "in": "header",
    "description": "`wait=N`: wait at most N seconds for AliExpress (RFC 7240); 10 if not given, at most 30.",
    "schema": {"type": "string", "pattern": "^wait=[0-9]+$"},
}


def _parameters(
    question: type[msgspec.Struct], schemas: Mapping[str, Any], in_path: Iterable[str], method: str
) -> list[Document]:
    """The fields as path and query parameters; those of a POST are in its body."""
    schema = schemas[question.__name__]
    parameters = []
    for name, field in schema.get("properties", {}).items():
        is_path = name in in_path
        if method == "POST" and not is_path:
            continue
        shown = {key: value for key, value in field.items() if key not in ("description", "examples")}
        parameter: Document = {
            "name": name,
            "in": "path" if is_path else "query",
            "required": is_path or name in schema.get("required", ()),
            "schema": shown,
        }
        for part in (field, *field.get("anyOf", ())):
            if "description" in part:
                parameter["description"] = part["description"]
        if shown.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        parameters.append(parameter)
    return parameters


def _statuses(operation: Operation, method: str) -> set[int]:
    statuses = {*_COMMON_STATUSES, 501, 502, 504}
    if method == "POST":
        statuses |= {413, 415}
    if operation.name in ("detail", "children"):
        statuses.add(404)
    return statuses


def _responses(result: Any, statuses: Iterable[int], headers: Mapping[str, str]) -> Document:
    responses: Document = {
        "200": {
            "description": "The answer.",
            "headers": _headers({**_EVERY_HEADERS, **headers}),
            "content": {"application/json": {"schema": result if isinstance(result, dict) else _ref(result)}},
        }
    }
    if "ETag" in headers:
        responses["304"] = {"description": "The caller has this very answer already."}
    return responses | _problems(statuses)


def _problems(statuses: Iterable[int]) -> Document:
    errors, responses = every_error(), {}
    for status in sorted(statuses):
        codes = ", ".join(f"`{error.code}`" for error in errors if error.status == status)
        problem: Document = {
            "description": f"{codes}.",
            "content": {"application/problem+json": {"schema": _ref(Problem)}},
        }
        if status in (429, 503):
            problem["headers"] = _headers({"Retry-After": "Seconds after which to try again."})
        responses[str(status)] = problem
    return responses


def _operator_paths(schemas: Mapping[str, Any]) -> dict[str, Document]:
    dashboard = {
        "operationId": "dashboard",
        "summary": "What the service did: traffic, hit rate, upstream success, latency.",
        "tags": ["admin"],
        "security": _ADMIN_SECURITY,
        "responses": _responses(Envelope[DashboardData], _COMMON_STATUSES, {}),
    }
    budget = {
        "operationId": "quota",
        "summary": "The app key's budget: spent, left, banned, waited for, saved.",
        "tags": ["admin"],
        "security": _ADMIN_SECURITY,
        "responses": _responses(Envelope[Quota], _COMMON_STATUSES, {}),
    }
    clear = {
        "operationId": "clear_cache",
        "summary": "Stop serving what is known as fresh; links only when named.",
        "tags": ["admin"],
        "security": _ADMIN_SECURITY,
        "parameters": _parameters(ClearCache, schemas, (), "GET"),
        "requestBody": {"required": False, "content": {"application/json": {"schema": _ref(ClearCache)}}},
        "responses": _responses(Envelope[ClearData], {*_COMMON_STATUSES, 413, 415}, {}),
    }
    call = {
        "operationId": "call",
        "summary": "Any method of the Open Platform by its name, at the governor's pace.",
        "tags": ["admin"],
        "security": _ADMIN_SECURITY,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _CALL}}},
        "responses": _responses(_CALLED, {*_COMMON_STATUSES, 413, 501, 502, 504}, {}),
    }
    health: Document = {
        "operationId": "health",
        "summary": "How the service is.",
        "tags": ["service"],
        "responses": {
            **_problems((414, 431, 500)),
            **{
                str(status): {"description": told, "content": {"application/json": {"schema": _ref(Health)}}}
                for status, told in ((200, "Healthy or degraded: answers are given."), (503, "Unhealthy."))
            },
        },
    }
    return {
        "/admin/dashboard": {"get": dashboard},
        "/admin/quota": {"get": budget},
        "/admin/cache/clear": {"post": clear},
        "/admin/call": {"post": call},
        "/health": {"get": health},
    }


def _headers(told: Mapping[str, str]) -> Document:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()}


def _ref(model: Any) -> Document:
    (schema,), _ = msgspec.json.schema_components([model], ref_template=_TEMPLATE)
    return schema
