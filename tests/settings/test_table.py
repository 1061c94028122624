"""The table agrees with itself and with the type that is made from it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from alistach.settings import TABLE, Settings, load
from alistach.settings.row import Setting

DEFAULTS = {
    "API_HOST": "127.0.0.1",
    "API_PORT": 8000,
    "LOG_LEVEL": "INFO",
    "ALISTACH_DATA_DIR": Path("data"),
    "ALISTACH_LOG_DIR": Path("logs"),
    "ALISTACH_URL": None,
    "ALIEXPRESS_APP_KEY": None,
    "ALIEXPRESS_APP_SECRET": None,
    "ALIEXPRESS_TRACKING_ID": "default",
    "ALIEXPRESS_LANGUAGE": "EN",
    "ALIEXPRESS_CURRENCY": "USD",
    "ALIEXPRESS_API_URL": "https://api-sg.aliexpress.com",
    "ALISTACH_INSECURE_UPSTREAM_HOSTS": (),
    "ALIEXPRESS_MAX_CALLS_PER_SECOND": 20.0,
    "ADMIN_API_KEY": None,
    "ANONYMOUS_ACCESS": True,
    "MAX_REQUESTS_PER_MINUTE": 600,
    "MAX_REQUESTS_PER_SECOND": 20,
    "ALLOWED_ORIGINS": (),
    "CACHE_PRICE_TTL": 1800,
    "CACHE_PRODUCT_TTL": 86400,
    "CACHE_SEARCH_TTL": 3600,
    "CACHE_AFFILIATE_TTL": 2592000,
    "CACHE_MEMORY_MB": 256,
    "ALISTACH_SANDBOX_PORT": None,
}


def is_of(value: object, hint: object) -> bool:
    """Whether `value` is what the annotation of its field says."""
    args = get_args(hint)
    if hint is tuple or args == (str, ...):
        return isinstance(value, tuple)
    kinds = args or (hint,)
    return any(type(value) is kind or (isinstance(kind, type) and isinstance(value, kind)) for kind in kinds)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.secret], ids=lambda row: row.name)
def test_a_secret_has_no_default_and_no_example(row: Setting) -> None:
    assert (row.default, row.default_on_sandbox, row.example) == (None, None, "")


def test_the_secrets_are_these() -> None:
    assert [row.name for row in TABLE.values() if row.secret] == ["ALIEXPRESS_APP_SECRET", "ADMIN_API_KEY"]


def test_settings_cannot_be_changed() -> None:
    settings = load({}, None).settings
    with pytest.raises(AttributeError):
        settings.api_port = 1  # type: ignore[misc]  # that it is refused is the point


def test_the_names_and_defaults_are_these() -> None:
    settings = load({}, None).settings
    assert {row.name: getattr(settings, row.field) for row in TABLE.values()} == DEFAULTS


def test_every_field_is_a_row_and_every_row_a_field() -> None:
    assert [row.field for row in TABLE.values()] == list(Settings.__struct_fields__)
    assert [row.name for row in TABLE.values()] == list(TABLE)


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_what_a_row_reads_is_of_the_type_of_its_field(row: Setting) -> None:
    hint = get_type_hints(Settings)[row.field]
    given = [text for text in (row.default, row.default_on_sandbox, row.example or None) if text is not None]
    assert [text for text in given if not is_of(row.kind.read(text), hint)] == []
    if row.default is None:
        assert is_of(None, hint)


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_an_example_differs_from_the_default(row: Setting) -> None:
    assert row.example != row.default


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_help_is_made_of_sentences_that_fit_a_table(row: Setting) -> None:
    assert (row.help[0].isupper(), row.help[-1], "|" in row.help, "\n" in row.help) == (True, ".", False, False)


def test_settings_of_another_kind_are_made_by_replacing() -> None:
    settings = msgspec.structs.replace(load({}, None).settings, api_port=9000)
    assert settings.api_port == 9000
