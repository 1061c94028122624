"""The table of docs/answers: every status and code, with the headers that belong to it, and a problem that says it all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alistach.answers.answer import Answer
from alistach.answers.asker import Asker
from alistach.answers.products import ProductAnswers
from alistach.answers.questions import Search
from alistach.sandbox import Sandbox
from alistach.storage.refused import StorageFailed
from alistach.web.app import MAX_BODY_BYTES, build
from alistach.web.reply import ERRORS_URL
from alistach.web.routes import OPERATIONS
from alistach.web.wire import App
from tests.asking import ADMIN, SEARCH, Got, Service, call, eventually, open_live, open_sandbox, open_service, together
from tests.leaping import LeapingClock
from tests.steered import settle

MEMBERS = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "success",
    "code",
    "request_id",
    "upstream_request_id",
    "retry_after",
    "doc_url",
]


def is_problem(got: Got, status: int, code: str, path: str = "/api/products/search") -> bool:
    """Every member of a problem, and each as it must be; `errors` with 400 alone."""
    problem = got.json
    expected = {
        "type": f"{ERRORS_URL}#{code}",
        "status": status,
        "instance": path,
        "success": False,
        "code": code,
        "request_id": got["x-request-id"],
        "doc_url": f"{ERRORS_URL}#{code}",
        "retry_after": int(got["retry-after"]) if "retry-after" in got.names else None,
    }
    assert (got.status, got["content-type"], got["cache-control"]) == (status, "application/problem+json", "no-store")
    assert {name: problem[name] for name in expected} == expected
    assert list(problem) == [*MEMBERS, "errors"] if status == 400 else list(problem) == MEMBERS
    assert problem["title"]
    assert problem["detail"].endswith(".")
    return True


class Failing(ProductAnswers):
    """Answers that end in an error nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def search(self, question: Search, asker: Asker) -> Answer:  # noqa: ARG002 (as those of the real one)
        raise self._error


def failing(service: Service, error: Exception) -> App:
    """The service's application, but its searches end in this error."""
    answers = replace(service.gateway.answers, products=Failing(error))
    return build(replace(service.gateway, answers=answers))


@pytest.fixture
async def sandbox(clock: LeapingClock) -> Any:
    async with open_sandbox(clock) as opened:
        yield opened


async def test_an_unknown_parameter_is_400(service: Service) -> None:
    got = await service.get("/api/products/search?keyword=usb")
    assert is_problem(got, 400, "invalid_parameters")
    assert got.json["errors"] == [{"parameter": "keyword", "message": "is not known; did you mean keywords?"}]


async def test_a_body_that_is_no_json_is_400(service: Service) -> None:
    got = await service.post("/api/products/search", b"{")
    assert is_problem(got, 400, "malformed_body")
    assert got.json["errors"] == []


async def test_a_tracking_id_of_the_caller_that_the_platform_does_not_know_is_400(service: Service) -> None:
    got = await service.get("/api/affiliate/link?url=1005006338829917&tracking_id=nobodys")
    assert is_problem(got, 400, "tracking_id_unknown", "/api/affiliate/link")
    assert got["x-upstream-calls"] == "1"


async def test_live_settings_let_nobody_in_without_a_key(tmp_path: Path, sandbox: Sandbox) -> None:
    async with open_service(tmp_path, sandbox=sandbox) as service:
        got = await service.get(SEARCH)
        assert is_problem(got, 401, "key_missing")
        assert got["www-authenticate"] == 'ApiKey realm="alistach", header="X-API-Key"'
        assert "ANONYMOUS_ACCESS=true" in got.json["detail"]


@pytest.mark.parametrize("header", [{"X-API-Key": "k"}, {"Authorization": "Bearer k"}])
@pytest.mark.parametrize("anonymous_access", ["true", "false"])
async def test_a_key_that_was_never_issued_is_401(
    tmp_path: Path, sandbox: Sandbox, header: dict[str, str], anonymous_access: str
) -> None:
    async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS=anonymous_access) as service:
        got = await service.get(SEARCH, header)
        assert is_problem(got, 401, "key_unknown")
        assert got["www-authenticate"] == 'ApiKey realm="alistach", header="X-API-Key"'


