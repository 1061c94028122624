"""For whom rows are written: currency, language, tracking id."""

from __future__ import annotations

import pytest

from tests.sandbox.calling import DETAILS, QUERY, Caller

FIRST = "1005000000007919"


@pytest.mark.parametrize("method", [QUERY, DETAILS])
@pytest.mark.parametrize("currency", ["XXX", "dollars", "US"])
async def test_an_unknown_currency_is_refused(caller: Caller, method: str, currency: str) -> None:
    code, message = await caller.error(method, product_ids=FIRST, target_currency=currency)
    assert code == "InvalidParameter"
    assert message.startswith("The input parameter “target_currency” is not valid: must be one of AED, AUD, ")


@pytest.mark.parametrize("method", [QUERY, DETAILS])
async def test_an_unknown_language_is_refused(caller: Caller, method: str) -> None:
    code, message = await caller.error(method, product_ids=FIRST, target_language="KLINGON")
    assert code == "InvalidParameter"
    assert message.startswith("The input parameter “target_language” is not valid: must be one of EN, ")


@pytest.mark.parametrize("method", [QUERY, DETAILS])
async def test_an_unknown_tracking_id_silently_brings_no_links(caller: Caller, method: str) -> None:
    rows = await caller.rows(method, product_ids=FIRST, tracking_id="unknown")
    assert rows
    assert not any("promotion_link" in row for row in rows)


@pytest.mark.parametrize("method", [QUERY, DETAILS])
async def test_no_tracking_id_brings_no_links(caller: Caller, method: str) -> None:
    assert not any("promotion_link" in row for row in await caller.rows(method, product_ids=FIRST))


@pytest.mark.parametrize("method", [QUERY, DETAILS])
async def test_each_row_carries_a_link_of_the_tracking_id(caller: Caller, method: str) -> None:
    for row in await caller.rows(method, product_ids=FIRST, tracking_id="site7"):
        status, link = await caller.get(f"/sandbox/links/{row['promotion_link'].rsplit('/', 1)[1]}")
        page = f"https://www.aliexpress.com/item/{row['product_id']}.html"
        assert (status, link) == (200, {"tracking_id": "site7", "source_value": page})


@pytest.mark.parametrize("method", [QUERY, DETAILS])
async def test_the_same_question_brings_new_links(caller: Caller, method: str) -> None:
    answers = [await caller.rows(method, product_ids=FIRST, tracking_id="default") for _ in range(2)]
    links = [[row.pop("promotion_link") for row in rows] for rows in answers]
    assert not set(links[0]) & set(links[1])
    for rows in answers:
        for row in rows:
            row.get("promo_code_info", {}).pop("code_promotionurl", None)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("language", "host"), [("fr", "fr"), ("HE", "he"), ("IW", "he"), ("EN", "www")])
async def test_the_host_follows_the_language(caller: Caller, language: str, host: str) -> None:
    row = (await caller.rows(DETAILS, product_ids=FIRST, target_language=language))[0]
    assert row["product_detail_url"].startswith(f"https://{host}.aliexpress.com/item/{FIRST}.html?")


async def test_prices_are_in_dollars_unless_asked_otherwise(caller: Caller) -> None:
    prices = [
        (await caller.rows(DETAILS, product_ids=FIRST, **asked))[0]["target_sale_price"]
        for asked in ({}, {"target_currency": "usd"}, {"target_currency": "JPY"})
    ]
    assert prices == ["13.43", "13.43", "1974"]
