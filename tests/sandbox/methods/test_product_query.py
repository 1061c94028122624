"""aliexpress.affiliate.product.query over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.calling import QUERY, Caller
from tests.sandbox.golden import sample, shape

EMPTY = {"resp_code": 405, "resp_msg": "The result is empty"}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("page_size", "51", "must be a whole number from 1 to 50"),
        ("page_size", "0", "must be a whole number from 1 to 50"),
        ("page_no", "101", "must be a whole number from 1 to 100"),
        ("page_no", "first", "must be a whole number from 1 to 100"),
        ("sort", "CHEAPEST", "must be one of SALE_PRICE_ASC, SALE_PRICE_DESC, LAST_VOLUME_ASC, LAST_VOLUME_DESC"),
        ("platform_product_type", "SHOP", "must be one of ALL, PLAZA, TMALL"),
        ("delivery_days", "4", "must be one of 3, 5, 7, 10"),
        ("category_ids", "phones", "must be numbers separated by commas"),
        ("max_sale_price", "9.99", f"must be a whole number from 0 to {10**18}"),
        ("min_sale_price", "-1", f"must be a whole number from 0 to {10**18}"),
        ("format", "xml", "the sandbox answers in json only"),
    ],
)
async def test_a_bad_parameter_is_refused(caller: Caller, name: str, value: str, rule: str) -> None:
    message = f"The input parameter “{name}” is not valid: {rule}"
    assert await caller.error(QUERY, **{name: value}) == ("InvalidParameter", message)


@pytest.mark.parametrize(
    "asked",
    [
        {"keywords": "xylophone"},
        {"category_ids": "999"},
        {"min_sale_price": "5000", "max_sale_price": "4000"},
        {"keywords": "usb cable", "page_no": "100", "page_size": "50"},
    ],
)
async def test_nothing_found_is_405_without_a_result(caller: Caller, asked: dict[str, str]) -> None:
    assert await caller.resp_result(QUERY, **asked) == EMPTY


async def test_the_answer_has_the_recorded_shape(caller: Caller) -> None:
    answer = await caller.call(QUERY, keywords="usb cable", tracking_id="default")
    recorded = sample("aliexpress.affiliate.product.query")
    for envelope in (answer, recorded):
        found = envelope["aliexpress_affiliate_product_query_response"]["resp_result"]["result"]
        found["products"]["product"] = []
    assert shape(answer) == shape(recorded)


async def test_members_of_the_envelope_are_in_the_recorded_order(caller: Caller) -> None:
    answer = (await caller.call(QUERY))["aliexpress_affiliate_product_query_response"]
    assert list(answer) == ["resp_result", "request_id", "_trace_id_"]
    assert list(answer["resp_result"]) == ["result", "resp_code", "resp_msg"]
    assert list(answer["resp_result"]["result"]) == [
        "current_record_count",
        "total_record_count",
        "current_page_no",
        "products",
    ]


async def test_a_simplified_answer_is_flat(caller: Caller) -> None:
    answer = await caller.call(QUERY, simplify="true", page_size="2")
    assert list(answer) == ["code", "resp_result", "request_id"]
    assert answer["code"] == "0"
    products = answer["resp_result"]["result"]["products"]
    assert [type(product) for product in products] == [dict, dict]
    assert isinstance(products[0]["product_small_image_urls"], list)


async def test_both_notations_hold_the_same_products(caller: Caller) -> None:
    simple = (await caller.call(QUERY, simplify="TRUE"))["resp_result"]["result"]["products"]
    plain = await caller.rows(QUERY, simplify="false")
    assert [row["product_id"] for row in simple] == [row["product_id"] for row in plain]


async def test_ids_are_raw_numbers(caller: Caller) -> None:
    text = await caller.text(QUERY, page_size="1")
    assert '"product_id":1005' in text
    assert '"sku_id":120' in text


async def test_a_page_has_twenty_rows_unless_asked_otherwise(caller: Caller) -> None:
    found = (await caller.resp_result(QUERY))["result"]
    assert (found["current_record_count"], len(found["products"]["product"]), found["current_page_no"]) == (20, 20, 1)


async def test_pages_follow_each_other_without_a_gap(caller: Caller) -> None:
    whole = [row["product_id"] for row in await caller.rows(QUERY, keywords="usb", page_size="40")]
    pages = [await caller.rows(QUERY, keywords="usb", page_size="10", page_no=str(n)) for n in (1, 2, 3, 4)]
    assert [row["product_id"] for page in pages for row in page] == whole
    assert len(set(whole)) == 40


async def test_the_last_page_is_short_and_the_next_is_empty(caller: Caller) -> None:
    total = (await caller.resp_result(QUERY, keywords="tent", page_size="50"))["result"]["total_record_count"]
    full, rest = divmod(total, 7)
    assert (full, rest) == (2, 1)
    last = (await caller.resp_result(QUERY, keywords="tent", page_size="7", page_no="3"))["result"]
    assert (last["current_record_count"], last["total_record_count"], last["current_page_no"]) == (1, total, 3)
    assert await caller.resp_result(QUERY, keywords="tent", page_size="7", page_no="4") == EMPTY


async def test_words_are_found_in_the_titles(caller: Caller) -> None:
    for row in await caller.rows(QUERY, keywords="Desk LAMP"):
        title = row["product_title"].lower()
        assert "desk" in title or "lamp" in title


async def test_categories_narrow_what_is_found(caller: Caller) -> None:
    rows = await caller.rows(QUERY, category_ids="509,36", page_size="50")
    assert {row["first_level_category_id"] for row in rows} == {509, 36}
    rows = await caller.rows(QUERY, category_ids="200126001", page_size="50")
    assert {row["second_level_category_id"] for row in rows} == {200126001}


@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY"])
async def test_the_band_holds_on_the_prices_shown(caller: Caller, currency: str) -> None:
    asked = {"min_sale_price": "300", "max_sale_price": "2000", "target_currency": currency}
    low, high = (Decimal(300), Decimal(2000)) if currency == "JPY" else (Decimal(3), Decimal(20))
    rows = await caller.rows(QUERY, page_size="50", **asked)
    assert rows
    assert all(low <= Decimal(row["target_sale_price"]) <= high for row in rows)


@pytest.mark.parametrize("currency", ["USD", "JPY"])
async def test_the_cheapest_come_first_on_the_prices_shown(caller: Caller, currency: str) -> None:
    rows = await caller.rows(QUERY, sort="SALE_PRICE_ASC", page_size="50", target_currency=currency)
    prices = [Decimal(row["target_sale_price"]) for row in rows]
    assert prices == sorted(prices)


async def test_the_best_sellers_come_first(caller: Caller) -> None:
    sold = [row["lastest_volume"] for row in await caller.rows(QUERY, sort="last_volume_desc", page_size="50")]
    assert sold == sorted(sold, reverse=True)


async def test_parameters_without_meaning_here_are_accepted(caller: Caller) -> None:
    rows = await caller.rows(
        QUERY, fields="product_id", app_signature="x", ship_to_country="DE", delivery_days="7", session="x"
    )
    assert len(rows) == 20
    assert len(rows[0]) > 25


async def test_what_is_not_in_the_program_is_never_found(caller: Caller) -> None:
    found = (await caller.resp_result(QUERY))["result"]["total_record_count"]
    assert 570 <= found < 600
