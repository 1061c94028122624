"""The running service, asked over HTTP."""

from __future__ import annotations

import http.client
import json
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from alistach.cli.refused import Refused
from alistach.cli.reply import Reply
from alistach.cli.urls import is_loopback, url_of
from alistach.kit.redact import Secret
from alistach.settings import Settings

_LOOK_SECONDS: Final = 5.0
# The service waits that long for the platform, which may then take its time to answer a call that is out.
PATIENCE_SECONDS: Final = 30
_ANSWER_SECONDS: Final = 2 * PATIENCE_SECONDS + 5.0


class Service:
    """A service at a URL. The admin key goes along with every request but the look at /health."""

    def __init__(self, url: str, admin_key: Secret | None) -> None:
        self.url = url
        self._admin_key = admin_key

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        """The reply to one request. Raises Refused when the service goes away meanwhile."""
        headers = {"Prefer": f"wait={PATIENCE_SECONDS}"}
        if self._admin_key is not None:
            headers["X-Admin-API-Key"] = self._admin_key.reveal()
        try:
            return fetch(self.url, method, target, headers, content, _ANSWER_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            raise Refused(
                f"Error: the service at {self.url} broke off ({_reason(error)}).",
                "Try: again; if it stays, see whether the service runs: alistach health.",
            ) from error

    def look(self) -> bool:
        """Whether an alistach answers there; False also for a stranger. Raises OSError when nobody listens."""
        try:
            reply = fetch(self.url, "GET", "/health", {}, None, _LOOK_SECONDS)
            said = json.loads(reply.body)
        except (http.client.HTTPException, ValueError):
            return False
        known = reply.status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE)
        return known and isinstance(said, dict) and {"mode", "components", "version"} <= said.keys()


def service_of(settings: Settings) -> Service:
    """Where the settings say that the service is, with the admin key only where it may go."""
    url = settings.alistach_url or url_of(settings.api_host, settings.api_port)
    may_have_key = settings.alistach_url is not None or is_loopback(url)
    return Service(url, settings.admin_api_key if may_have_key else None)


def find(settings: Settings) -> Service | None:
    """The running service, or None when there is none. Raises Refused when it must not be done without."""
    service = service_of(settings)
    why = "what answers there is no alistach"
    try:
        if service.look():
            return service
    except TimeoutError as error:
        raise Refused(
            f"Error: {service.url} does not answer within {_LOOK_SECONDS:.0f} seconds.",
            "Try: restart the service there, or set ALISTACH_URL to where it is.",
        ) from error
    except OSError as error:
        why = _reason(error)
    if settings.alistach_url is not None and not is_loopback(service.url):
        # The service elsewhere may hold the same app key; a second governor beside it is how bans happen.
        raise Refused(
            f"Error: there is no service at {service.url} ({why}).",
            "Try: start it there, set ALISTACH_URL to where it is, or remove ALISTACH_URL to answer from here.",
        )
    return None


def fetch(url: str, method: str, target: str, headers: dict[str, str], content: object, seconds: float) -> Reply:
    """One request and its reply. Raises OSError or HTTPException."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    body = None
    if content is not None:
        body, headers = json.dumps(content).encode(), {**headers, "Content-Type": "application/json"}
    try:
        connection.request(method, parts.path + target, body, headers)
        response = connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
