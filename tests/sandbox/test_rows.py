"""Product rows, against the recorded ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.links import Link, Links
from alistach.sandbox.rows import View, page_of, write_row
from tests.sandbox.golden import sample, shape

CATALOGUE = Catalogue(seed=1, size=500)
RECORDED = sample("aliexpress.affiliate.product.query")["aliexpress_affiliate_product_query_response"]["resp_result"]
RECORDED_ROW: dict[str, Any] = RECORDED["result"]["products"]["product"][0]
OPTIONAL = {
    "app_sale_price",
    "app_sale_price_currency",
    "target_app_sale_price",
    "target_app_sale_price_currency",
    "evaluate_rate",
    "promo_code_info",
}


def row(index: int, **changes: Any) -> dict[str, Any]:
    """The row of a product as it is on the wire."""
    base = {"currency": "USD", "host": "www.aliexpress.com", "base_url": "http://sb", "tracking_id": "default"}
    view = View(**{**base, "is_simplified": False, **changes})
    product = CATALOGUE.product(index)
    written = write_row(product, CATALOGUE.shop(product.shop), view, Links(1))
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(written))
    return decoded


ROWS = [row(index) for index in range(500)]


def test_every_row_has_the_recorded_members_but_for_optional_ones() -> None:
    for ours in ROWS:
        assert set(RECORDED_ROW) - OPTIONAL <= set(ours) <= set(RECORDED_ROW) | OPTIONAL


def test_members_have_the_recorded_types_and_order() -> None:
    for ours in ROWS:
        plain = {name: value for name, value in ours.items() if name != "promo_code_info"}
        assert shape(plain) == {name: shape(RECORDED_ROW[name]) for name in plain}
        assert list(plain) == [name for name in RECORDED_ROW if name in plain]


def test_each_optional_member_is_there_on_some_rows_and_not_on_others() -> None:
    for name in OPTIONAL:
        assert {name in ours for ours in ROWS} == {True, False}


def test_app_prices_come_together_or_not_at_all() -> None:
    for ours in ROWS:
        names = [name for name in ours if "app_sale_price" in name]
        assert len(names) in {0, 4}


def test_ids_are_numbers() -> None:
    encoded = msgspec.json.encode(ROWS[0])
    assert b'"product_id":1005000000007919,' in encoded
    assert b'"sku_id":12000000000104729,' in encoded


def test_shop_prices_are_in_the_shops_currency() -> None:
    for index, ours in enumerate(ROWS):
        outline = CATALOGUE.outline(index)
        assert ours["sale_price_currency"] == ours["original_price_currency"] == outline.currency
        assert Decimal(ours["sale_price"]).scaleb(2) == outline.sale_minor


def test_target_prices_are_in_the_currency_asked_for() -> None:
    ours = row(0, currency="EUR")
    names = [name for name in ours if name.startswith("target_") and name.endswith("_currency")]
    assert len(names) == 3
    assert {ours[name] for name in names} == {"EUR"}
    assert ours["target_sale_price"] == "11.55"


@pytest.mark.parametrize(
    ("currency", "price"), [("USD", "13.43"), ("CNY", "95.62"), ("JPY", "1974"), ("VND", "351860")]
)
def test_one_price_in_several_currencies(currency: str, price: str) -> None:
    assert row(0, currency=currency)["target_sale_price"] == price


def test_nothing_costs_more_than_it_did() -> None:
    for ours in ROWS:
        assert Decimal(ours["target_sale_price"]) <= Decimal(ours["target_original_price"])


def test_the_host_of_the_page_follows_the_language() -> None:
    url = row(0, host="he.aliexpress.com")["product_detail_url"]
    assert url.startswith("https://he.aliexpress.com/item/1005000000007919.html?pdp_npi=")


def test_the_page_carries_a_snapshot_of_the_prices() -> None:
    ours = row(0, currency="ILS")
    snapshot = unquote(ours["product_detail_url"].split("pdp_npi=")[1])
    assert snapshot == (
        f"6@dis!ILS!{ours['target_original_price']}!{ours['target_sale_price']}!!!{ours['original_price']}!"
        f"{ours['sale_price']}!@sandbox!{ours['sku_id']}!affd!!!!1!0!"
    )


def test_without_a_tracking_id_there_is_no_link() -> None:
    rows = [row(index, tracking_id=None) for index in range(100)]
    assert not any("promotion_link" in ours for ours in rows)
    promos = [ours["promo_code_info"] for ours in rows if "promo_code_info" in ours]
    assert promos
    assert not any("code_promotionurl" in promo for promo in promos)


def test_the_link_is_the_tracking_ids_and_leads_to_the_product() -> None:
    link = row(0, tracking_id="site9")["promotion_link"]
    assert len(link) == 1_000
    assert Links(1).whose(link.rsplit("/", 1)[1]) == Link("site9", page_of(1_005_000_000_007_919))


def test_pictures_are_on_the_sandboxs_own_address() -> None:
    ours = row(0, base_url="http://127.0.0.1:8001")
    pictures = ours["product_small_image_urls"]["string"]
    assert ours["product_main_image_url"] == pictures[0]
    assert pictures == [f"http://127.0.0.1:8001/sandbox/images/1005000000007919-{n}.svg" for n in range(len(pictures))]
    assert 3 <= len(pictures) <= 6


def test_a_simplified_row_has_a_plain_list_of_pictures() -> None:
    plain, wrapped = row(0, is_simplified=True), row(0)
    assert plain["product_small_image_urls"] == wrapped["product_small_image_urls"]["string"]


def test_a_video_is_an_address_or_an_empty_text() -> None:
    videos = {ours["product_video_url"] for ours in ROWS}
    assert "" in videos
    assert all(url.startswith("https://video.aliexpress-media.com/") for url in videos - {""})


def test_a_promo_code_has_the_recorded_members() -> None:
    answer = sample("aliexpress.affiliate.featuredpromo.products.get")
    text = msgspec.json.encode(answer).decode()
    promo = next(ours["promo_code_info"] for ours in ROWS if "promo_code_info" in ours)
    assert all(f'"{name}"' in text for name in promo)
    assert all(isinstance(value, str) for value in promo.values())
    assert (
        promo["code_value"]
        == f"On order over USD {promo['code_mini_spend']} , get USD " + promo["code_value"].split()[-2] + " off"
    )


def test_categories_are_named_at_both_levels() -> None:
    ours = ROWS[0]
    assert (ours["first_level_category_id"], ours["first_level_category_name"]) == (18, "Sports & Entertainment")
    assert (ours["second_level_category_id"], ours["second_level_category_name"]) == (
        200001095,
        "Fitness & Body Building",
    )


def test_some_shop_names_carry_html_entities() -> None:
    assert any("&#39;" in ours["shop_name"] for ours in ROWS)
    assert all(ours["shop_url"] == f"https://www.aliexpress.com/store/{ours['shop_id']}" for ours in ROWS)
