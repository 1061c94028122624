"""From the environment and `.env` to settings, or to every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from alistach.kit.redact import Secret
from alistach.settings import Mode, Origin, Row, SettingsError, describe, load

KEYS = {"ALIEXPRESS_APP_KEY": "500001", "ALIEXPRESS_APP_SECRET": "hush-hush"}
ADMIN_KEY = "an-example-that-opens-nothing"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    file.touch(mode=0o600)
    return file


def refused(environ: dict[str, str], env_file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, env_file)
    return caught.value.problems


def test_every_problem_is_told_at_once(env_file: Path) -> None:
    env_file.write_text("oops\nAPI_PROT=1\nCACHE_MEMORY_MB=4\n")
    environ = {"API_PORT": "eighty", "ALISTACH_DATADIR": "x", "ALIEXPRESS_APP_KEY": "500001"}
    assert refused(environ, env_file) == (
        ".env line 1: not KEY=value, a comment or an empty line.",
        "ALISTACH_DATADIR (in the environment) is not a setting; did you mean ALISTACH_DATA_DIR?",
        "API_PROT (in .env) is not a setting; did you mean API_PORT?",
        'API_PORT is "eighty" (environment): it must be a whole number from 1 to 65535.',
        'CACHE_MEMORY_MB is "4" (.env): it must be a whole number from 8 to 65536.',
        "ALIEXPRESS_APP_KEY is set without ALIEXPRESS_APP_SECRET; set both, or neither for the sandbox.",
    )


def test_the_text_of_the_error_has_a_line_for_each_problem() -> None:
    error = SettingsError(("One.", "Two."))
    assert str(error) == "One.\nTwo."


@pytest.mark.parametrize("key", ["your-admin-key-here-please", "short", "two words and then some more"])
def test_a_refused_secret_is_never_shown(key: str) -> None:
    (problem,) = refused({"ADMIN_API_KEY": key})
    assert problem.startswith("ADMIN_API_KEY is set to a value that is not shown (environment): ")
    assert key not in problem


def test_a_weak_admin_key_is_refused_with_the_reason() -> None:
    assert refused({"ADMIN_API_KEY": "your-admin-key-here-please"}) == (
        (
            "ADMIN_API_KEY is set to a value that is not shown (environment): it is made of well-known words; it must "
            "be 24 to 512 printable ASCII characters without spaces, made at random."
        ),
    )


def test_an_app_secret_with_a_line_end_inside_is_refused_without_showing_it() -> None:
    assert refused({"ALIEXPRESS_APP_KEY": "500001", "ALIEXPRESS_APP_SECRET": "hush\r\nhush"}) == (
        (
            "ALIEXPRESS_APP_SECRET is set to a value that is not shown (environment): it has a line end or another "
            "control character in it; it must be up to 512 printable ASCII characters without spaces."
        ),
    )


def test_a_password_in_an_address_is_not_shown() -> None:
    (problem,) = refused({**KEYS, "ALIEXPRESS_API_URL": "https://me:pass/word@h/sync"})
    assert problem.startswith('ALIEXPRESS_API_URL is "https://***@h/sync" (environment): ')


def test_a_control_character_is_shown_escaped() -> None:
    (problem,) = refused({"ALISTACH_DATA_DIR": "da\x1b[31mta"})
    assert problem == (
        'ALISTACH_DATA_DIR is "da\\x1b[31mta" (environment): it has a line end or another control character in it; '
        "it must be a folder, in full or as seen from where the service is started."
    )


def test_a_long_value_is_shown_in_part() -> None:
    (problem,) = refused({"LOG_LEVEL": "x" * 5000})
    assert problem == (
        f'LOG_LEVEL is "{"x" * 100}…" (environment): it must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL.'
    )


def test_a_wrong_port_is_told_under_the_name_it_was_given_by() -> None:
    assert refused({"PORT": "0"}) == ('PORT is "0" (environment): it must be a whole number from 1 to 65535.',)


def test_an_origin_with_a_path_is_told_by_itself() -> None:
    (problem,) = refused({"ALLOWED_ORIGINS": "https://a.example,https://b.example/x"})
    assert problem == (
        'ALLOWED_ORIGINS is "https://a.example,https://b.example/x" (environment): "https://b.example/x" is not an '
        'exact origin; it must be origins separated by commas, each exactly "scheme://host" or "scheme://host:port": '
        'no path, no "*", no "null".'
    )


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert refused({}, tmp_path) == (f"{tmp_path} cannot be read: Is a directory.",)


def test_a_file_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert load({}, tmp_path / "none").settings == load({}, None).settings


# What is said


def test_names_of_the_former_service_are_listed_once(env_file: Path) -> None:
    env_file.write_text("SECRET_KEY=x\nDEBUG=true\nWORKERS=4\n")
    assert load({}, env_file).notices == (
        "Ignored in .env, since only the former service used them: DEBUG, SECRET_KEY, WORKERS.",
    )


def test_windows_line_ends_are_said_once(env_file: Path) -> None:
    env_file.write_bytes(b"LOG_LEVEL=DEBUG\r\nAPI_PORT=9000\r\n")
    loaded = load({}, env_file)
    assert (loaded.settings.log_level, loaded.settings.api_port) == ("DEBUG", 9000)
    assert loaded.notices == ("The Windows line ends (CRLF) of .env were cut.",)


def test_a_stray_line_end_in_a_secret_is_cut_and_said_without_the_secret() -> None:
    loaded = load({**KEYS, "ALIEXPRESS_APP_SECRET": "hush-hush\r\n"}, None)
    assert loaded.settings.app_secret == Secret("hush-hush")
    assert loaded.notices == ("ALIEXPRESS_APP_SECRET (environment): cut a line end around the value.",)


def test_a_file_with_secrets_that_others_can_read_is_said(env_file: Path) -> None:
    env_file.write_text(f"ADMIN_API_KEY={ADMIN_KEY}\n")
    env_file.chmod(0o644)
    assert load({}, env_file).notices == (
        f".env holds secrets and is open to other users (mode 0644); run: chmod 600 {env_file}",
    )


def test_an_open_file_without_secrets_is_not_worth_a_word(env_file: Path) -> None:
    env_file.write_text("ADMIN_API_KEY=\nLOG_LEVEL=DEBUG\n")
    env_file.chmod(0o644)
    assert load({}, env_file).notices == ()


def test_a_private_file_with_secrets_is_not_worth_a_word(env_file: Path) -> None:
    env_file.write_text(f"ADMIN_API_KEY={ADMIN_KEY}\n")
    assert load({}, env_file).notices == ()


# Values and where they come from


def test_without_anything_given_the_sandbox_answers() -> None:
    loaded = load({}, None)
    assert (loaded.settings.mode, loaded.settings.on_sandbox) == (Mode.SANDBOX, True)
    assert (loaded.settings.max_calls_per_second, loaded.settings.anonymous_access) == (20.0, True)
    assert loaded.notices == ()


def test_with_credentials_the_platform_answers() -> None:
    settings = load(KEYS, None).settings
    assert (settings.mode, settings.on_sandbox) == (Mode.LIVE, False)
    assert (settings.max_calls_per_second, settings.anonymous_access) == (1.0, False)


def test_credentials_at_another_address_are_live_too() -> None:
    settings = load({**KEYS, "ALIEXPRESS_API_URL": "http://127.0.0.1:8001"}, None).settings
    assert (settings.mode, settings.max_calls_per_second) == (Mode.LIVE, 1.0)


def test_a_value_given_beats_the_default_of_either_mode() -> None:
    given = {"ALIEXPRESS_MAX_CALLS_PER_SECOND": "5", "ANONYMOUS_ACCESS": "no"}
    sandbox, live = load(given, None).settings, load({**KEYS, **given, "ANONYMOUS_ACCESS": "yes"}, None).settings
    assert (sandbox.max_calls_per_second, sandbox.anonymous_access) == (5.0, False)
    assert (live.max_calls_per_second, live.anonymous_access) == (5.0, True)


def test_the_mode_reads_as_answers_show_it() -> None:
    assert (load({}, None).settings.mode, load(KEYS, None).settings.mode) == ("sandbox", "live")


def test_the_environment_beats_the_file_and_the_file_the_default(env_file: Path) -> None:
    env_file.write_text("export LOG_LEVEL=ERROR\nAPI_PORT='9000' # ours\n")
    loaded = load({"LOG_LEVEL": "DEBUG"}, env_file)
    assert (loaded.settings.log_level, loaded.settings.api_port, loaded.settings.api_host) == (
        "DEBUG",
        9000,
        "127.0.0.1",
    )
    origins = {name: loaded.origins[name] for name in ("LOG_LEVEL", "API_PORT", "API_HOST")}
    assert origins == {"LOG_LEVEL": Origin.ENVIRONMENT, "API_PORT": Origin.FILE, "API_HOST": Origin.DEFAULT}


def test_an_origin_reads_as_operators_know_it() -> None:
    assert [str(origin) for origin in Origin] == ["default", ".env", "environment"]


def test_secrets_do_not_show_in_the_settings() -> None:
    shown = repr(load({**KEYS, "ADMIN_API_KEY": ADMIN_KEY}, None))
    assert "app_secret=Secret(***)" in shown
    assert [secret for secret in ("hush-hush", ADMIN_KEY) if secret in shown] == []


# As an operator may see it


def rows(environ: dict[str, str]) -> dict[str, Row]:
    return {row.name: row for row in describe(load(environ, None))}


def test_secrets_are_described_as_set_or_not() -> None:
    assert rows({})["ADMIN_API_KEY"].value == "not set"
    assert rows({"ADMIN_API_KEY": ADMIN_KEY})["ADMIN_API_KEY"].value == "set"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "8000"),
        ("ALISTACH_DATA_DIR", "data"),
        ("ALISTACH_URL", "API_HOST and API_PORT"),
        ("ALIEXPRESS_APP_KEY", "none: the embedded sandbox answers"),
        ("ALIEXPRESS_MAX_CALLS_PER_SECOND", "20"),
        ("ANONYMOUS_ACCESS", "true"),
        ("ALLOWED_ORIGINS", "none"),
        ("ALISTACH_SANDBOX_PORT", "8001, or any free one when that is taken"),
    ],
)
def test_a_default_is_described_as_an_operator_would_write_it(name: str, value: str) -> None:
    row = rows({})[name]
    assert (row.value, row.origin) == (value, Origin.DEFAULT)


def test_a_given_value_is_described_with_its_origin() -> None:
    row = rows({"ALLOWED_ORIGINS": "https://a.example, https://b.example"})["ALLOWED_ORIGINS"]
    assert row == Row(
        "ALLOWED_ORIGINS",
        "https://a.example, https://b.example",
        Origin.ENVIRONMENT,
        "The web pages whose scripts may ask, by exact origin.",
    )


def test_a_fraction_is_described_as_written() -> None:
    assert rows({"ALIEXPRESS_MAX_CALLS_PER_SECOND": "0.5"})["ALIEXPRESS_MAX_CALLS_PER_SECOND"].value == "0.5"
