"""The catalogue."""

from __future__ import annotations

import pytest

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.product import product_id

CATALOGUE = Catalogue(seed=1, size=1_000)
OUTSIDER = next(index for index in range(1_000) if not CATALOGUE.outline(index).is_in_program)


@pytest.mark.parametrize("number", [0, 5, 1_005_000_000_000_000, product_id(1, 1_000), product_id(2, 0)])
def test_what_is_not_sold_is_not_found(number: int) -> None:
    assert CATALOGUE.find(number) is None
    assert CATALOGUE.find_in_program(number) is None


def test_every_product_is_found_by_its_id() -> None:
    for index in range(1_000):
        found = CATALOGUE.find(CATALOGUE.product_id(index))
        assert found is not None
        assert found.index == index


def test_an_outsider_is_found_but_not_in_the_program() -> None:
    number = CATALOGUE.product_id(OUTSIDER)
    assert CATALOGUE.find(number) == CATALOGUE.product(OUTSIDER)
    assert CATALOGUE.find_in_program(number) is None


def test_an_insider_is_found_in_the_program() -> None:
    number = CATALOGUE.product_id(0)
    assert CATALOGUE.find_in_program(number) == CATALOGUE.product(0)


def test_a_larger_catalogue_begins_with_the_same_products() -> None:
    assert Catalogue(1, 50_000).product(999) == CATALOGUE.product(999)


def test_a_shop_is_the_seeds() -> None:
    assert CATALOGUE.shop(3) == Catalogue(1, 1).shop(3)
    assert CATALOGUE.shop(3) != Catalogue(2, 1).shop(3)
