"""The names that the platform has."""

from __future__ import annotations

import pytest

from alistach.sandbox.methods.names import KNOWN
from tests.sandbox.golden import SAMPLES

BUSINESS = sorted(
    {
        name.removesuffix(ending)
        for name in (path.stem for path in SAMPLES.glob("aliexpress.*.json"))
        for ending in (
            ".badtracking402",
            ".partial",
            ".type2",
            ".empty405",
            ".empty200",
            ".empty",
            ".error501",
            ".error",
            "",
        )
        if name.endswith(ending)
    }
    & KNOWN
)


def test_there_are_forty_four() -> None:
    assert len(KNOWN) == 44


def test_most_have_a_recorded_answer() -> None:
    assert len(BUSINESS) == 33


@pytest.mark.parametrize("name", ["", "aliexpress.ds.order.get", "/auth/token", "ALIEXPRESS.AFFILIATE.PRODUCT.QUERY"])
def test_other_names_are_unknown(name: str) -> None:
    assert name not in KNOWN


def test_system_methods_are_paths() -> None:
    paths = sorted(name for name in KNOWN if not name.startswith("aliexpress."))
    assert paths == [
        "/aliexpress/xinghe/merchant/license/get",
        "/auth/token/create",
        "/auth/token/refresh",
        "/auth/token/security/create",
        "/auth/token/security/refresh",
    ]
