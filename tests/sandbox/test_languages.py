"""Languages of hosts."""

from __future__ import annotations

import pytest

from alistach.sandbox.languages import HOSTS

DOCUMENTED = [
    "EN",
    "RU",
    "PT",
    "ES",
    "FR",
    "ID",
    "IT",
    "TH",
    "JA",
    "AR",
    "VI",
    "TR",
    "DE",
    "HE",
    "KO",
    "NL",
    "PL",
    "MX",
    "CL",
    "IN",
]


@pytest.mark.parametrize("language", ["", "en", "XX", "EN_US"])
def test_other_spellings_are_no_languages(language: str) -> None:
    assert language not in HOSTS


@pytest.mark.parametrize("language", DOCUMENTED)
def test_every_documented_language_has_a_host(language: str) -> None:
    assert HOSTS[language].endswith(".aliexpress.com")


@pytest.mark.parametrize(
    ("language", "host"),
    [
        ("EN", "www.aliexpress.com"),
        ("HE", "he.aliexpress.com"),
        ("IW", "he.aliexpress.com"),
        ("FR", "fr.aliexpress.com"),
    ],
)
def test_the_host_follows_the_language(language: str, host: str) -> None:
    assert HOSTS[language] == host
