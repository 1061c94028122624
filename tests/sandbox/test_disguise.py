"""Answers that are none."""

from __future__ import annotations

import json
from typing import Literal

import pytest

from alistach.sandbox.disguise import error_page, wrong_shape

QUERY = "aliexpress.affiliate.product.query"


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (200, "200 OK"),
        (429, "429 Too Many Requests"),
        (500, "500 Internal Server Error"),
        (502, "502 Bad Gateway"),
        (503, "503 Service Unavailable"),
        (504, "504 Gateway Timeout"),
    ],
)
def test_a_page_names_its_status(status: int, title: str) -> None:
    page = error_page(status).decode()
    assert page.startswith("<!DOCTYPE html>")
    assert f"<title>{title}</title>" in page
    assert f"<h1>{title}</h1>" in page


def test_a_page_is_no_json() -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(error_page(502))


@pytest.mark.parametrize(("shape", "value"), [("array", []), ("text", "ok"), ("null", None)])
def test_the_whole_answer_may_be_something_else(shape: Literal["array", "text", "null"], value: object) -> None:
    assert json.loads(wrong_shape(QUERY, shape)) == value


def test_the_result_may_be_something_else() -> None:
    answer = json.loads(wrong_shape(QUERY, "result"))
    assert answer == {
        "aliexpress_affiliate_product_query_response": {"resp_result": {"resp_code": "200", "result": [1, 2, 3]}}
    }


def test_the_lists_may_be_something_else() -> None:
    answer = json.loads(wrong_shape(QUERY, "list"))
    result = answer["aliexpress_affiliate_product_query_response"]["resp_result"]["result"]
    assert result == {"current_record_count": "many", "products": "none", "promotion_links": 7, "categories": False}
