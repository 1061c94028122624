"""The life of one request: whatever arrives leaves as one answer with our headers, one line and one count."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alistach.web.handle import MAX_HEADER_BYTES, MAX_TARGET_BYTES
from tests.asking import ADMIN, SEARCH, Service, call, fields, in_loop, open_live

ORIGIN = "https://deals.example"
OTHERS = "https://www.deals.example:8443"

# One of each kind of ending: method, target, headers, status.
ENDINGS: list[tuple[str, str, dict[str, str], int]] = [
    ("GET", SEARCH, {}, 200),
    ("GET", "/api/products/search?page_size=0", {}, 400),
    ("GET", "/admin/dashboard", {}, 401),
    ("GET", "/admin/dashboard", {"X-Admin-API-Key": "wrong"}, 403),
    ("GET", SEARCH, {"Origin": "https://stranger.example"}, 403),
    ("GET", "/nothing", {}, 404),
    ("PUT", "/api/products/search", {}, 405),
    ("GET", f"/{'a' * MAX_TARGET_BYTES}", {}, 414),
    ("GET", SEARCH, {"X-Large": "a" * MAX_HEADER_BYTES}, 431),
    ("OPTIONS", "/api/products/search", {}, 204),
    ("GET", "/health", {}, 200),
    ("GET", "/docs", {}, 200),
    ("HEAD", "/health", {}, 200),
]
each = pytest.mark.parametrize(("method", "target", "headers", "status"), ENDINGS)


@each
async def test_whatever_is_asked_is_answered_with_our_headers(
    service: Service, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    got = await service.ask(method, target, headers)
    assert got.status == status
    assert re.fullmatch("[a-z]{12}", got["x-request-id"])
    assert got["ratelimit-policy"] == '"second";q=1000000;w=1, "minute";q=1000000;w=60'
    assert re.fullmatch(r'"(second|minute)";r=(999999|1000000);t=[01]', got["ratelimit"])
    assert len(got.names) == len(got.headers)


@each
async def test_whatever_is_asked_is_one_line_and_one_count(
    service: Service, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    got = await service.ask(method, target, headers)
    (line,) = service.log
    level = "INFO" if status < 400 else "WARNING"
    assert line.split(" ")[1:4] == [level, got["x-request-id"], method]
    assert fields(line)["status"] == str(status)
    assert service.gateway.metrics.total().by_status == {str(status): 1}


@each
async def test_the_length_is_that_of_the_body(
    service: Service, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    got = await service.ask(method, target, headers)
    if status == 204:
        assert got.all("content-length") == []
    else:
        assert (int(got["content-length"]) == len(got.body)) is (method != "HEAD")


async def test_a_long_target_is_cut_in_the_log(service: Service) -> None:
    await service.get(f"/{'a' * MAX_TARGET_BYTES}")
    assert service.log[0].split(" ")[4] == f"/{'a' * 199}..."


async def test_a_target_and_headers_at_the_limit_pass(service: Service) -> None:
    target = f"{SEARCH}{'&' * (MAX_TARGET_BYTES - len(SEARCH))}"
    assert (await service.get(target)).status == 200
    host = len("host") + len("127.0.0.1:8000")
    assert (await service.get(SEARCH, {"X-Large": "a" * (MAX_HEADER_BYTES - host - len("X-Large"))})).status == 200


async def test_refusals_count_against_the_limits_too(tmp_path: Path) -> None:
    async with open_live(tmp_path, MAX_REQUESTS_PER_MINUTE="4") as service:
        asked = [
            await service.get(f"/{'a' * MAX_TARGET_BYTES}"),
            await service.get(SEARCH, {"X-Large": "a" * MAX_HEADER_BYTES}),
            await service.get("/nothing"),
            await service.get("/admin/dashboard"),
            await service.get("/nothing"),
        ]
        assert [got.status for got in asked] == [414, 431, 404, 401, 429]


async def test_a_sane_id_of_the_caller_comes_back_beside_ours(service: Service) -> None:
    got = await service.get(SEARCH, {"X-Request-ID": "7c1f-22"})
    assert got["x-client-request-id"] == "7c1f-22"
    assert re.fullmatch("[a-z]{12}", got["x-request-id"])
    assert service.log[0].endswith(" client_id=7c1f-22")


@pytest.mark.parametrize("sent", ["a b", "", "x" * 65, "\x1b[31m", 'a"b'])
async def test_an_odd_id_of_the_caller_is_dropped(service: Service, sent: str) -> None:
    got = await service.get(SEARCH, {"X-Request-ID": sent})
    assert "x-client-request-id" not in got.names
    assert " client_id=" not in service.log[0]


async def test_head_is_get_without_the_body(service: Service) -> None:
    plain = await service.get(SEARCH)
    head = await service.ask("HEAD", SEARCH)
    assert (head.status, head.body, head["etag"], head["content-length"]) == (
        200,
        b"",
        plain["etag"],
        plain["content-length"],
    )
    assert head.names == plain.names
    assert fields(service.log[1])["size"] == "0.0kB"


async def test_head_of_a_failure_has_its_headers(service: Service) -> None:
    head = await service.ask("HEAD", "/api/products/details")
    assert (head.status, head.body, head["allow"]) == (405, b"", "POST")


async def test_a_listed_origin_may_read_the_answer_and_our_headers(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALLOWED_ORIGINS=f"{ORIGIN},{OTHERS}") as service:
        for origin in (ORIGIN, OTHERS):
            got = await service.get(SEARCH, {"Origin": origin})
            assert (got.status, got["access-control-allow-origin"]) == (200, origin)
            assert "origin" in got["vary"]
            exposed = set(got["access-control-expose-headers"].split(", "))
            assert {"x-request-id", "retry-after", "cache-status", "age", "ratelimit"} <= exposed
        assert "access-control-allow-origin" not in (await service.get(SEARCH)).names


@pytest.mark.parametrize("origin", [f"{ORIGIN}/", ORIGIN.upper(), "https://deals.example.evil", "null", "", "*"])
async def test_an_origin_is_listed_exactly_or_not(tmp_path: Path, origin: str) -> None:
    async with open_live(tmp_path, ALLOWED_ORIGINS=ORIGIN) as service:
        assert (await service.get(SEARCH, {"Origin": origin})).code == "origin_not_allowed"


async def test_a_failure_can_be_read_by_a_listed_origin(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALLOWED_ORIGINS=ORIGIN, MAX_REQUESTS_PER_SECOND="1") as service:
        headers = {"Origin": ORIGIN}
        refused = [await service.get("/nothing", headers), await service.get("/nothing", headers)]
        assert [(got.status, got["access-control-allow-origin"]) for got in refused] == [(404, ORIGIN), (429, ORIGIN)]


async def test_a_page_of_our_own_may_ask(service: Service) -> None:
    got = await service.get(SEARCH, {"Origin": "http://127.0.0.1:8000"})
    assert (got.status, got["access-control-allow-origin"]) == (200, "http://127.0.0.1:8000")


async def test_a_preflight_is_answered_without_a_key(tmp_path: Path) -> None:
    async with open_live(tmp_path, ALLOWED_ORIGINS=ORIGIN, ANONYMOUS_ACCESS="false") as service:
        got = await service.ask(
            "OPTIONS", "/api/products/search", {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
        )
        assert (got.status, got.body) == (204, b"")
        assert got["access-control-allow-origin"] == ORIGIN
        assert got["access-control-allow-methods"] == "GET, POST"
        assert "content-type" in got["access-control-allow-headers"].split(", ")
        assert got["access-control-max-age"] == "600"


async def test_a_preflight_of_a_stranger_is_refused(service: Service) -> None:
    assert (await service.ask("OPTIONS", "/api/products/search", {"Origin": ORIGIN})).code == "origin_not_allowed"


async def test_options_of_nobody_in_particular_tells_the_methods(service: Service) -> None:
    got = await service.ask("OPTIONS", "/api/products/search")
    assert (got.status, set(got["allow"].split(", "))) == (204, {"GET", "POST", "OPTIONS"})


async def test_headers_that_are_there_twice_are_lists(service: Service) -> None:
    etag = (await service.get(SEARCH))["etag"]
    got = await service.ask("GET", SEARCH, [("If-None-Match", etag), ("If-None-Match", '"other"')])
    assert got.status == 304


async def test_a_caller_without_an_address_is_one_caller(service: Service) -> None:
    got = await call(service.app, "GET", "/nothing", address=None)
    assert got.status == 404
    assert fields(service.log[0])["from"] == "-"


async def test_slashes_too_many_open_no_door(service: Service) -> None:
    for target in ("//admin/dashboard", "/admin//dashboard", "/admin/dashboard/"):
        assert (await service.get(target)).code == "admin_key_missing"
    for target in ("/docs/../admin/dashboard", "/static/%2e%2e/admin/dashboard"):
        assert (await service.get(target, ADMIN)).code == "not_found"
    assert (await service.get("/admin/dashboard/", ADMIN)).status == 200


async def test_the_lifespan_of_a_server_is_answered(service: Service) -> None:
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await service.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_failed_send_is_recorded_already(service: Service) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise ConnectionResetError

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/nothing",
        "query_string": b"",
        "headers": [],
        "client": None,
    }
    with pytest.raises(ConnectionResetError):
        await service.app({**scope, "root_path": "", "state": {}}, receive, send)
    assert fields(service.log[0])["status"] == "404"


NAMES = st.sampled_from(
    [
        "Accept",
        "Accept-Encoding",
        "Cache-Control",
        "Content-Length",
        "Cookie",
        "If-None-Match",
        "Origin",
        "Prefer",
        "Range",
        "X-Forwarded-For",
        "X-Request-ID",
        "X-API-Key",
        "X-Admin-API-Key",
        "Authorization",
        "Host",
    ]
)
VALUES = st.binary(max_size=30).map(lambda raw: raw.decode("latin-1"))


def test_no_header_makes_a_defect_of_ours(tmp_path: Path) -> None:
    def work(service: Service, runner: Any) -> None:
        @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.lists(st.tuples(NAMES, VALUES), max_size=5), st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]))
        def holds(headers: list[tuple[str, str]], method: str) -> None:
            got = runner.run(service.ask(method, SEARCH, headers))
            assert got.status < 500
            assert len(service.gateway.journal.path.read_text().splitlines()) == len(service.told)

        holds()

    in_loop(lambda: open_live(tmp_path), work)
