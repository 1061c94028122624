"""Names that are no setting."""

from __future__ import annotations

import pytest

from alistach.settings.names import FORMER, former, problems
from alistach.settings.table import TABLE


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ALISTACH_DATADIR", "ALISTACH_DATA_DIR"),
        ("ALIEXPRESS_SECRET", "ALIEXPRESS_APP_SECRET"),
        ("ALIEXPRESS_APPKEY", "ALIEXPRESS_APP_KEY"),
        ("CACHE_PRICES_TTL", "CACHE_PRICE_TTL"),
        ("aliexpress_app_key", "ALIEXPRESS_APP_KEY"),
    ],
)
def test_a_misspelt_name_in_the_environment_is_told_with_the_nearest(name: str, near: str) -> None:
    assert problems([name], []) == (f"{name} (in the environment) is not a setting; did you mean {near}?",)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("API_PROT", "API_PORT"),
        ("api_port", "API_PORT"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("ALLOW_ORIGINS", "ALLOWED_ORIGINS"),
    ],
)
def test_a_misspelt_name_in_the_file_is_told_with_the_nearest(name: str, near: str) -> None:
    assert problems([], [name]) == (f"{name} (in .env) is not a setting; did you mean {near}?",)


def test_a_name_like_no_other_is_told_where_all_are() -> None:
    assert problems([], ["ZZZZZZ"]) == (
        "ZZZZZZ (in .env) is not a setting; all settings are in docs/configuration.md.",
    )


def test_all_strangers_are_told_in_order() -> None:
    told = problems(["CACHE_Z", "ALISTACH_A"], ["MIDDLE"])
    assert [problem.split(" ")[0] for problem in told] == ["ALISTACH_A", "CACHE_Z", "MIDDLE"]


def test_a_name_of_the_former_service_is_no_excuse_for_our_prefixes_in_the_environment() -> None:
    assert problems(["CACHE_DEBUG"], []) != ()


@pytest.mark.parametrize("name", ["HOME", "PATH", "DEBUG", "API_TITLE", "LOG_FORMAT", "MY_ALISTACH_NAME", "CACHEDIR"])
def test_other_programs_names_in_the_environment_are_none_of_our_business(name: str) -> None:
    assert problems([name], []) == ()


def test_every_setting_and_port_are_known_in_both_places() -> None:
    assert problems([*TABLE, "PORT"], [*TABLE, "PORT"]) == ()


def test_names_of_the_former_service_are_ignored_in_the_file_and_listed() -> None:
    assert problems([], ["SECRET_KEY", "DEBUG"]) == ()
    assert former(["SECRET_KEY", "API_PORT", "DEBUG"]) == ("DEBUG", "SECRET_KEY")


def test_no_name_is_both_a_setting_and_of_the_former_service() -> None:
    assert FORMER.intersection(TABLE) == set()
