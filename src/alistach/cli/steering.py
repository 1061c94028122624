"""A running sandbox, told what to do over HTTP."""

from __future__ import annotations

import http.client
import json

import msgspec

from alistach.cli.folder import settings_here
from alistach.cli.refused import Refused
from alistach.cli.service import fetch, find
from alistach.cli.urls import is_loopback
from alistach.cli.wellbeing import Health
from alistach.cli.words import say

DEFAULT_URL = "http://127.0.0.1:8001"
_SECONDS = 10.0


def steered(url: str | None, method: str, target: str, content: object = None) -> bytes:
    """What the sandbox at `url` answers, or the one that the running service uses. Raises Refused."""
    url = (url or _sandbox_in_use()).rstrip("/")
    say(f"Asking the sandbox at {url}.")
    try:
        if not _is_sandbox(url):
            raise Refused(f"Error: what answers at {url} is no sandbox.", "Try: --url with the sandbox's address.")
        reply = fetch(url, method, target, {}, content, _SECONDS)
    except (OSError, http.client.HTTPException) as error:
        raise Refused(
            f"Error: there is no sandbox at {url}.",
            "Try: start one with alistach sandbox, or give --url; alistach health says which one a service uses.",
        ) from error
    if reply.status >= 400:
        why = msgspec.json.decode(reply.body, type=dict[str, str]).get("error", "")
        raise Refused(f"Error: {why}", f"Try: see what there is: {url}/sandbox.", exit_code=2)
    return reply.body


def _sandbox_in_use() -> str:
    service = find(settings_here().settings)
    if service is None:
        return DEFAULT_URL
    health = msgspec.json.decode(service.ask("GET", "/health").body, type=Health)
    upstream = str(health.components["upstream"]["url"])
    # A service that uses the platform itself is never taken for a sandbox.
    return upstream if is_loopback(upstream) else DEFAULT_URL


def _is_sandbox(url: str) -> bool:
    try:
        said = json.loads(fetch(url, "GET", "/sandbox", {}, None, _SECONDS).body)
    except ValueError:
        return False
    return isinstance(said, dict) and "faults" in said
