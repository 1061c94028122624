"""The written reference follows the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alistach.settings import TABLE, load
from alistach.settings.names import FORMER
from alistach.settings.reference import configuration, env_example, write
from alistach.settings.row import Group

ROOT = Path(__file__).parents[2]
REWRITE = "the table has changed; in the repository, call alistach.settings.reference.write(Path())"


def test_the_configuration_page_does_not_lag_behind_the_table() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == configuration(), REWRITE


def test_the_example_does_not_lag_behind_the_table() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example(), REWRITE


def test_a_copied_example_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text(env_example())
    loaded = load({}, copy)
    assert (loaded, set(loaded.origins.values())) == (load({}, None), {"default"})


def test_the_uncommented_example_is_allowed_but_for_the_secrets(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") for line in env_example().splitlines() if re.match(r"#[A-Z]", line)]
    copy = tmp_path / ".env"
    copy.write_text("\n".join([*lines, ""]).replace("APP_SECRET=", "APP_SECRET=hush"))
    copy.chmod(0o600)
    loaded = load({}, copy)
    assert (loaded.settings.app_key, loaded.settings.admin_api_key) == ("500001", None)
    assert loaded.notices == ()


def test_the_example_holds_no_secret() -> None:
    secrets = [row.name for row in TABLE.values() if row.secret]
    assert [line for line in env_example().splitlines() if line.startswith(tuple(f"#{name}=" for name in secrets))] == [
        "#ALIEXPRESS_APP_SECRET=",
        "#ADMIN_API_KEY=",
    ]


def test_the_example_names_each_setting_once() -> None:
    assert re.findall(r"^#([A-Z_]+)=", env_example(), re.MULTILINE) == list(TABLE)


def test_the_example_says_what_differs_on_the_sandbox() -> None:
    assert "is let in. On the embedded sandbox:\n# true.\n#ANONYMOUS_ACCESS=false\n" in env_example()


@pytest.mark.parametrize("group", Group)
def test_each_heading_has_a_table(group: Group) -> None:
    assert f"## {group}\n\n| setting | default | allowed | what it is for |\n|---|---|---|---|\n" in configuration()


def test_the_page_has_a_row_for_each_setting() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", configuration(), re.MULTILINE) == [
        row.name for group in Group for row in TABLE.values() if row.group is group
    ]


@pytest.mark.parametrize(
    "row",
    [
        (
            "| `API_PORT` | `8000` | a whole number from 1 to 65535 | The port to listen on. Without it, `PORT` is "
            "used, which some hosts set. Example: `8080`. |"
        ),
        (
            "| `ANONYMOUS_ACCESS` | `false`; `true` on the embedded sandbox | true or false (also yes/no, on/off, 1/0) "
            "| Whether callers without a key are answered. Without it, only the admin key is let in. Example: `true`. |"
        ),
        (
            "| `ADMIN_API_KEY` | made at the first start and kept in `.env` | 24 to 512 printable ASCII characters "
            "without spaces, made at random | What `X-Admin-API-Key` must be on admin paths. Weak and "
            "well-known ones are refused. |"
        ),
    ],
)
def test_a_row_tells_default_range_and_use(row: str) -> None:
    assert row in configuration().splitlines()


def test_no_row_breaks_its_table() -> None:
    rows = [line for line in configuration().splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.count("|") != 5] == []


def test_the_page_lists_the_names_of_the_former_service() -> None:
    tail = configuration().partition("These names of the service that came before")[2]
    assert set(re.findall(r"`([A-Z_]{4,})`", tail)) == FORMER


def test_both_files_are_written_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    write(tmp_path)
    assert (tmp_path / "docs" / "configuration.md").read_text(encoding="utf-8") == configuration()
    assert (tmp_path / ".env.example").read_text(encoding="utf-8") == env_example()
