"""Which methods are answered, granted, known."""

from __future__ import annotations

import pytest

from alistach.sandbox.methods.names import KNOWN
from alistach.sandbox.methods.table import METHODS, find_method
from alistach.sandbox.refusals import INSUFFICIENT_PERMISSION, INVALID_API_PATH, Refused


@pytest.mark.parametrize("name", ["", "aliexpress.no.such", "/auth", "aliexpress.affiliate.product.query "])
def test_an_unknown_name_is_an_invalid_path(name: str) -> None:
    with pytest.raises(Refused) as raised:
        find_method(name)
    assert raised.value.refusal == INVALID_API_PATH


@pytest.mark.parametrize("name", sorted(KNOWN - set(METHODS)))
def test_a_known_method_without_a_row_is_not_granted(name: str) -> None:
    with pytest.raises(Refused) as raised:
        find_method(name)
    assert raised.value.refusal == INSUFFICIENT_PERMISSION


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_with_a_row_is_found(name: str) -> None:
    assert find_method(name) is METHODS[name]


def test_every_row_has_a_known_name() -> None:
    assert set(METHODS) <= KNOWN
