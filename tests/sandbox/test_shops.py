"""Shops."""

from __future__ import annotations

from alistach.sandbox.shops import SHOPS, make_shop


def test_a_shop_is_made_the_same_each_time() -> None:
    assert make_shop(1, 5) == make_shop(1, 5)


def test_another_seed_has_other_shops() -> None:
    assert make_shop(1, 5) != make_shop(2, 5)


def test_no_two_shops_share_a_number() -> None:
    assert len({make_shop(1, ordinal).number for ordinal in range(SHOPS)}) == SHOPS


def test_numbers_look_like_the_platforms() -> None:
    assert all(1_102_000_000 <= make_shop(1, ordinal).number < 1_104_000_000 for ordinal in range(SHOPS))


def test_some_names_carry_html_entities() -> None:
    names = [make_shop(1, ordinal).name for ordinal in range(SHOPS)]
    assert any("&#39;" in name for name in names)
    assert any("&amp;" in name for name in names)
    assert sum("&" in name for name in names) < SHOPS / 2


def test_many_shops_are_named_by_a_number() -> None:
    numbered = [ordinal for ordinal in range(SHOPS) if make_shop(1, ordinal).name.startswith("Shop911")]
    assert 250 < len(numbered) < 400
