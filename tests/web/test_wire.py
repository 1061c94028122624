"""The types of the wire fit the application: what a server passes on is what it takes."""

from __future__ import annotations

from typing import Any, get_args

from alistach.web import wire
from tests.asking import Service


def test_an_application_takes_a_scope_and_two_functions() -> None:
    (scope, receive, send), _ = get_args(wire.App)
    assert (scope, receive, send) == (wire.Scope, wire.Receive, wire.Send)


async def test_the_service_is_such_an_application(service: Service) -> None:
    app: wire.App = service.app
    messages: list[wire.Message] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    scope: wire.Scope = {
        "type": "http",
        "method": "GET",
        "path": "/health",
        "query_string": b"",
        "headers": [],
        "client": None,
        "state": {},
        "root_path": "",
    }
    await app(scope, receive, send)
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    assert messages[0]["status"] == 200
