"""The one place that speaks HTTP: to the Open Platform, and to short links one hop at a time.

Every failure of the network or of aiohttp leaves here as an error of `alistach.errors`.
"""

from __future__ import annotations

import asyncio
import email.utils
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from alistach.errors import GatewayError, UpstreamDown, UpstreamInvalid
from alistach.openplatform.addresses import is_public, is_public_host


@dataclass(frozen=True, slots=True)
class Response:
    """A response worth opening. `server_time` is the platform's clock (epoch seconds), where it told."""

    status: int
    body: bytes
    server_time: float | None


class Transport(Protocol):
    """What the client asks of the network."""

    async def post(
        self, url: str, form: Mapping[str, str], *, may_send: Callable[[], None], on_sent: Callable[[], None]
    ) -> Response:
        """Send `form` and return the response; raises UpstreamDown or UpstreamInvalid.

        `may_send` is asked once connected, before the first byte, and stops it by raising; `on_sent` is told when the
        last byte is out.
        """

    async def follow(self, url: str, *, via: str | None = None) -> str | None:
        """Where `url` redirects to, as an absolute URL, or None when it does not; nothing is followed.

        Raises UpstreamInvalid when its host is not a public one. `via` is a trusted root to ask in place of its host.
        """

    async def close(self) -> None:
        """Close every connection."""


# A page, or the word that there is none; any other status is a door shut in our face, which says nothing of the link.
_ENDS_OF_LINKS: Final = frozenset((200, 404, 410))


class HttpTransport:
    """Keeps connections open, bounds every wait and every size. Time-outs are in seconds."""

    def __init__(
        self,
        *,
        connect_timeout: float = 15.0,
        read_timeout: float = 30.0,
        most_bytes: int = 8 << 20,
        user_agent: str = "alistach",
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_timeout, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._most_bytes = most_bytes
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._session: aiohttp.ClientSession | None = None
        self._checked_session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, form: Mapping[str, str], *, may_send: Callable[[], None], on_sent: Callable[[], None]
    ) -> Response:
        body = urlencode(form).encode()
        session = self._session = self._session or self._open(aiohttp.TCPConnector(keepalive_timeout=120.0))
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        moments = _Moments(may_send, on_sent)
        try:
            async with session.post(
                url, data=body, headers=headers, allow_redirects=False, trace_request_ctx=moments
            ) as response:
                received = await self._read(response)
                return _checked(response, received)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise translated(error) from error

    async def follow(self, url: str, *, via: str | None = None) -> str | None:
        if via is None:
            session = self._checked_session = self._checked_session or self._open(
                aiohttp.TCPConnector(resolver=PublicResolver(), force_close=True)
            )
        else:
            session = self._session = self._session or self._open(aiohttp.TCPConnector(keepalive_timeout=120.0))
        target, headers = _hop(url, via)
        try:
            async with session.get(target, headers=headers, allow_redirects=False) as response:
                is_redirect = 300 <= response.status < 400
                location = response.headers.get("Location") if is_redirect else None
                if not is_redirect and response.status not in _ENDS_OF_LINKS:
                    raise UpstreamDown(f"A short link answered with HTTP status {response.status}. Try again later.")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise translated(error) from error
        try:
            return urljoin(url, location) if location else None
        except ValueError as error:
            raise UpstreamInvalid("A short link leads to something that is not a URL.") from error

    async def close(self) -> None:
        for session in (self._session, self._checked_session):
            if session is not None:
                await session.close()
        self._session = self._checked_session = None

    def _open(self, connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_headers_ready)
        trace.on_request_chunk_sent.append(_body_sent)
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
        )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._most_bytes:
                raise UpstreamInvalid(f"AliExpress sent more than {self._most_bytes} bytes. Ask for less at once.")
            chunks.append(chunk)
        return b"".join(chunks)


