"""What a request brought, as it comes over the wire: query strings of every kind, bodies of every kind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asking import Service, in_loop, open_live

PATH = "/api/products/search"


async def problems(service: Service, query: str) -> list[tuple[str, str]]:
    """What is wrong with a query string."""
    got = await service.get(f"{PATH}?{query}")
    assert (got.status, got.code) == (400, "invalid_parameters")
    return [(error["parameter"], error["message"]) for error in got.json["errors"]]


@pytest.mark.parametrize("query", ["keywords=%ff", "keywords=%e2%82", "keywords=\xff", "keywords=%00", "keywords=%1b"])
async def test_what_is_not_utf8_or_holds_control_characters_is_told(service: Service, query: str) -> None:
    assert await problems(service, query) == [("keywords", "must be text in UTF-8 without control characters")]
    assert service.calls == 0


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("page_no=1&page_no=2", "page_no"), ("page%5Fno=1&page_no=2", "page_no"), ("sort=&sort=", "sort")],
)
async def test_what_is_given_twice_is_told(service: Service, query: str, parameter: str) -> None:
    assert (parameter, "was given more than once") in await problems(service, query)


async def test_problems_come_in_the_order_of_the_query(service: Service) -> None:
    assert [name for name, _ in await problems(service, "zz=1&yy=1&xx=1&ww=1")] == ["zz", "yy", "xx", "ww"]


@pytest.mark.parametrize("query", ["a", "a=", "=", "==", "a;b", "%=%", "keywords=a;page_no=2"])
async def test_an_odd_query_is_read_as_it_stands(service: Service, query: str) -> None:
    got = await service.get(f"{PATH}?{query}")
    assert got.status == (200 if query.startswith("keywords") else 400)


@pytest.mark.parametrize("query", ["", "&", "&&"])
async def test_a_query_with_nothing_in_it_asks_for_everything(service: Service, query: str) -> None:
    assert (await service.get(f"{PATH}?{query}")).status == 200


async def test_a_broken_percent_escape_is_text(service: Service) -> None:
    assert (await service.get(f"{PATH}?keywords=100%zz")).status == 200


async def test_raw_utf8_is_the_same_as_escaped(service: Service) -> None:
    raw = "кабель".encode().decode("latin-1")
    first = await service.get(f"{PATH}?keywords={quote('кабель')}")
    second = await service.get(f"{PATH}?keywords={raw}")
    assert (second.status, second["cache-status"], second["etag"]) == (200, "alistach; hit", first["etag"])


async def test_plus_is_a_space(service: Service) -> None:
    first = await service.get(f"{PATH}?keywords=usb+cable")
    assert (await service.get(f"{PATH}?keywords=usb%20cable"))["etag"] == first["etag"]


async def test_what_stands_in_the_path_is_not_asked_for_again(service: Service) -> None:
    got = await service.get("/api/products/1005006338829917?product_id=1005006338829917")
    assert got.json["errors"] == [{"parameter": "product_id", "message": "was given more than once"}]


@pytest.mark.parametrize("product_id", ["abc", "1234", "12345%0A", "12345%20", "%31%32", "1" * 21, "12345%00"])
async def test_an_id_in_the_path_is_checked_like_any(service: Service, product_id: str) -> None:
    got = await service.get(f"/api/products/{product_id}")
    assert (got.status, got.code, got.json["errors"][0]["parameter"]) == (400, "invalid_parameters", "product_id")
    assert service.calls == 0


async def test_query_and_body_are_one_question(service: Service) -> None:
    got = await service.post(f"{PATH}?page_size=3", {"keywords": "usb"})
    assert (got.status, len(got.json["data"]["products"])) == (200, 3)


async def test_what_query_and_body_both_give_is_told(service: Service) -> None:
    got = await service.post(f"{PATH}?keywords=a", {"keywords": "b"})
    assert got.json["errors"] == [{"parameter": "keywords", "message": "was given more than once"}]


async def test_post_without_a_body_is_the_question_of_its_query(service: Service) -> None:
    got = await service.ask("POST", f"{PATH}?keywords=usb&page_size=1")
    assert (got.status, len(got.json["data"]["products"])) == (200, 1)


async def test_a_body_without_a_media_type_is_json(service: Service) -> None:
    got = await service.ask("POST", PATH, {}, b'{"keywords": "usb"}')
    assert got.status == 200


async def test_the_body_of_a_get_is_not_looked_at(service: Service) -> None:
    assert (await service.ask("GET", PATH, {"Content-Type": "text/plain"}, b"{")).status == 200


async def test_a_caller_that_leaves_half_way_is_no_defect_of_ours(service: Service) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"keywords": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await service.app(post_scope(), receive, send)
    assert sent[0]["status"] == 400
    assert "code=malformed_body" in service.log[-1]
    assert [line for line in service.log if " defect " in line] == []


async def test_a_body_may_come_in_pieces(service: Service) -> None:
    body = b'{"keywords": "usb", "page_size": 1}'
    pieces = [body[start : start + 7] for start in range(0, len(body), 7)]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await service.app(post_scope(), receive, send)
    assert sent[0]["status"] == 200


def post_scope() -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


TARGETS = st.sampled_from(
    ["/api/products/search", "/api/products/", "/api/products/details", "/api/categories", "/api/affiliate/link"]
)
NAMES = st.sampled_from(["keywords", "page_no", "page_size", "sort", "category_ids", "url", "tracking_id"])
BYTES = st.binary(max_size=20).map(lambda raw: raw.decode("latin-1"))
ESCAPED = st.text(max_size=12).map(quote)


def test_no_query_and_no_body_makes_a_defect_of_ours(tmp_path: Path) -> None:
    def work(service: Service, runner: asyncio.Runner) -> None:
        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(
            TARGETS, BYTES, st.lists(st.tuples(NAMES | ESCAPED, BYTES | ESCAPED), max_size=4), st.binary(max_size=80)
        )
        def holds(path: str, more: str, pairs: list[tuple[str, str]], body: bytes) -> None:
            query = "&".join(f"{name}={value}" for name, value in pairs)
            target = f"{path}{quote(more, safe='')}?{query}"
            for got in (runner.run(service.get(target)), runner.run(service.post(target, body))):
                assert got.status < 500
                assert got.status == 200 or got.json["status"] == got.status

        holds()
        assert [line for line in service.log if " defect " in line] == []

    in_loop(lambda: open_live(tmp_path), work)
