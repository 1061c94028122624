"""What an operator reads when the service has started: where it is, what it is, and who may ask."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alistach.cli.urls import url_of
from alistach.kit.redact import Secret
from alistach.settings import Settings

_WIDTH: Final = 80
_LABEL: Final = 11

_SANDBOX: Final = (
    "SANDBOX: products, prices and links are made up.",
    "Set ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET for real ones.",
)


@dataclass(frozen=True, slots=True)
class Started:
    """What is known once the service is up. `new_key` is the admin key if it was made just now."""

    version: str
    settings: Settings
    sandbox_url: str | None
    log_file: Path
    new_key: Secret | None
    notices: tuple[str, ...]


def banner(started: Started, *, bold: bool) -> str:
    """The text, at most 80 columns wide but for addresses and the key, which must stay whole."""
    return "\n".join(_lines(started, bold)) + "\n"


def _lines(started: Started, bold: bool) -> Iterator[str]:
    settings = started.settings
    url = url_of(settings.api_host, settings.api_port)
    yield f"alistach {started.version}"
    yield ""
    if started.sandbox_url is not None:
        yield from (f"  \033[1;33m{line}\033[0m" if bold else f"  {line}" for line in _SANDBOX)
    else:
        yield f"  LIVE: calls go to {settings.api_url} with app key {settings.app_key}."
    yield ""
    yield _row("service", url)
    if url != f"http://{settings.api_host}:{settings.api_port}":
        yield _row("", f"listening on {settings.api_host}, port {settings.api_port}")
    yield _row("docs", f"{url}/docs")
    yield _row("health", f"{url}/health")
    if started.sandbox_url is not None:
        yield _row("sandbox", started.sandbox_url)
    yield _row("data", f"{settings.data_dir}")
    yield _row("log", f"{started.log_file}")
    yield from _wrapped("let in", _let_in(settings))
    if started.new_key is not None:
        yield _row("admin key", started.new_key.reveal())
        yield _row("", "made just now, kept in .env, not shown again")
    for notice in started.notices:
        yield from _wrapped("note", notice)
    yield ""
    yield "Try:"
    yield from _example(settings, url)
    yield ""
    yield "Ctrl-C stops it."


def _let_in(settings: Settings) -> str:
    if settings.anonymous_access:
        return "everybody, without a key (ANONYMOUS_ACCESS)"
    return "only the admin key, in X-Admin-API-Key; ANONYMOUS_ACCESS=true lets everybody in"


def _example(settings: Settings, url: str) -> Iterator[str]:
    # The key goes in by a pipe: on a command line every user of the machine could read it.
    with_key = "" if settings.anonymous_access else "-H @- "
    if with_key:
        yield "  sed -n 's/^ADMIN_API_KEY=/X-Admin-API-Key: /p' .env |"
    yield f'  curl -s {with_key}"{url}/api/products/search?keywords=usb&page_size=2"'


def _row(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}}{text}"


def _wrapped(label: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, _WIDTH - _LABEL - 2, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield _row("" if number else label, line)