@pytest.mark.parametrize("target", ["/admin/dashboard", "/admin/nothing", "/admin/cache/clear"])
@pytest.mark.parametrize("anonymous_access", ["true", "false"])
async def test_an_admin_path_without_the_admin_key_is_401(
    tmp_path: Path, sandbox: Sandbox, target: str, anonymous_access: str
) -> None:
    async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS=anonymous_access) as service:
        got = await service.get(target, {"X-API-Key": "k"})
        assert is_problem(got, 401, "admin_key_missing", target)
        assert got["www-authenticate"] == 'ApiKey realm="alistach admin", header="X-Admin-API-Key"'


@pytest.mark.parametrize("target", ["/admin/dashboard", "/api/products/search"])
async def test_a_wrong_admin_key_is_403_everywhere(service: Service, target: str) -> None:
    got = await service.get(target, {"X-Admin-API-Key": "another-test-key"})
    assert is_problem(got, 403, "admin_key_wrong", target)
    assert "www-authenticate" not in got.names


async def test_an_admin_key_sent_twice_is_wrong(service: Service) -> None:
    got = await service.ask("GET", "/admin/dashboard", [*ADMIN.items(), *ADMIN.items()])
    assert is_problem(got, 403, "admin_key_wrong", "/admin/dashboard")


async def test_an_origin_that_is_not_listed_is_403(service: Service) -> None:
    got = await service.get(SEARCH, {"Origin": "https://deals.example"})
    assert is_problem(got, 403, "origin_not_allowed")
    assert "access-control-allow-origin" not in got.names


@pytest.mark.parametrize("target", ["/nothing", "/api", "/static/nothing.js", "/static/../app.py", "/docs/../app.py"])
async def test_a_path_with_nothing_at_it_is_404(service: Service, target: str) -> None:
    assert is_problem(await service.get(target), 404, "not_found", target)


async def test_a_category_that_is_none_is_404(service: Service) -> None:
    got = await service.get("/api/categories/99999999/children")
    assert is_problem(got, 404, "not_found", "/api/categories/99999999/children")
    assert got["x-upstream-calls"] == "1"


async def test_a_product_that_the_platform_does_not_show_is_404(service: Service) -> None:
    got = await service.get("/api/products/1005000000000000")
    assert is_problem(got, 404, "product_unavailable", "/api/products/1005000000000000")


@pytest.mark.parametrize(
    ("method", "target", "allow", "detail"),
    [
        ("DELETE", "/api/products/search", "GET, POST", "DELETE is not possible here; GET and POST are."),
        ("GET", "/api/products/details", "POST", "GET is not possible here; POST is."),
        ("POST", "/health", "GET", "POST is not possible here; GET is."),
        ("PUT", "/docs", "GET", "PUT is not possible here; GET is."),
    ],
)
async def test_another_method_is_405_and_told_which_are_possible(
    service: Service, method: str, target: str, allow: str, detail: str
) -> None:
    got = await service.ask(method, target)
    assert is_problem(got, 405, "method_not_allowed", target)
    assert (got["allow"], got.json["detail"]) == (allow, detail)


async def test_another_method_on_an_admin_path_is_405(service: Service) -> None:
    got = await service.ask("GET", "/admin/cache/clear", ADMIN)
    assert is_problem(got, 405, "method_not_allowed", "/admin/cache/clear")
    assert got["allow"] == "POST"


async def test_a_body_over_the_limit_is_413(service: Service) -> None:
    got = await service.post("/api/products/search", b" " * (MAX_BODY_BYTES + 1))
    assert is_problem(got, 413, "body_too_large")


async def test_a_body_at_the_limit_is_read(service: Service) -> None:
    body = json.dumps({"keywords": "usb"}).encode().ljust(MAX_BODY_BYTES)
    assert (await service.post("/api/products/search", body)).status == 200