class PublicResolver(AbstractResolver):
    """Looks names up and lets only public addresses through; the very address that was checked is connected to."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        if not found or not all(is_public(str(address[0])) for *_, address in found):
            raise OSError(f"{host} does not resolve to public addresses only")
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


@dataclass(slots=True)
class _Moments:
    """Whom to tell about the moments of one request."""

    may_send: Callable[[], None]
    on_sent: Callable[[], None]


async def _headers_ready(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    # aiohttp holds the head back until the body is there, so nothing is on the wire yet.
    if isinstance(moments := context.trace_request_ctx, _Moments):
        moments.may_send()


async def _body_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestChunkSentParams
) -> None:
    # The form is one chunk, handed to the socket right after this.
    if isinstance(moments := context.trace_request_ctx, _Moments):
        moments.on_sent()


def _checked(response: aiohttp.ClientResponse, body: bytes) -> Response:
    """The response, unless its status or kind says that something before the platform answered."""
    status, kind = response.status, response.content_type
    if status == 429 or status >= 500:
        raise UpstreamDown(f"AliExpress answered with HTTP status {status}. Try again in a while.")
    if kind in {"text/html", "application/xhtml+xml"}:
        raise UpstreamDown(f"AliExpress answered with a web page (HTTP status {status}). Try again in a while.")
    if status >= 300 and not body.lstrip().startswith(b"{"):
        raise UpstreamInvalid(f"AliExpress answered with HTTP status {status}. Check the address that is asked.")
    return Response(status, body, _epoch(response.headers.get("Date")))


def _epoch(date: str | None) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, OverflowError):
        return None


def _hop(url: str, via: str | None) -> tuple[str, dict[str, str]]:
    """Where to send one hop's request, and the headers that name the host it is meant for."""
    try:
        parsed = urlsplit(url)
        host = parsed.hostname or ""
    except ValueError as error:
        raise UpstreamInvalid("A short link leads to something that is not a URL.") from error
    if via is not None:
        return f"{via.rstrip('/')}{parsed.path}{'?' if parsed.query else ''}{parsed.query}", {"Host": host}
    # A literal address is not looked up, so the resolver would never see it.
    if parsed.scheme != "https" or not host or not is_public_host(host):
        raise UpstreamInvalid("A short link leads to an address that is not a public one.")
    return url, {}


# The first class that fits decides, so a subclass stands before its base.
FAILURES: Final[tuple[tuple[type[BaseException], type[GatewayError], str], ...]] = (
    (aiohttp.ConnectionTimeoutError, UpstreamDown, "AliExpress could not be reached in time."),
    (aiohttp.SocketTimeoutError, UpstreamDown, "AliExpress did not answer in time."),
    (aiohttp.ServerTimeoutError, UpstreamDown, "AliExpress did not answer in time."),
    (aiohttp.ServerDisconnectedError, UpstreamDown, "AliExpress closed the connection without an answer."),
    (aiohttp.ServerFingerprintMismatch, UpstreamDown, "AliExpress showed another certificate than expected."),
    (aiohttp.ServerConnectionError, UpstreamDown, "The connection to AliExpress failed."),
    (aiohttp.ClientConnectorCertificateError, UpstreamDown, "AliExpress showed a certificate that is not valid."),
    (aiohttp.ClientSSLError, UpstreamDown, "No secure connection to AliExpress could be made."),
    (aiohttp.ClientConnectorDNSError, UpstreamDown, "The name of AliExpress's server could not be resolved."),
    (aiohttp.ClientProxyConnectionError, UpstreamDown, "The proxy on the way to AliExpress could not be reached."),
    (aiohttp.ClientConnectorError, UpstreamDown, "AliExpress could not be reached."),
    (aiohttp.ClientConnectionResetError, UpstreamDown, "The connection to AliExpress was reset."),
    (aiohttp.ClientOSError, UpstreamDown, "The connection to AliExpress broke off."),
    (aiohttp.ClientConnectionError, UpstreamDown, "The connection to AliExpress failed."),
    (aiohttp.ClientPayloadError, UpstreamDown, "AliExpress's answer broke off half-way."),
    (aiohttp.ClientHttpProxyError, UpstreamDown, "The proxy on the way to AliExpress refused."),
    (aiohttp.ClientResponseError, UpstreamInvalid, "AliExpress sent a response that is not HTTP as it should be."),
    (aiohttp.InvalidURL, UpstreamInvalid, "The address to ask is not a URL."),
    (aiohttp.NonHttpUrlClientError, UpstreamInvalid, "The address to ask is not an http or https one."),
    (aiohttp.RedirectClientError, UpstreamInvalid, "AliExpress redirected to something that is not a page."),
    (asyncio.TimeoutError, UpstreamDown, "AliExpress did not answer in time."),
    (ssl.SSLError, UpstreamDown, "No secure connection to AliExpress could be made."),
    (OSError, UpstreamDown, "The connection to AliExpress failed."),
)


def translated(error: BaseException) -> GatewayError:
    """The error of ours that a failure of aiohttp or of the operating system stands for."""
    for kind, ours, sentence in FAILURES:
        if isinstance(error, kind):
            return ours(f"{sentence} Try again in a while.")
    return UpstreamDown(f"The connection to AliExpress failed ({type(error).__name__}). Try again in a while.")
