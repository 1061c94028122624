"""The running service, found and asked over HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from alistach.cli.refused import Refused
from alistach.cli.service import Service, find, service_of
from alistach.kit.redact import Secret
from alistach.settings import Settings, load
from tests.cli.running import port_of
from tests.serving import Service as Running
from tests.serving import free_port

KEY = "kX9-vT2_qLm7RwZ4bN8cYd3F"
HEALTH = json.dumps({"status": "healthy", "version": "0", "mode": "live", "components": {}}).encode()


class Listener(HTTPServer):
    """Answers everything with one body, and remembers what it was sent."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status, self.body = status, body
        self.received: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """One request."""

    server: Listener

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append((self.command, self.path, headers, self.rfile.read(length)))
        self.send_response(self.server.status)
        self.send_header("X-Upstream-Calls", "1")
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_GET  # noqa: N815 (the library looks for this name)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's name)
        pass


@contextmanager
def listening(status: int = 200, body: bytes = HEALTH) -> Iterator[Listener]:
    with Listener(status, body) as listener:
        thread = Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield listener
        finally:
            listener.shutdown()
            thread.join()


def settings(**given: str) -> Settings:
    return load({"ADMIN_API_KEY": KEY, **given}, None).settings


def test_a_service_is_found_by_host_and_port(service: Running) -> None:
    found = find(settings(API_PORT=port_of(service)))
    assert found is not None
    assert found.url == service.url


def test_a_service_is_found_by_its_url_first(service: Running) -> None:
    found = find(settings(API_PORT=str(free_port()), ALISTACH_URL=service.url))
    assert found is not None
    assert found.url == service.url


def test_nobody_there_is_no_service() -> None:
    assert find(settings(API_PORT=str(free_port()))) is None
    assert find(settings(ALISTACH_URL=f"http://127.0.0.1:{free_port()}")) is None


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, b"[]"), (404, HEALTH), (200, b'{"mode": 1}')])
def test_a_stranger_on_the_port_is_no_service_and_is_sent_no_key(status: int, body: bytes) -> None:
    with listening(status, body) as stranger:
        assert find(settings(API_PORT=str(stranger.server_port))) is None
        (received,) = stranger.received
        assert received[:2] == ("GET", "/health")
        assert "x-admin-api-key" not in received[2]


def test_an_unhealthy_service_is_a_service() -> None:
    with listening(503) as unwell:
        assert find(settings(API_PORT=str(unwell.server_port))) is not None


def test_a_service_elsewhere_is_never_done_without() -> None:
    with pytest.raises(Refused) as refusal:
        find(settings(ALISTACH_URL="http://alistach.invalid:8000"))
    assert refusal.value.sentences[0].startswith("Error: there is no service at http://alistach.invalid:8000 (")
    assert "ALISTACH_URL" in refusal.value.sentences[1]


@pytest.mark.parametrize(
    ("given", "may_have_it"),
    [
        ({}, True),
        ({"API_HOST": "0.0.0.0"}, True),  # noqa: S104 (nobody listens)
        ({"API_HOST": "10.0.0.5"}, False),
        ({"ALISTACH_URL": "https://alistach.example"}, True),
    ],
)
def test_the_admin_key_goes_to_this_machine_or_where_it_was_told_to(
    given: dict[str, str], may_have_it: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = service_of(settings(**given))
    with listening() as listener:
        monkeypatch.setattr(told, "url", listener.url)
        told.ask("GET", "/admin/dashboard")
        assert listener.received[0][2].get("x-admin-api-key") == (KEY if may_have_it else None)


def test_a_request_says_how_long_it_waits_and_brings_its_content() -> None:
    with listening(body=b"{}") as listener:
        reply = Service(f"{listener.url}/below", None).ask("POST", "/admin/call?x=1", {"a": [1]})
        assert (reply.status, reply.headers["x-upstream-calls"], reply.body) == (200, "1", b"{}")
        method, path, headers, body = listener.received[0]
        assert (method, path, body) == ("POST", "/below/admin/call?x=1", b'{"a": [1]}')
        assert (headers["prefer"], headers["content-type"]) == ("wait=30", "application/json")


def test_a_service_that_goes_away_is_said() -> None:
    with pytest.raises(Refused, match=r"broke off \(Connection refused\)"):
        Service(f"http://127.0.0.1:{free_port()}", Secret(KEY)).ask("GET", "/health")


def test_a_service_that_says_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alistach.cli.service._LOOK_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(Refused, match="does not answer within"):
        find(settings(API_PORT=str(mute.getsockname()[1])))
