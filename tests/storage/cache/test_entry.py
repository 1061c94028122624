"""Which entries a selection means."""

import pytest

from alistach.storage.cache import Selection, StoredEntry

_ENTRY = StoredEntry("link:default:1005", "link", 100.0, 900.0, ("tracking:default", "product:1005"), b"x")


@pytest.mark.parametrize(
    "selection",
    [
        Selection(kind="search"),
        Selection(tag="tracking"),
        Selection(tag="product:100"),
        Selection(key_prefix="link:other:"),
        Selection(stored_before=100.0),
        Selection(kind="link", tag="tracking:default", key_prefix="link:other:"),
        Selection(kind=""),
        Selection(tag=""),
        Selection(stored_before=0.0),
    ],
)
def test_one_condition_that_is_not_met_is_enough_to_be_spared(selection: Selection) -> None:
    assert not selection.matches(_ENTRY)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(kind="link"),
        Selection(tag="product:1005"),
        Selection(key_prefix="link:default:"),
        Selection(key_prefix=""),
        Selection(stored_before=100.5),
        Selection(kind="link", tag="tracking:default", key_prefix="link:", stored_before=101.0),
    ],
)
def test_an_entry_that_meets_every_condition_is_meant(selection: Selection) -> None:
    assert selection.matches(_ENTRY)
