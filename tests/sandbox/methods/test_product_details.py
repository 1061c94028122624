"""aliexpress.affiliate.productdetail.get over HTTP."""

from __future__ import annotations

import pytest

from alistach.sandbox.catalogue import Catalogue
from tests.sandbox.calling import DETAILS, QUERY, Caller
from tests.sandbox.golden import sample, shape

CATALOGUE = Catalogue(seed=1, size=600)
OUTSIDERS = [index for index in range(600) if not CATALOGUE.outline(index).is_in_program]
OUTSIDER = CATALOGUE.product_id(OUTSIDERS[0])
FIRST, SECOND = CATALOGUE.product_id(0), CATALOGUE.product_id(1)


async def test_without_ids_they_are_missed(caller: Caller) -> None:
    message = "The input parameter “product_ids” that is mandatory for processing this request is not supplied"
    assert await caller.error(DETAILS) == ("MissingParameter", message)


async def test_an_id_that_is_no_number_is_refused(caller: Caller) -> None:
    message = "The input parameter “product_ids” is not valid: must be numbers separated by commas"
    assert await caller.error(DETAILS, product_ids="abc") == ("InvalidParameter", message)


async def test_more_than_fifty_are_refused(caller: Caller) -> None:
    message = "The input parameter “product_ids” is not valid: at most 50"
    wanted = ",".join(str(CATALOGUE.product_id(index)) for index in range(51))
    assert await caller.error(DETAILS, product_ids=wanted) == ("InvalidParameter", message)


async def test_fifty_are_answered_in_the_order_asked(caller: Caller) -> None:
    indexes = [index for index in range(60) if index not in OUTSIDERS][:50][::-1]
    wanted = [CATALOGUE.product_id(index) for index in indexes]
    rows = await caller.rows(DETAILS, product_ids=",".join(map(str, wanted)))
    assert [row["product_id"] for row in rows] == wanted


@pytest.mark.parametrize("wanted", ["5", str(OUTSIDER), str(CATALOGUE.product_id(600)), ","])
async def test_nothing_found_is_written_as_recorded(caller: Caller, wanted: str) -> None:
    recorded = sample("aliexpress.affiliate.productdetail.get.empty200")
    expected = recorded["aliexpress_affiliate_productdetail_get_response"]["resp_result"]
    assert await caller.resp_result(DETAILS, product_ids=wanted) == expected


async def test_nothing_found_is_an_empty_list_when_simplified(caller: Caller) -> None:
    answer = await caller.call(DETAILS, product_ids="5", simplify="true")
    assert answer["resp_result"]["result"] == {"current_record_count": 0, "products": []}


async def test_unknown_and_foreign_products_are_silently_left_out(caller: Caller) -> None:
    found = (await caller.resp_result(DETAILS, product_ids=f"{FIRST},5,{OUTSIDER},{SECOND}"))["result"]
    assert found["current_record_count"] == 2
    assert [row["product_id"] for row in found["products"]["product"]] == [FIRST, SECOND]


async def test_a_product_asked_twice_is_answered_once(caller: Caller) -> None:
    assert len(await caller.rows(DETAILS, product_ids=f"{FIRST},{FIRST}")) == 1


async def test_the_answer_has_the_recorded_shape(caller: Caller) -> None:
    answer = await caller.call(DETAILS, product_ids=str(FIRST), tracking_id="default")
    assert shape(answer) == shape(sample("aliexpress.affiliate.productdetail.get"))


async def test_a_row_equals_the_one_of_a_search(caller: Caller) -> None:
    found = (await caller.rows(QUERY, page_size="1"))[0]
    assert await caller.rows(DETAILS, product_ids=str(found["product_id"])) == [found]


async def test_wanted_fields_change_nothing(caller: Caller) -> None:
    everything = await caller.rows(DETAILS, product_ids=str(FIRST))
    assert await caller.rows(DETAILS, product_ids=str(FIRST), fields="product_id", country="DE") == everything
