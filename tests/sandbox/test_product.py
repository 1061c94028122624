"""Products: pure functions of seed and index, with ids that lead back."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox.product import Product, index_of, make_product, product_id, sketch
from alistach.sandbox.vocabulary import NOUNS

seeds = st.integers(min_value=0, max_value=10**6)
indexes = st.integers(min_value=0, max_value=10**9)


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return [make_product(1, index) for index in range(2_000)]


@pytest.mark.parametrize("number", [0, -1, 1_004_999_999_999_999, 1_005_010_000_000_000, 10**18])
def test_a_number_of_another_kind_leads_nowhere(number: int) -> None:
    assert index_of(1, number) is None


@given(seeds, indexes)
def test_an_id_leads_back_to_its_index(seed: int, index: int) -> None:
    assert index_of(seed, product_id(seed, index)) == index


@given(seeds, indexes)
def test_ids_have_the_platforms_size(seed: int, index: int) -> None:
    assert 1_005_000_000_000_000 <= product_id(seed, index) < 1_005_010_000_000_000


@given(seeds, indexes)
def test_a_product_is_made_the_same_each_time(seed: int, index: int) -> None:
    assert make_product(seed, index) == make_product(seed, index)


@given(seeds, indexes)
def test_the_outline_is_the_products_own(seed: int, index: int) -> None:
    assert make_product(seed, index).outline == sketch(seed, index)


def test_no_two_products_share_an_id(products: list[Product]) -> None:
    assert len({product.product_id for product in products}) == 2_000
    assert len({product.sku_id for product in products}) == 2_000


def test_sku_ids_are_beyond_what_a_double_holds(products: list[Product]) -> None:
    assert all(2**53 < product.sku_id < 2**63 for product in products)


def test_another_seed_sells_other_things() -> None:
    ours, theirs = make_product(1, 0), make_product(2, 0)
    assert (ours.product_id, ours.outline.title) != (theirs.product_id, theirs.outline.title)


def test_about_three_percent_are_not_in_the_program() -> None:
    outsiders = sum(not sketch(1, index).is_in_program for index in range(20_000))
    assert 500 <= outsiders <= 700


def test_a_title_names_the_thing_and_another(products: list[Product]) -> None:
    for product in products:
        title, noun = product.outline.title, product.outline.noun
        assert noun.name in title
        assert any(other.name in title for other in NOUNS if other is not noun)


def test_titles_are_as_long_as_sellers_write_them(products: list[Product]) -> None:
    lengths = [len(product.outline.title) for product in products]
    assert min(lengths) > 40
    assert max(lengths) < 150


def test_prices_stay_in_the_range_of_the_noun(products: list[Product]) -> None:
    for outline in (product.outline for product in products):
        cents = outline.sale_minor if outline.currency == "USD" else outline.sale_minor / 7.12
        assert outline.noun.cheapest - 1 <= cents <= outline.noun.dearest + 1


def test_most_shops_sell_in_yuan(products: list[Product]) -> None:
    yuan = sum(product.outline.currency == "CNY" for product in products)
    assert {product.outline.currency for product in products} == {"CNY", "USD"}
    assert 1_300 < yuan < 1_500


def test_the_discount_leads_from_the_original_price_to_the_sale_price(products: list[Product]) -> None:
    for product in products:
        discounted = product.original_minor * (100 - product.discount_percent) / 100
        assert abs(discounted - product.outline.sale_minor) < 1


def test_the_app_is_never_dearer_and_its_price_may_be_missing(products: list[Product]) -> None:
    given_prices = [product for product in products if product.app_sale_minor is not None]
    assert 1_700 < len(given_prices) < 1_900
    assert all((product.app_sale_minor or 0) <= product.outline.sale_minor for product in given_prices)


def test_ratings_are_percents_and_may_be_missing(products: list[Product]) -> None:
    ratings = [product.rating for product in products if product.rating is not None]
    assert 1_780 < len(ratings) < 1_900
    assert all(80.0 <= float(rating.removesuffix("%")) <= 100.0 for rating in ratings)


def test_volumes_reach_from_none_to_the_best_sellers(products: list[Product]) -> None:
    volumes = [product.outline.volume for product in products]
    assert min(volumes) == 0
    assert 55_000 < max(volumes) < 60_000


def test_there_are_three_to_six_pictures(products: list[Product]) -> None:
    assert {product.pictures for product in products} == {3, 4, 5, 6}


def test_some_have_a_video_and_some_a_promo_code(products: list[Product]) -> None:
    assert 240 < sum(product.has_video for product in products) < 360
    assert 150 < sum(product.promo_code is not None for product in products) < 250


def test_the_first_product_of_the_first_seed_is_this_one() -> None:
    product = make_product(1, 0)
    assert product.product_id == 1_005_000_000_007_919
    assert product.outline.title == "Soft Portable Yoga Mat 2 Pack RGB for Gift and Backpack Green"
    assert (product.outline.currency, product.outline.sale_minor) == ("CNY", 9_562)


def test_a_product_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_product(1, 0).shop = 1  # type: ignore[misc]
