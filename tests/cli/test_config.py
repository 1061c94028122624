"""`alistach config`."""

from __future__ import annotations

from pathlib import Path

from alistach.settings import TABLE
from tests.cli.running import on_terminal, piped

SECRET = "a-test-secret-of-nobody"


def test_check_says_that_all_is_right(tmp_path: Path) -> None:
    ran = on_terminal(tmp_path, "config", "check")
    assert (ran.code, ran.out) == (0, "The settings are right; the service would run in mode sandbox.\n")


def test_check_tells_every_problem(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("API_PROT=8000\n")
    ran = piped(tmp_path, "config", "check", CACHE_PRICE_TTL="0")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "API_PROT (in .env) is not a setting; did you mean API_PORT?",
        'CACHE_PRICE_TTL is "0" (environment): it must be a whole number from 1 to 604800.',
        "Every setting is explained in docs/configuration.md.",
    ]


def test_check_in_a_pipe_has_the_notices(tmp_path: Path) -> None:
    ran = piped(tmp_path, "config", "check", ALIEXPRESS_APP_KEY=" 500001 ", ALIEXPRESS_APP_SECRET=SECRET)
    assert ran.json() == {
        "mode": "live",
        "notices": ["ALIEXPRESS_APP_KEY (environment): cut spaces around the value."],
    }


def test_show_lists_every_setting_with_where_its_value_came_from_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALIEXPRESS_APP_KEY=500001\n")
    (tmp_path / ".env").chmod(0o600)
    ran = piped(tmp_path, "config", "show", ALIEXPRESS_APP_SECRET=SECRET)
    rows = {row["name"]: (row["value"], row["origin"]) for row in ran.json()}
    assert list(rows) == list(TABLE)
    assert rows["ALIEXPRESS_APP_KEY"] == ("500001", ".env")
    assert rows["ALIEXPRESS_APP_SECRET"] == ("set", "environment")
    assert rows["ADMIN_API_KEY"] == ("not set", "default")
    assert SECRET not in ran.out + ran.err


def test_show_on_a_terminal_is_a_table_that_fits(tmp_path: Path) -> None:
    ran = on_terminal(tmp_path, "config", "show", API_PORT="8123")
    lines = ran.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert next(line for line in lines if "API_PORT " in line).split() == ["API_PORT", "8123", "environment"]


def test_neither_makes_a_file(tmp_path: Path) -> None:
    for verb in ("check", "show"):
        assert piped(tmp_path, "config", verb).code == 0
    assert list(tmp_path.iterdir()) == []