async def test_a_target_over_the_limit_is_414(service: Service) -> None:
    got = await service.get("/api/products/search?keywords=" + "a" * 8_192)
    assert is_problem(got, 414, "target_too_long")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_a_body_of_another_media_type_is_415(service: Service, kind: str) -> None:
    got = await service.post("/api/products/search", b"keywords=usb", {"Content-Type": kind})
    assert is_problem(got, 415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json"])
async def test_a_body_of_any_json_media_type_is_read(service: Service, kind: str) -> None:
    assert (await service.post("/api/products/search", {"page_size": 1}, {"Content-Type": kind})).status == 200


async def test_headers_over_the_limit_are_431(service: Service) -> None:
    got = await service.get(SEARCH, {"X-Large": "a" * 16_384})
    assert is_problem(got, 431, "headers_too_large")


async def test_the_request_over_the_limit_is_429_with_when_to_come_back(tmp_path: Path, clock: LeapingClock) -> None:
    async with open_live(tmp_path, clock=clock, MAX_REQUESTS_PER_SECOND="5", MAX_REQUESTS_PER_MINUTE="2") as service:
        await service.get("/api/categories")
        await service.get("/api/categories")
        got = await service.get("/api/categories")
        assert is_problem(got, 429, "rate_limited", "/api/categories")
        assert (got["retry-after"], got["ratelimit"]) == ("30", '"minute";r=0;t=60')
        assert got["ratelimit-policy"] == '"second";q=5;w=1, "minute";q=2;w=60'
        clock.leap(30)
        assert (await service.get("/api/categories")).status == 200


async def test_another_address_has_limits_of_its_own(tmp_path: Path) -> None:
    async with open_live(tmp_path, MAX_REQUESTS_PER_SECOND="1") as service:
        await service.get("/api/categories")
        assert (await service.get("/api/categories")).status == 429
        service.address = "10.0.0.2"
        assert (await service.get("/api/categories")).status == 200


async def test_health_and_docs_are_answered_over_the_limit_and_take_nothing_from_it(tmp_path: Path) -> None:
    async with open_live(tmp_path, MAX_REQUESTS_PER_SECOND="1", MAX_REQUESTS_PER_MINUTE="1") as service:
        before = [await service.get(target) for target in ("/health", "/docs", "/openapi.json", "/static/docs.js")]
        assert (await service.get("/api/categories")).status == 200
        after = [await service.get(target) for target in ("/health", "/health/", "/docs/errors.md")]
        assert [got.status for got in (*before, *after)] == [200] * 7
        assert {got["ratelimit"] for got in before} == {'"minute";r=1;t=0'}
        assert {got["ratelimit"] for got in after} == {'"minute";r=0;t=60'}


async def test_a_missing_permission_group_is_501_and_named(service: Service) -> None:
    service.strike(kind="platform_error", name="InsufficientPermission")
    got = await service.get(SEARCH)
    assert is_problem(got, 501, "permission_group_missing")
    assert "'Standard API for Publishers'" in got.json["detail"]


async def test_an_answer_that_cannot_be_understood_is_502(service: Service) -> None:
    service.strike(kind="wrong_type", shape="array")
    assert is_problem(await service.get(SEARCH), 502, "upstream_invalid")


async def test_a_wait_longer_than_the_deadline_is_503_at_once(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALIEXPRESS_MAX_CALLS_PER_SECOND="0.02") as service:
        await service.get("/api/categories")
        got = await service.get(SEARCH)
        assert is_problem(got, 503, "upstream_busy")
        assert (got["retry-after"], got["x-upstream-calls"], service.calls) == ("53", "0", 1)


async def test_a_ban_is_503_with_what_is_left_of_it(service: Service, clock: LeapingClock) -> None:
    service.strike(kind="ban", seconds=60)
    first = await service.get(SEARCH)
    clock.leap(20)
    second = await service.get(SEARCH)
    assert is_problem(first, 503, "upstream_banned")
    assert is_problem(second, 503, "upstream_banned")
    assert [got["retry-after"] for got in (first, second)] == ["60", "40"]
    assert second.json["title"] == "AliExpress has banned this app key for 40 seconds"
    assert service.calls == 1


async def test_a_platform_in_trouble_is_503(service: Service) -> None:
    service.strike(kind="status", status=502)
    assert is_problem(await service.get(SEARCH), 503, "upstream_down")


async def test_a_platform_left_alone_after_failures_is_503_with_when_it_is_asked_again(service: Service) -> None:
    service.strike(kind="status", status=502)
    await service.get(SEARCH)
    await service.get("/api/categories")
    got = await service.get("/api/affiliate/link?url=1005006338829917")
    assert is_problem(got, 503, "upstream_down", "/api/affiliate/link")
    assert (got.all("retry-after") != [], got["x-upstream-calls"], service.calls) == (True, "0", 5)


async def test_rejected_credentials_of_the_operator_are_503(tmp_path: Path, sandbox: Sandbox) -> None:
    async with open_service(
        tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true", ALIEXPRESS_APP_SECRET="wrong"
    ) as service:
        got = await service.get(SEARCH)
        assert is_problem(got, 503, "credentials_rejected")
        assert got.json["upstream_request_id"]


async def test_no_answer_within_the_deadline_is_504_and_the_call_goes_on(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        service.strike(kind="delay", delay_seconds=5, count=1)
        asked = asyncio.create_task(service.get(SEARCH, {"Prefer": "wait=2"}))
        await eventually(lambda: service.calls == 1)
        clock.leap(2)
        assert is_problem(await asked, 504, "deadline_exceeded")
        joined = asyncio.create_task(service.get(SEARCH))
        await settle()
        clock.leap(3)
        late = await joined
        assert (late.status, late["cache-status"], service.calls) == (200, "alistach; collapsed", 1)
        assert service.gateway.metrics.system_calls == 1


async def test_a_defect_is_500_and_told_to_the_log_alone(service: Service) -> None:
    got = await call(failing(service, ZeroDivisionError("a test's own defect")), "GET", SEARCH)
    assert is_problem(got, 500, "internal_error")
    assert b"ZeroDivisionError" not in got.body
    (line,) = [line for line in service.log if " defect " in line]
    assert f'request={got["x-request-id"]} error="ZeroDivisionError(' in line
    assert "test_app.py:" in line


async def test_a_disk_that_cannot_be_written_is_503_for_what_must_be_written(service: Service) -> None:
    full = StorageFailed("The answers' file data/cache.db could not remember: disk full")
    assert is_problem(await call(failing(service, full), "GET", SEARCH), 503, "record_unavailable")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_every_operation_answers_by_each_of_its_paths_and_methods(service: Service, operation: Any) -> None:
    found = (await service.get(f"{SEARCH}&page_size=2")).json["data"]["products"]
    ids = [row["product_id"] for row in found]
    questions: dict[str, dict[str, Any]] = {
        "search": {"keywords": "usb"},
        "details": {"product_ids": ids},
        "link": {"url": ids[0]},
        "links": {"urls": ids},
    }
    sent = questions.get(operation.name, {})
    for path in operation.paths:
        target = path.format(product_id=ids[0], category_id="2")
        for method in operation.methods:
            if method == "GET":
                query = "&".join(f"{name}={value}" for name, value in sent.items())
                got = await service.get(f"{target}?{query}" if query else target)
            else:
                got = await service.post(target, sent)
            assert (got.status, got["content-type"], got.json["success"]) == (200, "application/json", True)
            assert service.log[-1].split(" ")[3:5] == [method, got_target(service)]


def got_target(service: Service) -> str:
    """The target of the last line of the log."""
    return service.log[-1].split(" ")[4]


async def test_only_the_admin_asks_past_the_cache(service: Service) -> None:
    for directive in ("no-cache", "max-age=0"):
        await service.get(SEARCH)
        ignored = await service.get(SEARCH, {"Cache-Control": directive})
        asked = await service.get(SEARCH, {"Cache-Control": directive, **ADMIN})
        assert (ignored["cache-status"], asked["cache-status"]) == ("alistach; hit", "alistach; fwd=miss; stored")


async def test_what_the_admin_asked_anew_is_what_everybody_gets(service: Service, clock: LeapingClock) -> None:
    first = await service.get(SEARCH)
    clock.leap(60)
    asked = await service.get(SEARCH, {"Cache-Control": "no-cache", **ADMIN})
    later = await service.get(SEARCH)
    assert asked["etag"] != first["etag"]
    assert (later["etag"], later["age"], later["cache-status"]) == (asked["etag"], "0", "alistach; hit")


async def test_a_young_enough_answer_satisfies_max_age(service: Service, clock: LeapingClock) -> None:
    await service.get(SEARCH)
    clock.leap(60)
    got = await service.get(SEARCH, {"Cache-Control": "max-age=120", **ADMIN})
    assert (got["cache-status"], got["age"], service.calls) == ("alistach; hit", "60", 1)


async def test_many_at_once_are_all_answered(service: Service) -> None:
    answers = await together(*(service.get(f"{SEARCH}&page_size={size}") for size in range(1, 31)))
    assert [len(got.json["data"]["products"]) for got in answers] == list(range(1, 31))
    assert service.calls == 1
