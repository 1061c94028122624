"""Addresses to ask."""

from __future__ import annotations

import pytest

from alistach.cli.urls import is_loopback, target, url_of


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 (nobody listens)
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("alistach.example", "http://alistach.example:8000"),
    ],
)
def test_what_is_listened_on_can_be_asked(host: str, url: str) -> None:
    assert url_of(host, 8000) == url


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:8000", True),
        ("http://localhost:8000", True),
        ("http://a.localhost", True),
        ("http://10.0.0.1:8000", False),
        ("https://alistach.example", False),
        ("http://127.0.0.1.example", False),
    ],
)
def test_loopback_is_told_from_elsewhere(url: str, verdict: bool) -> None:
    assert is_loopback(url) is verdict


def test_only_what_is_given_is_asked() -> None:
    given = {"keywords": "usb cable", "page_no": 1, "sort": None, "currency": "", "older_than": 0}
    assert target("/path", given) == "/path?keywords=usb+cable&page_no=1&older_than=0"
    assert target("/path", {"sort": None}) == "/path"
