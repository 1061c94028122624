"""Which tracking ids the sandbox's publisher has."""

from __future__ import annotations

import dataclasses

import pytest

from alistach.sandbox import SandboxOptions


@pytest.mark.parametrize("tracking_id", ["", "Default", "default ", "unknown", "mysite", "deal"])
def test_an_unregistered_tracking_id_is_unknown(tracking_id: str) -> None:
    assert not SandboxOptions().knows_tracking_id(tracking_id)


@pytest.mark.parametrize("tracking_id", ["default", "deals", "bot", "site", "site1", "site_blog"])
def test_the_usual_tracking_ids_are_known(tracking_id: str) -> None:
    assert SandboxOptions().knows_tracking_id(tracking_id)


def test_other_tracking_ids_can_be_registered() -> None:
    options = SandboxOptions(tracking_ids=("mine",), tracking_id_prefixes=())
    assert [options.knows_tracking_id(name) for name in ("mine", "default", "site1")] == [True, False, False]


def test_the_app_is_the_one_of_the_signature_vectors() -> None:
    assert (SandboxOptions().app_key, SandboxOptions().app_secret) == ("500001", "sandbox-secret-0123456789abcdef")


def test_there_are_twenty_thousand_products() -> None:
    assert SandboxOptions().products == 20_000


def test_options_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SandboxOptions().seed = 2  # type: ignore[misc]
