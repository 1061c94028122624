"""Each kind of setting takes what it says and refuses the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.kit.redact import Secret
from alistach.settings import values
from alistach.settings.values import Kind, choice, number, whole

PORT = whole(1, 65535)
PACE = number(0.01, 1000)
LEVEL = choice("DEBUG", "INFO")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((PORT, text) for text in ("0", "65536", "-1", "+80", "8_000", "80.0", "eighty", "٨٠", "0x50", "1" * 13, "")),
        *((PACE, text) for text in ("0", "0.009", "1001", "-1", "nan", "inf", "1e2", "1.", ".5", "1,5", "one", "")),
        *((LEVEL, text) for text in ("TRACE", "INF", "INFO DEBUG", "")),
        *((values.FLAG, text) for text in ("2", "maybe", "enabled", "t", "")),
        *((values.CURRENCY, text) for text in ("US", "USDT", "U$D", "евр", "")),
        *((values.LANGUAGE, text) for text in ("XX", "en_US", "English", "")),
        *(
            (values.HOST, text)
            for text in ("http://h", "h:80", "127.0.0.1:80", "[::1]", "::1::", "a b", "h/p", "größe")
        ),
        *((values.HOSTS, text) for text in ("a,b:80", "*.example.com", "http://a")),
        *((values.WORD, text) for text in ("two words", "a/b", "x" * 129, "größe", "")),
        *((values.SECRET, text) for text in ("two words", "line\nend", "größe", "x" * 513, "")),
        *(
            (values.BASE_URL, text)
            for text in ("h", "ftp://h", "//h", "http://", "http://:80", "http:///p", "http://h:0")
        ),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the loader's sentence says what is allowed)
        kind.read(text)
    assert str(caught.value) == ""


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (values.FOLDER, "~/data", '"~" is not understood here'),
        (values.BASE_URL, "http://h:99999", "its host or port cannot be read"),
        (values.BASE_URL, "http://[::1", "its host or port cannot be read"),
        (values.BASE_URL, "http://h:eighty", "its host or port cannot be read"),
        (values.BASE_URL, "https://user:pass@h", "it has a user name or password in it"),
        (values.BASE_URL, "https://h@evil.example", "it has a user name or password in it"),
        (values.BASE_URL, "https://h/?a=b", "it has a query or a fragment"),
        (values.BASE_URL, "https://h/?", "it has a query or a fragment"),
        (values.BASE_URL, "https://h/#top", "it has a query or a fragment"),
        (values.BASE_URL, "https://h/a b", "it has a space or a character outside ASCII in it"),
        (values.BASE_URL, "https://größe.example", "it has a space or a character outside ASCII in it"),
        (values.PLATFORM_URL, "https://user@h/sync", "it has a user name or password in it"),
        (values.PLATFORM_URL, "https://h/sync?method=x", "it has a query or a fragment"),
        (values.STRONG_SECRET, "short", "it has 5 characters"),
        (values.STRONG_SECRET, "changeme" * 4, "it has only 7 different characters"),
    ],
)
def test_a_refusal_says_why_where_it_is_not_plain(kind: Kind, text: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (compared in full below)
        kind.read(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "https://*.deals.example",
        "https://deals.example/",
        "https://deals.example/path",
        "https://user@deals.example",
        "https://deals.example?x",
        "https://deals.example#x",
        "https://",
        "https://deals.example:",
        "https://deals.example:99999",
        "deals.example",
        "//deals.example",
        "https//deals.example",
        "https://deals example",
        "https://größe.example",
    ],
)
def test_what_is_not_an_exact_origin_is_refused_by_name(origin: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (compared in full below)
        values.ORIGINS.read(f"https://good.example,{origin}")
    assert str(caught.value) == f'"{origin}" is not an exact origin'


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (PORT, "1", 1),
        (PORT, "65535", 65535),
        (PORT, "0080", 80),
        (PACE, "0.01", 0.01),
        (PACE, "1", 1.0),
        (PACE, "1000", 1000.0),
        (LEVEL, "debug", "DEBUG"),
        (values.FLAG, "true", True),
        (values.FLAG, "YES", True),
        (values.FLAG, "On", True),
        (values.FLAG, "1", True),
        (values.FLAG, "false", False),
        (values.FLAG, "no", False),
        (values.FLAG, "off", False),
        (values.FLAG, "0", False),
        (values.CURRENCY, "usd", "USD"),
        (values.CURRENCY, "PLN", "PLN"),
        (values.LANGUAGE, "es", "ES"),
        (values.HOST, "192.0.2.1", "192.0.2.1"),
        (values.HOST, "Sandbox", "sandbox"),
        (values.HOST, "::", "::"),
        (values.HOST, "0:0:0:0:0:0:0:1", "::1"),
        (values.HOSTS, "sandbox, Other.example ,sandbox", ("sandbox", "other.example")),
        (values.HOSTS, "", ()),
        (values.WORD, "my_site-1.2", "my_site-1.2"),
        (values.FOLDER, "/var/lib/alistach", Path("/var/lib/alistach")),
        (values.FOLDER, "data", Path("data")),
        (values.SECRET, "a+b/c==", Secret("a+b/c==")),
        (values.BASE_URL, "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        (values.BASE_URL, "HTTPS://Api.Example/Path/", "https://api.example/Path"),
        (values.BASE_URL, "http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_allowed_value_is_read(kind: Kind, text: str, expected: object) -> None:
    assert kind.read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api-sg.aliexpress.com", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com/", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com/sync", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com/rest/", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com//sync", "https://api-sg.aliexpress.com"),
        ("http://127.0.0.1:8001/prefix/sync", "http://127.0.0.1:8001/prefix"),
        ("http://127.0.0.1:8001/async", "http://127.0.0.1:8001/async"),
        ("http://sync", "http://sync"),
    ],
)
def test_the_platform_root_is_without_the_path_of_an_interface(text: str, expected: str) -> None:
    assert values.PLATFORM_URL.read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" , ", ()),
        ("https://deals.example", ("https://deals.example",)),
        ("HTTPS://Deals.Example", ("https://deals.example",)),
        ("https://deals.example:443", ("https://deals.example",)),
        ("http://deals.example:80", ("http://deals.example",)),
        ("http://deals.example:443", ("http://deals.example:443",)),
        ("http://localhost:3000", ("http://localhost:3000",)),
        ("http://localhost:03000", ("http://localhost:3000",)),
        ("http://[::1]:3000", ("http://[::1]:3000",)),
        ("chrome-extension://abcdefghijklmnop", ("chrome-extension://abcdefghijklmnop",)),
        ("https://a.example, https://b.example,https://a.example", ("https://a.example", "https://b.example")),
    ],
)
def test_origins_are_read_as_a_browser_sends_them(text: str, expected: tuple[str, ...]) -> None:
    assert values.ORIGINS.read(text) == expected


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (PORT, "a whole number from 1 to 65535"),
        (PACE, "a number from 0.01 to 1000"),
        (LEVEL, "one of DEBUG, INFO"),
        (values.FLAG, "true or false (also yes/no, on/off, 1/0)"),
        (values.STRONG_SECRET, "24 to 512 printable ASCII characters without spaces, made at random"),
    ],
)
def test_a_kind_says_what_is_allowed(kind: Kind, allowed: str) -> None:
    assert kind.allowed == allowed


@given(st.integers(1, 65535))
def test_every_whole_number_of_the_range_is_read(value: int) -> None:
    assert PORT.read(str(value)) == value


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    for kind in (PORT, PACE, values.HOST, values.ORIGINS, values.PLATFORM_URL, values.STRONG_SECRET):
        try:
            kind.read(text)
        except ValueError:
            continue
