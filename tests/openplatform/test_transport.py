"""The transport: every failure of the way there is an error of ours, and the moment of sending is told."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import socket
import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest

from alistach.errors import GatewayError, UpstreamBanned, UpstreamDown, UpstreamInvalid
from alistach.openplatform.transport import FAILURES, HttpTransport, PublicResolver, Response, translated
from tests.openplatform.wire import hang, http, partly, reset, serving

FORM = {"app_key": "500001", "keywords": "câble & 充电器", "sign": "AB"}


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    made = HttpTransport(connect_timeout=5.0, read_timeout=5.0)
    yield made
    await made.close()


async def post(transport: HttpTransport, url: str) -> Response:
    return await transport.post(url, FORM, may_send=lambda: None, on_sent=lambda: None)


# Raised only to those who upload with a tracker, which the transport does not.
NOT_OURS = {"UploadAbortedError"}
CLIENT_ERRORS = [
    kind
    for _, kind in inspect.getmembers(aiohttp.client_exceptions, inspect.isclass)
    if issubclass(kind, aiohttp.ClientError) and kind is not aiohttp.ClientError and kind.__name__ not in NOT_OURS
]


@pytest.mark.parametrize("kind", CLIENT_ERRORS, ids=lambda kind: kind.__name__)
def test_every_exception_of_aiohttp_has_its_error(kind: type[aiohttp.ClientError]) -> None:
    fits = [listed for listed, _, _ in FAILURES if issubclass(kind, listed) and issubclass(listed, aiohttp.ClientError)]
    assert fits


@pytest.mark.parametrize("place", range(len(FAILURES)))
def test_no_entry_is_hidden_behind_an_earlier_one(place: int) -> None:
    kind = FAILURES[place][0]
    assert not [earlier for earlier, _, _ in FAILURES[:place] if issubclass(kind, earlier)]


@pytest.mark.parametrize("kind", sorted({kind for _, kind, _ in FAILURES}, key=str))
def test_the_way_there_is_never_the_callers_fault(kind: type[GatewayError]) -> None:
    assert kind in {UpstreamDown, UpstreamInvalid}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (aiohttp.ServerDisconnectedError(), "closed the connection without an answer"),
        (aiohttp.ClientPayloadError(), "broke off half-way"),
        (aiohttp.SocketTimeoutError(), "did not answer in time"),
        (aiohttp.ConnectionTimeoutError(), "could not be reached in time"),
        (ConnectionResetError(), "The connection to AliExpress failed"),
        (TimeoutError(), "did not answer in time"),
        (ssl.SSLError(), "No secure connection"),
        (socket.gaierror(), "The connection to AliExpress failed"),
        (aiohttp.ClientError(), r"\(ClientError\)"),
    ],
)
def test_failures_are_told_in_sentences(error: BaseException, sentence: str) -> None:
    with pytest.raises(UpstreamDown, match=sentence):
        raise translated(error)


async def test_nobody_listening_is_down(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UpstreamDown, match="could not be reached") as caught:
        await post(transport, f"http://127.0.0.1:{port}/sync")
    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorError)


async def test_a_reset_is_down(transport: HttpTransport) -> None:
    async with serving(reset) as wire:
        with pytest.raises(UpstreamDown):
            await post(transport, wire.url)


async def test_a_body_cut_off_is_down(transport: HttpTransport) -> None:
    async with serving(partly(http(b'{"a": 1}')[:-3])) as wire:
        with pytest.raises(UpstreamDown, match="broke off half-way"):
            await post(transport, wire.url)


async def test_a_hanging_server_is_down_after_the_read_timeout() -> None:
    transport = HttpTransport(read_timeout=0.05)
    async with serving(hang) as wire:
        with pytest.raises(UpstreamDown, match="did not answer in time"):
            await post(transport, wire.url)
        await transport.close()


async def test_what_is_not_http_is_invalid(transport: HttpTransport) -> None:
    async with serving(b"SSH-2.0-OpenSSH_9.2\r\n\r\n") as wire:
        with pytest.raises(UpstreamInvalid):
            await post(transport, wire.url)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 x", "502 x", "503 x", "504 x"])
async def test_statuses_of_something_in_between_are_down_and_retryable(transport: HttpTransport, status: str) -> None:
    async with serving(http(b'{"error_response": {}}', status=status)) as wire:
        with pytest.raises(UpstreamDown, match=f"HTTP status {status[:3]}") as caught:
            await post(transport, wire.url)
    assert caught.value.retryable


@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=utf-8", "application/xhtml+xml"])
async def test_a_web_page_is_down(transport: HttpTransport, kind: str) -> None:
    async with serving(http(b"<html>", kind=kind)) as wire:
        with pytest.raises(UpstreamDown, match="a web page"):
            await post(transport, wire.url)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "403 Forbidden", "404 Not Found"])
async def test_other_statuses_without_json_are_invalid(transport: HttpTransport, status: str) -> None:
    async with serving(http(b"no", "Location: /elsewhere", status=status, kind="text/plain")) as wire:
        with pytest.raises(UpstreamInvalid, match=f"HTTP status {status[:3]}"):
            await post(transport, wire.url)
    assert len(wire.requests) == 1


async def test_json_is_read_whatever_it_is_called_and_with_any_4xx(transport: HttpTransport) -> None:
    for status in ("200 OK", "400 Bad Request"):
        for kind in ("application/json", "text/plain", "application/octet-stream"):
            async with serving(http(b' {"a": 1}', status=status, kind=kind)) as wire:
                assert (await post(transport, wire.url)).body == b' {"a": 1}'


async def test_a_response_over_the_cap_is_invalid() -> None:
    transport = HttpTransport(most_bytes=1000)
    async with serving(http(b"x" * 1001), http(b"x" * 1000)) as wire:
        with pytest.raises(UpstreamInvalid, match="more than 1000 bytes"):
            await post(transport, wire.url)
        assert len((await post(transport, wire.url)).body) == 1000
        await transport.close()


async def test_the_cap_counts_bytes_after_decompression() -> None:
    transport = HttpTransport(most_bytes=100_000)
    bomb = gzip.compress(b" " * 10_000_000)
    async with serving(http(bomb, "Content-Encoding: gzip")) as wire:
        with pytest.raises(UpstreamInvalid, match="more than 100000 bytes"):
            await post(transport, wire.url)
        await transport.close()


async def test_gzip_is_understood_and_asked_for(transport: HttpTransport) -> None:
    async with serving(http(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")) as wire:
        assert (await post(transport, wire.url)).body == b'{"a": 1}'
    assert b"Accept-Encoding: gzip, deflate\r\n" in wire.requests[0]


async def test_broken_gzip_is_down(transport: HttpTransport) -> None:
    async with serving(http(b"not gzip", "Content-Encoding: gzip")) as wire:
        with pytest.raises((UpstreamDown, UpstreamInvalid)):
            await post(transport, wire.url)


async def test_the_form_is_sent_as_utf8(transport: HttpTransport) -> None:
    async with serving(http(b"{}")) as wire:
        await post(transport, f"{wire.url}/sync")
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sync HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded;charset=utf-8" in head
    assert body == b"app_key=500001&keywords=c%C3%A2ble+%26+%E5%85%85%E7%94%B5%E5%99%A8&sign=AB"


async def test_the_platforms_clock_is_read_from_its_date(transport: HttpTransport) -> None:
    dated = http(b"{}", "Date: Thu, 01 Jan 2026 00:00:00 GMT")
    async with serving(dated, http(b"{}", "Date: yesterday"), http(b"{}")) as wire:
        times = [(await post(transport, wire.url)).server_time for _ in range(3)]
    assert times == [1767225600.0, None, None]


async def test_sending_is_asked_for_and_told_in_order(transport: HttpTransport) -> None:
    told: list[str] = []

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append("arrived")
        writer.write(http(b"{}"))

    async with serving(answer) as wire:
        await transport.post(
            wire.url, FORM, may_send=lambda: told.append("may send"), on_sent=lambda: told.append("sent")
        )
    assert told == ["may send", "sent", "arrived"]


async def test_nothing_is_sent_when_it_may_not_be(transport: HttpTransport) -> None:
    told: list[str] = []

    def refuse() -> None:
        raise UpstreamBanned("banned meanwhile", retry_after=1.0)

    async with serving(http(b"{}")) as wire:
        with pytest.raises(UpstreamBanned):
            await transport.post(wire.url, FORM, may_send=refuse, on_sent=lambda: told.append("sent"))
        await post(transport, wire.url)
        assert len(wire.requests) == 1
    assert told == []


async def test_sending_is_told_before_a_hanging_answer() -> None:
    transport = HttpTransport()
    sent = asyncio.Event()
    async with serving(hang) as wire:
        waiting = asyncio.create_task(transport.post(wire.url, FORM, may_send=lambda: None, on_sent=sent.set))
        await asyncio.wait_for(sent.wait(), 5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await transport.close()


async def test_a_connection_is_used_again(transport: HttpTransport) -> None:
    ports: set[int] = set()
    async with serving(http(b"{}")) as wire:
        for _ in range(3):
            await post(transport, wire.url)
        session = transport._session
        assert session is not None
        assert session.connector is not None
        ports = {len(session.connector._conns)}
    assert (len(wire.requests), ports) == (3, {1})


async def test_a_request_is_never_repeated_behind_the_governors_back(transport: HttpTransport) -> None:
    async with serving(http(b"{}"), reset) as wire:
        await post(transport, wire.url)
        with pytest.raises(UpstreamDown):
            await post(transport, wire.url)
    assert len(wire.requests) == 2


async def test_cookies_are_neither_kept_nor_sent(transport: HttpTransport) -> None:
    async with serving(http(b"{}", "Set-Cookie: a=b")) as wire:
        await post(transport, wire.url)
        await post(transport, wire.url)
    assert b"cookie" not in wire.requests[1].lower()


async def test_a_closed_transport_opens_again_when_used(transport: HttpTransport) -> None:
    async with serving(http(b"{}")) as wire:
        await post(transport, wire.url)
        await transport.close()
        assert (await post(transport, wire.url)).body == b"{}"


@pytest.mark.parametrize(
    "url",
    [
        "http://s.click.aliexpress.com/e/_x",
        "https://127.0.0.1/e/_x",
        "https://[::1]/e/_x",
        "https://[::ffff:10.0.0.1]/e/_x",
        "https://169.254.169.254/latest",
        "https:///e/_x",
        "https://[::1/e",
        "file:///etc/passwd",
    ],
)
async def test_a_link_to_a_private_place_is_not_followed(transport: HttpTransport, url: str) -> None:
    with pytest.raises(UpstreamInvalid):
        await transport.follow(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001"])
async def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    transport: HttpTransport, host: str
) -> None:
    with pytest.raises((UpstreamDown, UpstreamInvalid)):
        await transport.follow(f"https://{host}:1/e/_x")


async def test_the_resolver_refuses_names_of_private_addresses() -> None:
    with pytest.raises(OSError, match="public addresses only"):
        await PublicResolver().resolve("localhost", 443)


async def test_one_private_address_among_public_ones_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    with pytest.raises(OSError, match="public addresses only"):
        await PublicResolver().resolve("rebinding.test", 443)


async def test_the_resolver_gives_the_very_addresses_that_it_checked() -> None:
    [found] = await PublicResolver().resolve("8.8.8.8", 443, socket.AF_INET)
    assert (found["host"], found["port"], found["family"]) == ("8.8.8.8", 443, socket.AF_INET)
    assert found["flags"] & socket.AI_NUMERICHOST


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://www.aliexpress.com/item/1.html?x=1", "https://www.aliexpress.com/item/1.html?x=1"),
        ("/e/_y", "https://s.click.aliexpress.com/e/_y"),
        ("//a.aliexpress.com/_z", "https://a.aliexpress.com/_z"),
    ],
)
async def test_a_redirect_is_told_as_an_absolute_url(transport: HttpTransport, location: str, target: str) -> None:
    async with serving(http(b"", f"Location: {location}", status="302 Found")) as wire:
        assert await transport.follow("https://s.click.aliexpress.com/e/_x?af=1", via=f"{wire.url}/") == target
    assert wire.requests[0].startswith(b"GET /e/_x?af=1 HTTP/1.1\r\n")
    assert b"\r\nHost: s.click.aliexpress.com\r\n" in wire.requests[0]
    assert len(wire.requests) == 1


async def test_a_page_that_does_not_redirect_is_the_end(transport: HttpTransport) -> None:
    async with serving(http(b"<html>", "Location: /x", kind="text/html"), http(b"", status="302 Found")) as wire:
        assert await transport.follow("https://a.aliexpress.com/_x", via=wire.url) is None
        assert await transport.follow("https://a.aliexpress.com/_x", via=wire.url) is None


async def test_a_redirect_to_no_url_is_invalid(transport: HttpTransport) -> None:
    async with serving(http(b"", "Location: https://[::1", status="302 Found")) as wire:
        with pytest.raises(UpstreamInvalid, match="not a URL"):
            await transport.follow("https://a.aliexpress.com/_x", via=wire.url)


@pytest.mark.parametrize("status", ["403 x", "429 x", "503 x"])
async def test_a_short_link_host_in_trouble_is_down(transport: HttpTransport, status: str) -> None:
    async with serving(http(b"", status=status)) as wire:
        with pytest.raises(UpstreamDown, match=status[:3]):
            await transport.follow("https://a.aliexpress.com/_x", via=wire.url)


async def test_a_short_link_host_that_resets_is_down(transport: HttpTransport) -> None:
    async with serving(reset) as wire:
        with pytest.raises(UpstreamDown):
            await transport.follow("https://a.aliexpress.com/_x", via=wire.url)
