"""/sync and /rest as clients of every kind knock on them, and short links as visitors do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import pytest

from tests.sandbox.calling import CATEGORIES, LINKS, QUERY, Caller, sign

PAGE = "https://www.aliexpress.com/item/1005000000007919.html"
KEYWORDS = "câble usb & chargeur 充电器"


async def post(caller: Caller, query: dict[str, str], body: Any, door: str = "/sync") -> Any:
    async with caller.session.post(caller.sandbox.base_url + door, params=query, data=body) as response:
        assert response.status == 200
        assert response.content_type == "application/json"
        return json.loads(await response.text())


def code_of(answer: Any) -> str:
    code: str = answer["error_response"]["code"]
    return code


async def test_a_form_is_understood(caller: Caller) -> None:
    answer = await post(caller, {}, sign(caller.parameters(QUERY, keywords=KEYWORDS)))
    assert answer["aliexpress_affiliate_product_query_response"]["resp_result"]["resp_code"] == 200


async def test_query_and_body_are_one(caller: Caller) -> None:
    signed = sign(caller.parameters(QUERY, keywords="usb cable", page_size="3"))
    common = {name: value for name, value in signed.items() if name not in {"keywords", "page_size"}}
    business = {"keywords": "usb cable", "page_size": "3", "method": QUERY}
    answer = await post(caller, common, business)
    found = answer["aliexpress_affiliate_product_query_response"]["resp_result"]["result"]
    assert found["current_record_count"] == 3


@pytest.mark.parametrize("space", ["%20", "+"])
async def test_spaces_may_be_written_either_way(caller: Caller, space: str) -> None:
    signed = sign(caller.parameters(QUERY, keywords="usb cable"))
    query = "&".join(f"{name}={quote(value, safe='').replace('%20', space)}" for name, value in signed.items())
    async with caller.session.get(f"{caller.sandbox.base_url}/sync?{query}") as response:
        assert "error_response" not in await response.text()


async def test_empty_parameters_are_neither_needed_nor_signed(caller: Caller) -> None:
    signed = {**sign(caller.parameters(CATEGORIES)), "session": "", "": "x"}
    answer = await post(caller, {}, signed)
    assert list(answer) == ["aliexpress_affiliate_category_get_response"]


async def test_a_file_is_not_signed(caller: Caller) -> None:
    form = aiohttp.FormData()
    for name, value in sign(caller.parameters(CATEGORIES)).items():
        form.add_field(name, value)
    form.add_field("image", b"\xff\xd8\xff", filename="a.jpg", content_type="image/jpeg")
    answer = await post(caller, {}, form)
    assert list(answer) == ["aliexpress_affiliate_category_get_response"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'{"app_key": "500001"}', b"&&&===", b""])
async def test_a_body_that_is_no_form_misses_everything(caller: Caller, body: bytes) -> None:
    assert code_of(await post(caller, {}, body)) == "MissingParameter"


async def test_a_body_in_an_invented_charset_is_read_all_the_same(caller: Caller) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    url = caller.sandbox.base_url + "/sync"
    async with caller.session.post(url, data=b"app_key=1", headers=headers) as response:
        assert code_of(await response.json()) == "MissingParameter"


async def test_a_legacy_text_time_passes(caller: Caller) -> None:
    # 08:00 UTC, written in Beijing's time.
    answer = await caller.call(CATEGORIES, timestamp="2027-01-15 16:00:00")
    assert list(answer) == ["aliexpress_affiliate_category_get_response"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
async def test_other_verbs_are_not_understood(caller: Caller, method: str) -> None:
    async with caller.session.request(method, caller.sandbox.base_url + "/sync") as response:
        assert response.status == 405


async def test_rest_checks_a_signature_that_begins_with_the_path(caller: Caller) -> None:
    path = "/auth/token/create"
    signed = sign(caller.parameters(None, code="3_500001_x"), path=path)
    answer = await post(caller, {}, signed, "/rest" + path)
    assert {name: answer[name] for name in ("type", "code", "message")} == {
        "type": "ISV",
        "code": "InvalidCode",
        "message": "Invalid authorization code",
    }
    assert list(answer) == ["type", "code", "message", "request_id"]


async def test_rest_refuses_a_signature_without_the_path(caller: Caller) -> None:
    answer = await post(caller, {}, sign(caller.parameters(None, code="x")), "/rest/auth/token/create")
    assert answer["code"] == "IncompleteSignature"


async def test_rest_misses_parameters_in_its_own_words(caller: Caller) -> None:
    answer = await post(caller, {}, {}, "/rest/auth/token/create")
    message = "The input parameter “app_key” that is mandatory for processing this request is not supplied"
    assert (answer["code"], answer["message"]) == ("MissingParameter", message)


async def test_rest_misses_the_code_last(caller: Caller) -> None:
    path = "/auth/token/create"
    answer = await post(caller, {}, sign(caller.parameters(None), path=path), "/rest" + path)
    assert answer["message"] == (
        "The input parameter “code” that is mandatory for processing this request is not supplied"
    )


@pytest.mark.parametrize("path", ["/", "/auth", "/auth/token/create/", "/aliexpress.affiliate.category.get"])
async def test_rest_knows_no_other_paths(caller: Caller, path: str) -> None:
    answer = await post(caller, {}, sign(caller.parameters(None), path=path), "/rest" + path)
    assert answer["code"] == "InvalidApiPath"


async def test_a_system_method_may_come_through_sync(caller: Caller) -> None:
    assert await caller.error("/auth/token/create", code="x") == ("InvalidCode", "Invalid authorization code")


async def test_a_system_method_that_is_not_granted_is_refused(caller: Caller) -> None:
    path = "/auth/token/refresh"
    answer = await post(caller, {}, sign(caller.parameters(None), path=path), "/rest" + path)
    assert answer["code"] == "InsufficientPermission"


@pytest.mark.parametrize("path", ["/e/_c0000000", "/e/x", "/s/x.y"])
async def test_a_dead_link_leads_to_the_best_offers(caller: Caller, path: str) -> None:
    async with caller.session.get(caller.sandbox.base_url + path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "https://best.aliexpress.com/")


async def test_a_short_link_leads_to_its_page(caller: Caller) -> None:
    found = await caller.resp_result(LINKS, promotion_link_type="0", source_values=PAGE, tracking_id="default")
    link = found["result"]["promotion_links"]["promotion_link"][0]["promotion_link"]
    path = urlsplit(link).path
    async with caller.session.get(caller.sandbox.base_url + path, allow_redirects=False) as response:
        assert response.status == 302
        location = response.headers["Location"]
    assert location.startswith(f"{PAGE}?aff_fcid=")
    assert "aff_platform=api-new-link-generate" in location


async def test_a_long_link_leads_to_its_page(caller: Caller) -> None:
    row = (await caller.rows(QUERY, tracking_id="default", page_size="1"))[0]
    path = urlsplit(row["promotion_link"]).path
    async with caller.session.get(caller.sandbox.base_url + path, allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"].startswith(f"https://www.aliexpress.com/item/{row['product_id']}.html?aff_")


async def test_pictures_stand_on_the_address_that_was_called(caller: Caller) -> None:
    signed = sign(caller.parameters(QUERY, page_size="1"))
    headers = {"Host": "sandbox.test:9"}
    async with caller.session.get(caller.sandbox.base_url + "/sync", params=signed, headers=headers) as response:
        answer = await response.json()
    row = answer["aliexpress_affiliate_product_query_response"]["resp_result"]["result"]["products"]["product"][0]
    assert row["product_main_image_url"] == f"http://sandbox.test:9/sandbox/images/{row['product_id']}-0.svg"
