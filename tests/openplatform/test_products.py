"""Products: recorded rows become products, bad fields lose only themselves, raw rows are lossless."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.errors import UpstreamInvalid
from alistach.kit.money import Money
from alistach.openplatform.envelope import open_envelope, unwrapped
from alistach.openplatform.operation import Payload
from alistach.openplatform.products import (
    PRODUCT_DETAILS,
    PRODUCT_QUERY,
    Category,
    Product,
    ProductLookup,
    ProductPage,
    ProductQuery,
    ProductRow,
    Shop,
    match_rows,
    product_url,
    read_row,
    same_product,
)
from tests.openplatform.stand_ins import sample

ROW: Mapping[str, Any] = {
    "product_id": 1005006338829917,
    "product_title": "Bag",
    "target_sale_price": "15.68",
    "target_sale_price_currency": "USD",
}
IMAGE = "https://ae-pic-a1.aliexpress-media.com/kf/S1054b9147d9e485388688a21f0437e4dL.jpg"


def query_payload() -> Payload:
    return open_envelope(sample("product.query"), PRODUCT_QUERY.method, "g").payload


def details(*rows: Mapping[str, Any], **counts: int) -> tuple[ProductRow, ...]:
    return PRODUCT_DETAILS.decode({"products": list(rows), "current_record_count": len(rows), **counts})


def row(product_id: str) -> ProductRow:
    return read_row(msgspec.json.encode({**ROW, "product_id": int(product_id)}))


@pytest.mark.parametrize(
    "payload",
    [
        {"surprise": 1},
        {"current_record_count": 50},
        {"current_record_count": 50, "products": []},
        {"current_record_count": 50, "products": {}},
        {"current_record_count": "many"},
        {"current_record_count": "many", "products": None},
        {"products": [{"product_id": "x"}]},
        {"products": [{"product_title": "no id", "target_sale_price": "1", "target_sale_price_currency": "USD"}]},
        {"products": [{"product_id": 5, "product_title": "no price"}]},
    ],
)
def test_rows_that_are_missing_without_a_word_are_no_empty_answer(payload: dict[str, Any]) -> None:
    for operation in (PRODUCT_QUERY, PRODUCT_DETAILS):
        with pytest.raises(UpstreamInvalid, match="list of products that cannot be read"):
            operation.decode(payload)


@pytest.mark.parametrize(
    "payload",
    [
        {"current_record_count": 0, "products": {}},
        {"current_record_count": 0, "products": []},
        {"current_record_count": 0},
        {"products": []},
        {"products": {}},
        {"products": [], "current_record_count": "0"},
    ],
)
def test_no_rows_with_nothing_counted_are_an_empty_answer(payload: dict[str, Any]) -> None:
    assert PRODUCT_DETAILS.decode(payload) == ()
    assert PRODUCT_QUERY.decode(payload) == ProductPage((), 0)


@pytest.mark.parametrize("products", ["none", 7, False, ["x"]])
def test_what_is_no_list_is_no_empty_list(products: Any) -> None:
    with pytest.raises(UpstreamInvalid, match="not a list of objects"):
        PRODUCT_QUERY.decode({"products": products, "current_record_count": 0})


def test_a_bad_row_loses_only_itself() -> None:
    rows = details({"product_id": None}, ROW)
    assert [found.product.product_id for found in rows] == ["1005006338829917"]


def test_a_recorded_row_becomes_a_product_field_by_field() -> None:
    page = PRODUCT_QUERY.decode(query_payload())
    assert page.total == 207117
    assert page.rows[0].promotion_link == "https://s.click.aliexpress.com/s/PLACEHOLDER_LONG_KEY"
    assert page.rows[0].product == Product(
        product_id="1005006338829917",
        sku_id="12000036815593862",
        title="Cable Storage Bag Waterproof Digital Electronic Organizer",
        url="https://www.aliexpress.com/item/1005006338829917.html",
        image_url=IMAGE,
        image_urls=(IMAGE,),
        video_url=None,
        price=Money(Decimal("15.68"), "ILS"),
        original_price=Money(Decimal("31.36"), "ILS"),
        app_price=Money(Decimal("15.68"), "ILS"),
        shop_price=Money(Decimal("33.81"), "CNY"),
        discount_percent=50,
        rating_percent=93.9,
        orders=10235,
        commission_percent=7.0,
        hot_commission_percent=0.0,
        tax_percent=0.0,
        category=Category("1511", "Watches"),
        subcategory=Category("200000121", "Watches Accessories"),
        shop=Shop("1102563901", "TIMARCO Factory store Store", "https://www.aliexpress.com/store/1102563901"),
        promo_code=None,
    )


def test_a_product_encodes_to_the_documented_json() -> None:
    product = PRODUCT_QUERY.decode(query_payload()).rows[0].product
    assert json.loads(msgspec.json.encode(product)) == {
        "product_id": "1005006338829917",
        "sku_id": "12000036815593862",
        "title": "Cable Storage Bag Waterproof Digital Electronic Organizer",
        "url": "https://www.aliexpress.com/item/1005006338829917.html",
        "image_url": IMAGE,
        "image_urls": [IMAGE],
        "video_url": None,
        "price": {"amount": "15.68", "currency": "ILS"},
        "original_price": {"amount": "31.36", "currency": "ILS"},
        "app_price": {"amount": "15.68", "currency": "ILS"},
        "shop_price": {"amount": "33.81", "currency": "CNY"},
        "discount_percent": 50,
        "rating_percent": 93.9,
        "orders": 10235,
        "commission_percent": 7.0,
        "hot_commission_percent": 0.0,
        "tax_percent": 0.0,
        "category": {"id": "1511", "name": "Watches"},
        "subcategory": {"id": "200000121", "name": "Watches Accessories"},
        "shop": {
            "id": "1102563901",
            "name": "TIMARCO Factory store Store",
            "url": "https://www.aliexpress.com/store/1102563901",
        },
        "promo_code": None,
    }
    assert b'"commission_percent":7.0,' in msgspec.json.encode(product)


def test_a_row_with_the_least_has_none_for_the_rest() -> None:
    [found] = details(ROW)
    product = found.product
    absent = {name: getattr(product, name) for name in product.__struct_fields__ if name not in
              ("product_id", "title", "url", "price", "image_urls")}  # fmt: skip
    assert set(absent.values()) == {None}
    assert product.image_urls == ()
    assert found.promotion_link is None


OPTIONAL = sorted(set(Product.__struct_fields__) - {"product_id", "price", "url", "title"})


@pytest.mark.parametrize("value", [None, "", "?", -1, True, [], {}, [{}], {"a": {"b": 1}}, 1e300])
def test_an_unexpected_value_in_any_optional_field_does_not_lose_the_product(value: Any) -> None:
    full = query_payload()["products"][0]
    kept = {"product_id", "target_sale_price", "target_sale_price_currency"}
    for name in full:
        if name not in kept:
            [found] = details({**full, name: value})
            assert found.product.product_id == "1005006338829917"
    [found] = details({name: full[name] if name in kept else value for name in full})
    assert found.product.price == Money(Decimal("15.68"), "ILS")


def test_without_a_price_in_the_currency_asked_for_the_shops_is_shown_as_what_it_is() -> None:
    [found] = details({"product_id": 5, "sale_price": "33.81", "sale_price_currency": "CNY"})
    assert found.product.price == Money(Decimal("33.81"), "CNY")


def test_entities_in_titles_and_shop_names_are_resolved() -> None:
    [found] = details({**ROW, "product_title": "Mum&#39;s &amp; Dad", "shop_id": 1, "shop_name": "IXTAR&#39;s"})
    assert found.product.title == "Mum's & Dad"
    assert found.product.shop == Shop("1", "IXTAR's", "https://www.aliexpress.com/store/1")


def test_a_promo_code_is_found() -> None:
    [found] = details({**ROW, "promo_code_info": {"promo_code": "SAVE3", "code_value": "3 off"}})
    assert found.product.promo_code == "SAVE3"


def test_pictures_may_come_wrapped_bare_or_plain() -> None:
    for written in ({"string": ["https://a/1.jpg"]}, {"string": "https://a/1.jpg"}, ["https://a/1.jpg"], "//a/1.jpg"):
        [found] = details({**ROW, "product_small_image_urls": written})
        assert found.product.image_urls == ("https://a/1.jpg",)


RECORDED = ["product.query", "productdetail.get", "hotproduct.query", "hotproduct.download", "product.smartmatch"]


@pytest.mark.parametrize("name", [*RECORDED, "featuredpromo.products.get"])
def test_every_recorded_row_is_rebuilt_from_its_raw_json(name: str) -> None:
    sent = json.loads(sample(name))
    payload = open_envelope(sample(name), f"aliexpress.affiliate.{name}", "g").payload
    rows = PRODUCT_QUERY.decode(payload).rows
    [answer] = sent.values()
    written = answer["resp_result"]["result"]["products"]["product"]
    assert len(rows) == len(written) > 0
    for found, original in zip(rows, written, strict=True):
        assert read_row(found.raw) == found
        assert json.loads(found.raw) == unwrapped(original)
        assert list(json.loads(found.raw)) == list(original)


def test_empty_answers_are_an_empty_page_and_no_rows() -> None:
    assert PRODUCT_QUERY.empty() == ProductPage((), 0)
    assert PRODUCT_DETAILS.empty() == ()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'"x"', b'{"product_id": 5}', b"\xff", b"[" * 100_000])
def test_a_stored_row_that_is_no_product_is_refused(raw: bytes) -> None:
    with pytest.raises(UpstreamInvalid):
        read_row(raw)


def test_a_search_is_written_as_the_platform_takes_it() -> None:
    query = ProductQuery(
        keywords="usb & cable",
        category_ids=("1511", "44"),
        min_sale_price=0,
        max_sale_price=2500,
        page_no=2,
        sort="SALE_PRICE_ASC",
        ship_to_country="DE",
        target_currency="EUR",
        target_language="DE",
        tracking_id="default",
    )
    assert PRODUCT_QUERY.encode(query) == {
        "keywords": "usb & cable",
        "category_ids": "1511,44",
        "min_sale_price": "0",
        "max_sale_price": "2500",
        "page_no": "2",
        "page_size": "50",
        "sort": "SALE_PRICE_ASC",
        "ship_to_country": "DE",
        "target_currency": "EUR",
        "target_language": "DE",
        "tracking_id": "default",
    }


def test_an_empty_search_sends_only_its_page() -> None:
    written = {name: value for name, value in PRODUCT_QUERY.encode(ProductQuery()).items() if value}
    assert written == {"page_no": "1", "page_size": "50"}


def test_a_lookup_is_written_as_the_platform_takes_it() -> None:
    lookup = ProductLookup(product_ids=("1", "2"), target_currency="USD", target_language="EN", country="US")
    assert PRODUCT_DETAILS.encode(lookup) == {
        "product_ids": "1,2",
        "target_currency": "USD",
        "target_language": "EN",
        "country": "US",
        "tracking_id": "",
    }


COM, US = "1005004043442825", "3256803857128073"


def test_the_two_id_spaces_of_a_product_are_known() -> None:
    assert same_product(COM, US)
    assert same_product(US, COM)
    assert same_product(COM, COM)
    assert not same_product(COM, "1005004043442826")
    assert not same_product("", "5")


def test_rows_are_matched_by_their_ids() -> None:
    one, two = row("11"), row("22")
    assert match_rows(["22", "33", "11"], [one, two]) == {"22": two, "11": one}


def test_a_row_in_the_other_id_space_answers_the_id_asked() -> None:
    other, more = row(US), row("77")
    assert match_rows([COM, "55", "66"], [other, more]) == {COM: other}


def test_the_one_row_left_answers_the_one_id_left() -> None:
    one, strange = row("11"), row("99")
    assert match_rows(["11", "22"], [one, strange]) == {"11": one, "22": strange}


def test_what_is_ambiguous_stays_unanswered() -> None:
    assert match_rows(["11", "22"], [row("99")]) == {}
    assert match_rows(["11"], [row("98"), row("99")]) == {}


def test_a_row_that_was_asked_for_itself_answers_no_other_id() -> None:
    both = row(US)
    assert match_rows([COM, US], [both]) == {US: both}


def test_an_id_asked_twice_is_one_question() -> None:
    strange = row("99")
    assert match_rows(["11", "11"], [strange]) == {"11": strange}


@given(st.lists(st.integers(10**5, 10**9), unique=True, max_size=20), st.randoms())
def test_every_id_that_came_back_is_matched_whatever_the_order(ids: list[int], shuffle: Any) -> None:
    rows = [row(str(one)) for one in ids]
    shuffle.shuffle(rows)
    matched = match_rows([str(one) for one in ids], rows)
    assert {asked: found.product.product_id for asked, found in matched.items()} == {str(one): str(one) for one in ids}


def test_the_page_of_a_product_is_canonical() -> None:
    assert product_url("5") == "https://www.aliexpress.com/item/5.html"


values = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text() | st.lists(st.text())
fields = st.sampled_from([*open_envelope(sample("product.query"), PRODUCT_QUERY.method, "g").payload["products"][0]])


@given(st.lists(st.dictionaries(fields, values)), st.integers(0, 3))
def test_no_rows_break_the_reading(rows: list[dict[str, Any]], count: int) -> None:
    try:
        page = PRODUCT_QUERY.decode({"products": rows, "current_record_count": count})
    except UpstreamInvalid:
        return
    for found in page.rows:
        assert read_row(found.raw) == found
