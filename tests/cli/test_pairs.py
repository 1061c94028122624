"""NAME=VALUE."""

from __future__ import annotations

import pytest

from alistach.cli.pairs import pairs
from alistach.cli.refused import Refused


def test_a_value_may_hold_anything() -> None:
    assert pairs(["a=1", "url=http://x/?b=c", "empty="]) == {"a": "1", "url": "http://x/?b=c", "empty": ""}


@pytest.mark.parametrize("written", [["alone"], ["=value"], ["a=1", "a=2"]])
def test_what_is_no_pair_is_wrong_usage(written: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        pairs(written)
    assert refusal.value.exit_code == 2
