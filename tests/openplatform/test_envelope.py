"""Envelopes: every way the platform wraps an answer, says no, says nothing, or says something else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.errors import GatewayError, InvalidParameters, ProductUnavailable, TrackingIdUnknown, UpstreamInvalid
from alistach.openplatform.envelope import Opened, open_envelope, rows_of, unwrapped
from alistach.openplatform.rejections import BackendFailed, PlatformCodeUnknown, SignatureRejected, TokenRejected
from tests.openplatform.stand_ins import GOLDEN, REQUEST_ID, affiliate_answer, refusal, sample

QUERY = "aliexpress.affiliate.product.query"
DETAILS = "aliexpress.affiliate.productdetail.get"
LINKS = "aliexpress.affiliate.link.generate"


def opened(body: bytes, method: str = QUERY) -> Opened:
    return open_envelope(body, method, "group")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b"{}",
        b'{"request_id": "1"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": 1e999}',
        b"<html><body>502 Bad Gateway</body></html>",
        b'{"aliexpress_affiliate_link_generate_response": {"resp_result": {"resp_code": 200, "result": {}}}}',
        b'{"aliexpress_affiliate_product_query_response": []}',
        b'{"aliexpress_affiliate_product_query_response": "text"}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": null}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": []}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {}}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": null}}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": true, "result": {}}}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": 200}}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": 200, "result": null}}}',
        b'{"aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": 200, "result": []}}}',
        b'{"error_response": "text"}',
    ],
)
def test_what_the_platform_never_sends_is_invalid(body: bytes) -> None:
    with pytest.raises(UpstreamInvalid) as caught:
        opened(body)
    assert not isinstance(caught.value, PlatformCodeUnknown)


def test_a_web_page_is_called_one() -> None:
    with pytest.raises(UpstreamInvalid, match="a web page"):
        opened(b"\n <!doctype html>")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_answer_is_invalid_and_never_empty(share: float) -> None:
    body = sample("product.query")
    with pytest.raises(UpstreamInvalid, match="not whole JSON"):
        opened(body[: int(len(body) * share)])


def test_the_request_id_is_found_even_in_a_broken_answer() -> None:
    with pytest.raises(UpstreamInvalid) as caught:
        opened(b'{"request_id": "210155f1", "x": ')
    assert caught.value.upstream_request_id == "210155f1"


def test_the_request_id_is_found_in_an_answer_of_another_shape() -> None:
    with pytest.raises(UpstreamInvalid) as caught:
        opened(b'{"strange": {"request_id": 12345678901234567890}}')
    assert caught.value.upstream_request_id == "12345678901234567890"


def test_a_refusal_carries_request_id_words_and_advice() -> None:
    with pytest.raises(SignatureRejected) as caught:
        opened(refusal("IncompleteSignature", "The request signature does not conform to platform standards"))
    assert caught.value.upstream_request_id == REQUEST_ID
    assert "does not conform to platform standards" in caught.value.detail
    assert "Check that the app secret belongs to the app key" in caught.value.detail


def test_a_flat_refusal_of_rest_is_understood() -> None:
    body = b'{"type": "ISV", "code": "InvalidCode", "message": "Invalid authorization code", "request_id": "77"}'
    with pytest.raises(TokenRejected) as caught:
        opened(body, "/auth/token/create")
    assert caught.value.upstream_request_id == "77"
    assert "Invalid authorization code" in caught.value.detail


def test_a_flat_refusal_without_a_type_is_understood_too() -> None:
    with pytest.raises(TokenRejected):
        opened(b'{"code": "IllegalRefreshToken", "message": "x"}', "/auth/token/refresh")


@pytest.mark.parametrize(
    ("code", "kind"),
    [(402, TrackingIdUnknown), ("402", TrackingIdUnknown), (404, BackendFailed), (407, InvalidParameters)],
)
def test_business_codes_are_raised_as_number_or_text(code: object, kind: type[GatewayError]) -> None:
    with pytest.raises(kind):
        opened(affiliate_answer(LINKS, None, code), LINKS)


def test_an_unknown_business_code_is_named() -> None:
    with pytest.raises(PlatformCodeUnknown, match="code 499: words"):
        opened(affiliate_answer(LINKS, None, 499), LINKS)


@pytest.mark.parametrize("code", [405, "405"])
def test_405_is_an_empty_answer(code: object) -> None:
    assert opened(affiliate_answer(QUERY, None, code)) == Opened({}, REQUEST_ID, is_empty=True)


def test_an_empty_result_is_an_empty_answer() -> None:
    assert opened(affiliate_answer(QUERY, {})) == Opened({}, REQUEST_ID, is_empty=True)


def test_a_backend_that_found_nothing_is_no_failure() -> None:
    body = sample("product.sku.detail.get.empty")
    found = opened(body, "aliexpress.affiliate.product.sku.detail.get")
    assert found == Opened({}, "2101544617645900257712085", is_empty=True)


def test_no_product_found_is_an_empty_list_with_its_count() -> None:
    found = opened(sample("productdetail.get.empty200"), DETAILS)
    assert found.payload == {"current_record_count": 0, "products": []}
    assert not found.is_empty


def test_the_normal_envelope_is_undone() -> None:
    found = opened(sample("product.query"))
    assert found.request_id == REQUEST_ID
    assert found.payload["total_record_count"] == 207117
    assert found.payload["products"][0]["product_small_image_urls"] == [
        "https://ae-pic-a1.aliexpress-media.com/kf/S1054b9147d9e485388688a21f0437e4dL.jpg"
    ]


def test_the_simplified_envelope_gives_the_same_payload() -> None:
    normal = opened(sample("product.query"))
    result = {"resp_code": "200", "result": normal.payload}
    simple = msgspec.json.encode({"code": "0", "resp_result": result, "request_id": normal.request_id})
    assert opened(simple) == normal


def test_integers_beyond_2_to_the_53_stay_exact() -> None:
    row = {"sku_id": 12000036815593863, "huge": 1234567890123456789012345}
    body = affiliate_answer(QUERY, {"products": {"product": [row]}})
    assert opened(body).payload["products"] == [row]


def test_a_system_method_through_sync_has_its_path_as_response_key() -> None:
    body = b'{"/auth/token/create_response": {"code": "0", "access_token": "x", "request_id": "1"}}'
    assert opened(body, "/auth/token/create").payload == {"code": "0", "access_token": "x"}


def test_rest_success_is_flat() -> None:
    body = (GOLDEN / "samples" / "rest.auth.token.create.json").read_bytes()
    found = opened(body, "/auth/token/create")
    assert found.payload["expires_in"] == 86400
    assert found.request_id == "2101544617645900257712085"


@pytest.mark.parametrize(
    ("method", "body", "kind"),
    [
        (
            "aliexpress.ds.freight.query",
            b'{"result": {"msg": "DELIVERY_INFO_EMPTY", "code": 501, "success": false}}',
            ProductUnavailable,
        ),
        ("aliexpress.ds.product.get", b'{"rsp_code": 605, "rsp_msg": "ITEM_ID_NOT_FOUND"}', ProductUnavailable),
        ("aliexpress.ds.text.search", b'{"code": "NGSELECTION_SEARCH_ERROR", "msg": "x"}', InvalidParameters),
        (
            "aliexpress.ds.order.create",
            b'{"result": {"is_success": false, "error_code": "DELIVERY_METHOD_NOT_EXIST", "error_msg": "x"}}',
            InvalidParameters,
        ),
        ("aliexpress.ds.order.create", b'{"result": {"is_success": false}}', PlatformCodeUnknown),
    ],
)
def test_dropshipping_answers_say_no_in_their_own_ways(method: str, body: bytes, kind: type[GatewayError]) -> None:
    wrapped = b'{"%s_response": %s}' % (method.replace(".", "_").encode(), body)
    with pytest.raises(kind):
        opened(wrapped, method)


SAMPLES = sorted(path.name for path in (GOLDEN / "samples").glob("aliexpress.*.json"))
REFUSED = {
    "aliexpress.affiliate.link.generate.badtracking402.json",
    "aliexpress.ds.freight.query.error501.json",
    "aliexpress.ds.order.create.error.json",
}
VARIANTS = (".badtracking402", ".partial", ".type2", ".empty405", ".empty200", ".empty", ".error501", ".error")


def _method_of(name: str) -> str:
    method = name.removesuffix(".json")
    for variant in VARIANTS:
        method = method.removesuffix(variant)
    return method


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in REFUSED])
def test_every_recorded_answer_opens(name: str) -> None:
    found = opened((GOLDEN / "samples" / name).read_bytes(), _method_of(name))
    assert found.is_empty == (".empty" in name and "empty200" not in name)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_every_recorded_refusal_is_raised(name: str) -> None:
    with pytest.raises(GatewayError) as caught:
        opened((GOLDEN / "samples" / name).read_bytes(), _method_of(name))
    assert not isinstance(caught.value, UpstreamInvalid)


@pytest.mark.parametrize(
    ("name", "wrapped", "plain"),
    [
        ("products", {"product": [{"a": 1}, {"a": 2}]}, [{"a": 1}, {"a": 2}]),
        ("products", {"product": {"a": 1}}, [{"a": 1}]),
        ("products", {"product": []}, []),
        ("products", {"product": None}, []),
        ("products", {}, []),
        ("products", {"number": [1005006338829917]}, [1005006338829917]),
        ("product_small_image_urls", {"string": "x"}, ["x"]),
        ("details", {"details": [{"event_desc": "Departed"}]}, [{"event_desc": "Departed"}]),
        ("ae_item_sku_info_dtos", {"ae_item_sku_info_d_t_o": [{"id": 1}]}, [{"id": 1}]),
        ("products", [{"a": 1}], [{"a": 1}]),
        ("products", {"a": 1, "b": 2}, {"a": 1, "b": 2}),
        ("promo_code_info", {"promo_code": "X"}, {"promo_code": "X"}),
        ("result", {"promotion_results": [1]}, {"promotion_results": [1]}),
        ("result", {}, {}),
    ],
)
def test_list_wrappers_are_removed_and_nothing_else(name: str, wrapped: Any, plain: Any) -> None:
    assert unwrapped(wrapped, name) == plain


def test_wrappers_inside_of_wrapped_rows_are_removed() -> None:
    row = {"product_small_image_urls": {"string": ["a", "b"]}}
    assert unwrapped({"products": {"product": row}}) == {"products": [{"product_small_image_urls": ["a", "b"]}]}


@pytest.mark.parametrize("value", ["text", "", 7, False, True, ["text"], [1, 2, 3], [None], [[]]])
def test_what_is_no_list_of_objects_is_invalid(value: Any) -> None:
    with pytest.raises(UpstreamInvalid, match="products that are not a list of objects"):
        rows_of({"products": value}, "products")


@pytest.mark.parametrize(
    ("payload", "rows"),
    [
        ({}, []),
        ({"products": None}, []),
        ({"products": {}}, []),
        ({"products": [{"a": 1}, "text", None]}, [{"a": 1}]),
        ({"products": {"a": 1, "b": 2}}, [{"a": 1, "b": 2}]),
        ({"products": {"product": {"a": 1}}}, [{"a": 1}]),
    ],
)
def test_rows_are_found_in_every_form_of_list(payload: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    assert rows_of(payload, "products") == rows


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
keys = st.sampled_from(
    ["resp_result", "result", "resp_code", "code", "error_response", "sub_code", "type", "rsp_code", "request_id"]
)
answers = st.dictionaries(
    st.just("aliexpress_affiliate_product_query_response") | keys,
    st.dictionaries(keys, json_values | st.dictionaries(keys, json_values)) | json_values,
)


@given(answers)
def test_no_json_breaks_the_reading(answer: dict[str, Any]) -> None:
    try:
        found = opened(msgspec.json.encode(answer))
    except GatewayError:
        return
    assert isinstance(found.payload, dict)


@given(st.binary())
def test_no_bytes_break_the_reading(body: bytes) -> None:
    with pytest.raises(UpstreamInvalid):
        opened(body)
