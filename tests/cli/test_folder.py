"""The folder where a command runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from alistach.cli.folder import new_key, opening, settings_here, told
from alistach.cli.refused import Refused
from alistach.gateway import PortRefused
from alistach.settings import SettingsError
from alistach.storage.refused import DataLocked


def test_settings_come_from_the_env_file_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_PORT=8123\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("API_PORT", raising=False)
    assert settings_here().settings.api_port == 8123


def test_wrong_settings_are_refused_with_every_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_PORT=x\nSTRANGE=1\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refusal:
        settings_here()
    assert len(refusal.value.sentences) == 3
    assert refusal.value.sentences[-1] == "Every setting is explained in docs/configuration.md."


@pytest.mark.parametrize("error", [SettingsError(("It is so.",)), DataLocked("It is so."), PortRefused("It is so.")])
def test_what_keeps_a_gateway_shut_is_refused_in_its_own_words(error: Exception) -> None:
    with pytest.raises(Refused) as refusal, opening():
        raise error
    assert refusal.value.sentences[0] == "It is so."


def test_a_defect_is_no_refusal() -> None:
    with pytest.raises(ZeroDivisionError), opening():
        raise ZeroDivisionError


def test_the_problems_end_with_where_to_read() -> None:
    assert told(SettingsError(("a", "b"))) == ("a", "b", "Every setting is explained in docs/configuration.md.")


def test_no_two_keys_are_the_same_and_each_is_strong() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {43}
