"""Credentials: cleaned at the door, never readable afterwards."""

from __future__ import annotations

import dataclasses
import pprint
import traceback

import pytest

from alistach.openplatform.credentials import Credentials

SECRET = "sandbox-secret-0123456789abcdef"


@pytest.mark.parametrize(("key", "secret", "name"), [("", "s", "app_key"), ("k", " \r\n", "app_secret")])
def test_an_empty_credential_is_refused_by_name(key: str, secret: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is empty"):
        Credentials(key, secret)


def test_stray_white_space_is_cut() -> None:
    made = Credentials(" 500001\r\n", f"{SECRET}\r\n")
    assert (made.app_key, made.app_secret) == ("500001", SECRET)


def test_the_secret_is_in_no_text_of_it() -> None:
    made = Credentials("500001", SECRET)
    for text in (repr(made), str(made), f"{made}", pprint.pformat(made)):
        assert SECRET not in text
        assert "500001" in text


def test_a_refusal_does_not_show_the_secret() -> None:
    with pytest.raises(ValueError, match="app_key") as caught:
        Credentials("", SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_they_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Credentials("500001", SECRET).app_secret = "x"  # type: ignore[misc]
