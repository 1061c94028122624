"""Who asks."""

from __future__ import annotations

import dataclasses

import pytest

from alistach.admission.caller import Caller, Role


def test_only_the_admin_is_the_admin() -> None:
    assert [role for role in Role if Caller(role).is_admin] == [Role.ADMIN]


def test_roles_are_the_words_of_the_log() -> None:
    assert [role.value for role in Role] == ["anonymous", "admin"]


def test_a_caller_stays_who_it_is() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(Caller(Role.ANONYMOUS), "role", Role.ADMIN)  # noqa: B010 (the type checker would not let it pass)


def test_callers_of_one_role_are_the_same() -> None:
    assert Caller(Role.ADMIN) == Caller(Role.ADMIN)
    assert Caller(Role.ADMIN) != Caller(Role.ANONYMOUS)
