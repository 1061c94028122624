"""The admin key of the first start is made once and kept in `.env`, for its owner alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from alistach.kit.redact import Secret
from alistach.settings import SettingsError, ensure_admin_key, load

MADE = "Zk3vN8qLr2XwTb6YcJ5hGd9S-4mPq7RtUv0WxYzAbC"
OTHER = "9f86d081884c7d659a2feaa0c55ad015"


def never() -> str:
    raise AssertionError("a key was made although there is one")


def ensure(env_file: Path) -> tuple[Secret, bool]:
    return ensure_admin_key(load({}, env_file), env_file, lambda: MADE)


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_a_folder_that_does_not_exist_is_refused_with_what_to_do(tmp_path: Path) -> None:
    env_file = tmp_path / "nowhere" / ".env"
    with pytest.raises(SettingsError) as caught:
        ensure(env_file)
    assert caught.value.problems == (
        (
            f"{env_file} cannot be written (No such file or directory), so no admin key can be kept; "
            "set ADMIN_API_KEY yourself."
        ),
    )


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=DEBUG\n")
    env_file.chmod(0o400)
    with pytest.raises(SettingsError) as caught:
        ensure(env_file)
    assert caught.value.problems == (
        f"{env_file} cannot be written (it is read-only), so no admin key can be kept; set ADMIN_API_KEY yourself.",
    )
    assert (env_file.read_text(), mode_of(env_file)) == ("LOG_LEVEL=DEBUG\n", 0o400)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=DEBUG\n")
    (tmp_path / ".env.new").mkdir()
    with pytest.raises(SettingsError):
        ensure(env_file)
    assert env_file.read_text() == "LOG_LEVEL=DEBUG\n"


def test_the_refusal_does_not_show_the_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        ensure(tmp_path / "nowhere" / ".env")
    assert MADE not in str(caught.value)


def test_a_key_that_is_there_is_kept_and_no_file_is_touched(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    loaded = load({"ADMIN_API_KEY": OTHER}, env_file)
    assert ensure_admin_key(loaded, env_file, never) == (Secret(OTHER), False)
    assert not env_file.exists()


def test_without_a_file_one_is_made_for_the_owner_alone(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    assert ensure(env_file) == (Secret(MADE), True)
    assert (env_file.read_text(), mode_of(env_file)) == (f"ADMIN_API_KEY={MADE}\n", 0o600)


def test_the_next_start_finds_the_key(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    ensure(env_file)
    loaded = load({}, env_file)
    assert ensure_admin_key(loaded, env_file, never) == (Secret(MADE), False)
    assert (loaded.origins["ADMIN_API_KEY"], loaded.notices) == (".env", ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"ADMIN_API_KEY=KEY\n"),
        (b"LOG_LEVEL=DEBUG\n", b"LOG_LEVEL=DEBUG\nADMIN_API_KEY=KEY\n"),
        (b"LOG_LEVEL=DEBUG", b"LOG_LEVEL=DEBUG\nADMIN_API_KEY=KEY\n"),
        (b"LOG_LEVEL=DEBUG\r\n", b"LOG_LEVEL=DEBUG\r\nADMIN_API_KEY=KEY\r\n"),
        (b"\xef\xbb\xbfLOG_LEVEL=DEBUG\n", b"\xef\xbb\xbfLOG_LEVEL=DEBUG\nADMIN_API_KEY=KEY\n"),
        (b"# gr\xc3\xb6\xc3\x9fe\n\n", b"# gr\xc3\xb6\xc3\x9fe\n\nADMIN_API_KEY=KEY\n"),
        (b"#ADMIN_API_KEY=\n", b"#ADMIN_API_KEY=\nADMIN_API_KEY=KEY\n"),
        (b"A_COMMENT=\n".replace(b"A_COMMENT", b"PORT"), b"PORT=\nADMIN_API_KEY=KEY\n"),
        (b"ADMIN_API_KEY=\nPORT=9000\n", b"ADMIN_API_KEY=KEY\nPORT=9000\n"),
        (b"PORT=9000\nexport ADMIN_API_KEY=''  # made\n", b"PORT=9000\nADMIN_API_KEY=KEY\n"),
        (b"ADMIN_API_KEY=\r\nPORT=9000\r\n", b"ADMIN_API_KEY=KEY\r\nPORT=9000\r\n"),
        (b"ADMIN_API_KEY=", b"ADMIN_API_KEY=KEY"),
    ],
)
def test_what_the_file_held_is_kept(tmp_path: Path, before: bytes, after: bytes) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(before)
    ensure(env_file)
    assert env_file.read_bytes() == after.replace(b"KEY=KEY", f"KEY={MADE}".encode())
    assert load({}, env_file).settings.admin_api_key == Secret(MADE)


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o666, 0o600), (0o640, 0o600), (0o600, 0o600)])
def test_a_file_open_to_others_is_closed(tmp_path: Path, before: int, after: int) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=DEBUG\n")
    env_file.chmod(before)
    ensure(env_file)
    assert mode_of(env_file) == after


def test_a_link_stays_a_link_and_its_target_gets_the_key(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.env"
    target.write_text("LOG_LEVEL=DEBUG\n")
    env_file = tmp_path / ".env"
    env_file.symlink_to(target)
    ensure(env_file)
    assert env_file.is_symlink()
    assert target.read_text() == f"LOG_LEVEL=DEBUG\nADMIN_API_KEY={MADE}\n"


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env.new").write_text("left by a crash")
    ensure(tmp_path / ".env")
    assert [file.name for file in tmp_path.iterdir()] == [".env"]
