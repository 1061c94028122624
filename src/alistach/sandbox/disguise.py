"""Answers that are none: pages where JSON is expected, and JSON of another shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

import msgspec


def error_page(status: int) -> bytes:
    """The page that a gateway in front of the platform shows."""
    phrase = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<!DOCTYPE html>\r\n<html>\r\n<head><title>{phrase}</title></head>\r\n<body>\r\n"
        f"<center><h1>{phrase}</h1></center>\r\n<hr><center>tengine</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def wrong_shape(method: str, shape: Literal["array", "text", "null", "result", "list"]) -> bytes:
    """JSON that parses and is not what the method answers."""
    key = method.replace(".", "_") + "_response"
    match shape:
        case "array":
            return b"[]"
        case "text":
            return b'"ok"'
        case "null":
            return b"null"
        case "result":
            return msgspec.json.encode({key: {"resp_result": {"resp_code": "200", "result": [1, 2, 3]}}})
        case "list":
            result = {"current_record_count": "many", "products": "none", "promotion_links": 7, "categories": False}
            return msgspec.json.encode({key: {"resp_result": {"resp_code": 200, "result": result}}})
