"""The documents of the service: from its own machine alone, within the policy that they themselves set."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from alistach.web.docs import STATIC, Document
from tests.asking import Service

CODED = {"Accept-Encoding": "gzip"}


class Page(HTMLParser):
    """What a page loads, and what its policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts_inline: list[str] = []
        self.handlers: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_script = tag == "script"
        self.handlers += [name for name in given if name.startswith("on")]
        if tag in {"script", "link", "img", "iframe", "source"}:
            self.loads += [value for name in ("src", "href") if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (the parser's own signature)
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.scripts_inline.append(data)


@pytest.fixture
async def page(service: Service) -> Page:
    made = Page()
    made.feed((await service.get("/docs")).body.decode())
    return made


def test_the_page_loads_nothing_from_outside(page: Page) -> None:
    assert len(page.loads) == 4
    assert [asset for asset in page.loads if not asset.startswith("/static/")] == []


async def test_everything_that_the_page_loads_is_there(service: Service, page: Page) -> None:
    types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
    for asset in page.loads:
        got = await service.get(asset)
        assert (got.status, got["content-type"]) == (200, types[asset[asset.rindex(".") :]])
        assert got["x-content-type-options"] == "nosniff"


def test_the_page_keeps_its_own_policy(page: Page) -> None:
    assert (page.scripts_inline, page.handlers) == ([], [])


async def test_the_policy_lets_nothing_in_but_what_is_ours(service: Service) -> None:
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in (await service.get("/docs"))["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert {name: value for name, value in policy.items() if "http" in value or "*" in value} == {}


def test_the_script_asks_for_our_document_and_no_validator() -> None:
    script = (STATIC / "docs.js").read_text()
    assert 'url: "/openapi.json"' in script
    assert "validatorUrl: null" in script
    assert re.findall(r"https?://", script) == []


def test_the_style_loads_nothing() -> None:
    style = (STATIC / "swagger-ui" / "swagger-ui.css").read_text()
    assert [
        url for url in re.findall(r"url\(([^)]*)\)", style) if not url.strip("\"'").startswith(("data:", "#"))
    ] == []
    assert "@import" not in style


async def test_the_openapi_document_is_json(service: Service) -> None:
    got = await service.get("/openapi.json")
    assert (got.status, got["content-type"], got.json["openapi"]) == (200, "application/json", "3.1.0")


async def test_the_error_book_is_served(service: Service) -> None:
    got = await service.get("/docs/errors.md")
    assert (got.status, got["content-type"]) == (200, "text/markdown; charset=utf-8")
    assert got.body.startswith(b"# Errors\n")


@pytest.mark.parametrize("target", ["/docs", "/openapi.json", "/static/swagger-ui/swagger-ui-bundle.js"])
async def test_a_document_is_sent_again_only_when_it_has_changed(service: Service, target: str) -> None:
    first = await service.get(target)
    again = await service.get(target, {"If-None-Match": first["etag"]})
    assert (again.status, again.body, again["etag"]) == (304, b"", first["etag"])
    assert (first["cache-control"], first["vary"]) == ("no-cache", "accept-encoding")


async def test_a_document_in_a_coding_is_the_same_document(service: Service) -> None:
    plain, coded = await service.get("/openapi.json"), await service.get("/openapi.json", CODED)
    assert (coded["content-encoding"], coded["etag"]) == ("gzip", plain["etag"])
    assert gzip.decompress(coded.body) == plain.body
    assert int(coded["content-length"]) == len(coded.body)


async def test_a_short_document_is_not_coded(service: Service) -> None:
    got = await service.get("/docs", CODED)
    assert "content-encoding" not in got.names


async def test_head_tells_of_a_document_without_it(service: Service) -> None:
    got = await service.ask("HEAD", "/openapi.json")
    assert (got.status, got.body) == (200, b"")
    assert int(got["content-length"]) == len((await service.get("/openapi.json")).body)


def test_a_document_is_made_once_and_each_coding_too() -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("made")
        return b"{}" * 1_000

    document = Document(b"application/json", make)
    assert made == []
    bodies = [document.reply(b"br").body, document.reply(b"br").body, document.reply(None).body]
    assert made == ["made"]
    assert bodies[0] is bodies[1]
    assert json.loads(f"[{bodies[2].decode().replace('}{', '},{')}]")[0] == {}


async def test_documents_need_no_key_and_are_in_the_log(service: Service) -> None:
    await service.get("/docs")
    assert service.gateway.metrics.total().by_operation == {"docs": 1}
    assert " GET /docs status=200 " in service.log[-1]


async def test_the_bare_address_leads_to_the_documents(service: Service) -> None:
    got = await service.get("/")

    assert (got.status, got["location"]) == (307, "/docs")
