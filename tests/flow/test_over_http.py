"""Over a real server: what HTTP itself can do to a request reaches the application whole, or is refused."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from tests.asking import SEARCH, Service, eventually, fields, open_live

HOST = "127.0.0.1"


@asynccontextmanager
async def listening(service: Service) -> AsyncIterator[int]:
    """The service behind the server that it comes with; its port."""
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    server = Server(service.app, HOST, port, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
    is_up = asyncio.Event()
    server.on_startup(is_up.set)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait_for(is_up.wait(), 10)
    try:
        yield port
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # the server's own has no types
        await asyncio.wait_for(serving, 10)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_live(tmp_path) as opened:
        yield opened


@pytest.fixture
async def port(service: Service) -> AsyncIterator[int]:
    async with listening(service) as number:
        yield number


async def raw(port: int, *pieces: bytes) -> bytes:
    """Everything that comes back on one connection for these bytes, sent piece by piece."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    came = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return came


def request(target: bytes, method: bytes = b"GET", more: bytes = b"") -> bytes:
    return method + b" " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + more + b"\r\n"


async def test_a_client_gets_a_miss_and_then_a_hit(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as client:
        miss, hit = await client.get(SEARCH), await client.get(SEARCH)
        assert (miss.status_code, hit.status_code) == (200, 200)
        assert (miss.headers["cache-status"], hit.headers["cache-status"]) == (
            "alistach; fwd=miss; stored",
            "alistach; hit",
        )
        assert hit.headers["content-encoding"] == "br"
        assert hit.json() == miss.json()
        same = await client.get(SEARCH, headers={"If-None-Match": hit.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")


async def test_the_log_has_the_address_and_the_target_as_sent(service: Service, port: int) -> None:
    came = await raw(port, request(b"/api/products/search?keywords=%D0%BA%20a+b&page_size=1"))
    assert came.startswith(b"HTTP/1.1 200 ")
    line = service.log[-1]
    assert line.split(" ")[4] == "/api/products/search?keywords=%D0%BA%20a+b&page_size=1"
    assert fields(line)["from"] == HOST


async def test_raw_utf8_in_a_target_is_understood(service: Service, port: int) -> None:
    came = await raw(port, request("/api/products/search?keywords=кабель".encode()))
    assert came.startswith(b"HTTP/1.1 200 ")
    assert service.log[-1].split(" ")[4].endswith("?keywords=%D0%BA%D0%B0%D0%B1%D0%B5%D0%BB%D1%8C")


async def test_an_escaped_path_is_logged_as_sent_and_understood(service: Service, port: int) -> None:
    came = await raw(port, request(b"/api/c%61tegories"))
    assert came.startswith(b"HTTP/1.1 200 ")
    assert service.log[-1].split(" ")[4] == "/api/c%61tegories"


@pytest.mark.parametrize("target", [b"/%ff", b"/%00", b"/%0d%0aX-Injected:%20a", b"/a%2Fb", b"/%F0%9F%98%80"])
async def test_an_odd_path_is_nothing_of_ours_and_breaks_no_line(service: Service, port: int, target: bytes) -> None:
    came = await raw(port, request(target))
    assert came.startswith(b"HTTP/1.1 404 ")
    assert b"\r\nX-Injected" not in came
    assert b"\r\nx-injected" not in came
    assert service.log[-1].split(" ")[4] == target.decode()


async def test_head_has_no_body(port: int) -> None:
    came = await raw(port, request(b"/api/categories", b"HEAD"))
    head, _, body = came.partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", b"")
    assert b"content-length: " in head.lower()


async def test_a_body_may_come_in_chunks_and_slowly(port: int) -> None:
    head = request(
        b"/api/products/search", b"POST", b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    )
    came = await raw(port, head, b'8\r\n{"keywor\r\n', b'b\r\nds": "usb"}\r\n', b"0\r\n\r\n")
    assert came.startswith(b"HTTP/1.1 200 ")


async def test_a_body_over_the_limit_is_413(port: int) -> None:
    more = b"Content-Type: application/json\r\nContent-Length: 200000\r\n"
    came = await raw(port, request(b"/api/products/search", b"POST", more), b" " * 200_000)
    assert came.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 4, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
)
async def test_what_is_no_http_harms_nobody(service: Service, port: int, garbage: bytes) -> None:
    await raw(port, garbage)
    assert (await raw(port, request(b"/health"))).startswith(b"HTTP/1.1 200 ")
    assert len(service.log) == 1


async def test_slow_clients_keep_nobody_waiting(port: int) -> None:
    slow = [await asyncio.open_connection(HOST, port) for _ in range(100)]
    for _, writer in slow:
        writer.write(b"GET /api/categories HTTP/1.1\r\nHost: a\r\nX-Slow:")
        await writer.drain()
    assert (await raw(port, request(b"/health"))).startswith(b"HTTP/1.1 200 ")
    for _, writer in slow:
        writer.close()
        await writer.wait_closed()


async def test_a_caller_that_leaves_costs_no_second_call(service: Service, port: int) -> None:
    service.strike(kind="delay", delay_seconds=0.2, count=1)
    _, writer = await asyncio.open_connection(HOST, port)
    writer.write(request(SEARCH.encode()))
    await writer.drain()
    await eventually(lambda: service.calls == 1)
    writer.close()
    await writer.wait_closed()
    came = await raw(port, request(SEARCH.encode()))
    assert came.startswith(b"HTTP/1.1 200 ")
    assert service.calls == 1


async def test_a_request_in_flight_is_answered_when_the_server_stops(service: Service) -> None:
    service.strike(kind="delay", delay_seconds=0.3, count=1)
    async with listening(service) as port:
        asked = asyncio.create_task(raw(port, request(SEARCH.encode())))
        await eventually(lambda: service.calls == 1)
    assert (await asked).startswith(b"HTTP/1.1 200 ")
