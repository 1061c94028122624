"""Which value counts when there are several, and what is cut off it."""

from __future__ import annotations

import pytest

from alistach.settings.source import Given, Origin, clean, collect


@pytest.mark.parametrize(
    ("raw", "text", "cut"),
    [
        ("500001\r\n", "500001", ("a line end",)),
        ("500001\r", "500001", ("a line end",)),
        ("\n500001", "500001", ("a line end",)),
        (" 500001", "500001", ("spaces",)),
        ("500001\t", "500001", ("spaces",)),
        ("\u00a0500001", "500001", ("spaces",)),
        ("\u200b500001\ufeff", "500001", ("spaces",)),
        ('"500001"', "500001", ("quotes",)),
        ("'500001'", "500001", ("quotes",)),
        ("\"'500001'\"", "500001", ("quotes",)),
        ('" 500001 "\r\n', "500001", ("a line end", "spaces", "quotes")),
    ],
)
def test_what_a_paste_leaves_around_a_value_is_cut_and_named(raw: str, text: str, cut: tuple[str, ...]) -> None:
    assert clean(raw) == (text, cut)


@pytest.mark.parametrize("raw", ["500001", "a b", "it's", '"half', "a'b'", "é", "'"])
def test_a_clean_value_is_left_alone(raw: str) -> None:
    assert clean(raw) == (raw, ())


@pytest.mark.parametrize("raw", ["", " ", "\r\n", '""', "''", '" "'])
def test_nothing_but_noise_is_no_value(raw: str) -> None:
    assert clean(raw)[0] == ""
    assert collect({"API_PORT": raw}, {}) == ({}, ())


def test_nothing_given_is_nothing_found() -> None:
    assert collect({"HOME": "/root", "PATH": "/bin"}, {}) == ({}, ())


def test_the_environment_beats_the_file() -> None:
    given, notices = collect({"LOG_LEVEL": "DEBUG"}, {"LOG_LEVEL": "ERROR"})
    assert given == {"LOG_LEVEL": Given("LOG_LEVEL", "DEBUG", Origin.ENVIRONMENT, ())}
    assert notices == ()


def test_an_empty_value_in_the_environment_does_not_hide_the_file() -> None:
    given, _ = collect({"LOG_LEVEL": ""}, {"LOG_LEVEL": "ERROR"})
    assert given == {"LOG_LEVEL": Given("LOG_LEVEL", "ERROR", Origin.FILE, ())}


def test_what_was_cut_is_said_without_the_value() -> None:
    _, notices = collect({"ALIEXPRESS_APP_SECRET": "hush-hush\r\n"}, {"ALIEXPRESS_APP_KEY": ' "500001"'})
    assert notices == (
        "ALIEXPRESS_APP_KEY (.env): cut spaces and quotes around the value.",
        "ALIEXPRESS_APP_SECRET (environment): cut a line end around the value.",
    )


@pytest.mark.parametrize(
    ("environ", "file", "origin"),
    [({"PORT": "9000"}, {}, Origin.ENVIRONMENT), ({}, {"PORT": "9000"}, Origin.FILE)],
)
def test_port_is_used_without_api_port(environ: dict[str, str], file: dict[str, str], origin: Origin) -> None:
    assert collect(environ, file) == ({"API_PORT": Given("PORT", "9000", origin, ())}, ())


def test_api_port_beats_port_wherever_it_stands_and_says_so() -> None:
    given, notices = collect({"PORT": "9000"}, {"API_PORT": "8080"})
    assert given == {"API_PORT": Given("API_PORT", "8080", Origin.FILE, ())}
    assert notices == ("PORT (environment) is ignored, since API_PORT (.env) is given.",)


def test_port_that_says_the_same_as_api_port_is_not_worth_a_word() -> None:
    assert collect({"PORT": "8080", "API_PORT": "8080"}, {})[1] == ()
