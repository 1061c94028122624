"""From the bytes of a response to its payload: envelopes undone, list wrappers removed, every refusal raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from alistach.errors import GatewayError, UpstreamInvalid
from alistach.openplatform.codes import EMPTY, SUCCESS, Refusal, business_meaning_of, error_for, meaning_of
from alistach.openplatform.operation import Payload

# A list comes as an object with one key, named for the class of its elements.
_WRAPPERS: Final[Mapping[str, tuple[str, ...]]] = {
    "products": (
        "product",
        "number",
        "traffic_product_d_t_o",
        "selection_search_product",
        "traffic_image_product_d_t_o",
    ),
    "product_small_image_urls": ("string",),
    "additional_image_links": ("string",),
    "categories": ("category",),
    "promos": ("promo",),
    "promotion_links": ("promotion_link",),
    "orders": ("order",),
    "order_list": ("number",),
    "details": ("details",),
    "delivery_options": ("delivery_option_d_t_o",),
    "ae_item_sku_info": ("traffic_sku_info_list",),
    "ae_item_sku_info_dtos": ("ae_item_sku_info_d_t_o",),
    "ae_sku_property_dtos": ("ae_sku_property_d_t_o",),
    "ae_item_properties": ("ae_item_property",),
    "ae_video_dtos": ("ae_video_d_t_o",),
    "child_order_list": ("aeop_child_order_info",),
    "logistics_info_list": ("aeop_order_logistics_info",),
}
_TRACES: Final = frozenset({"request_id", "_trace_id_"})
# What tells an answer without its response key (`simplify`, /rest) from some other JSON object.
_MARKS: Final = frozenset({"resp_result", "result", "data", "code", "rsp_code", "result_success"})
_FAILURE_FLAGS: Final = ("success", "is_success", "ret")
_WORDS: Final = ("resp_msg", "rsp_msg", "msg", "message", "error_msg", "error_message")
_REQUEST_ID: Final = re.compile(rb'"request_id"\s*:\s*"([A-Za-z0-9_.-]{1,64})"')


@dataclass(frozen=True, slots=True)
class Opened:
    """A good answer: its payload without envelope and wrappers. `is_empty` when the platform says there is nothing."""

    payload: Payload
    request_id: str | None
    is_empty: bool = False


def open_envelope(body: bytes, method: str, permission_group: str) -> Opened:
    """The payload of `body`, an answer to `method` (for /rest its path).

    An affiliate answer's payload is its `resp_result.result`; any other's is all of it but the request ids.
    Raises the error of `codes` when the platform refused, UpstreamInvalid when `body` is nothing that it sends.
    """
    root = _parse(body)
    asked = _Asked(method, permission_group, _request_id(root))
    if isinstance(refused := root.get("error_response"), dict):
        return _open_refused(refused, asked)
    answer = root.get(method.replace(".", "_") + "_response")
    if answer is None and not _MARKS.isdisjoint(root):
        answer = root
    if not isinstance(answer, dict):
        raise asked.invalid("in another shape than documented")
    if "resp_result" in answer:
        return _open_affiliate(answer["resp_result"], asked)
    return _open_other(answer, asked)


def rows_of(payload: Payload, key: str) -> list[dict[str, Any]]:
    """The objects listed under `key`, in any of the forms that the platform writes a list in; [] when it is absent.

    Raises UpstreamInvalid when something else stands there: that is no empty list.
    """
    value = unwrapped(payload.get(key), key)
    if value is None:
        return []
    if isinstance(value, dict):
        value = [value] if value else []
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    if not rows and value != []:
        raise UpstreamInvalid(f"AliExpress sent {key} that are not a list of objects. Try again later.")
    return rows


def unwrapped(value: Any, name: str = "") -> Any:
    """`value`, found under `name`, with the list wrappers in it replaced by plain lists, however deep."""
    if isinstance(value, list):
        return [unwrapped(element) for element in value]
    if not isinstance(value, dict):
        return value
    if name in _WRAPPERS and (elements := _elements(value, _WRAPPERS[name])) is not None:
        return [unwrapped(element) for element in elements]
    return {key: unwrapped(inner, key) for key, inner in value.items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked, as far as an error about its answer has to know."""

    method: str
    permission_group: str
    request_id: str | None

    def invalid(self, how: str) -> UpstreamInvalid:
        return UpstreamInvalid(
            f"AliExpress answered {self.method} {how}. Try again later.", upstream_request_id=self.request_id
        )

    def refusal(self, answer: Mapping[str, Any], code: str) -> Refusal:
        return Refusal(
            code=code or "(none)",
            message=next((_text(answer[key]) for key in _WORDS if answer.get(key)), ""),
            method=self.method,
            permission_group=self.permission_group,
            sub_code=_text(answer.get("sub_code")),
            sub_message=_text(answer.get("sub_msg")),
            kind=_text(answer.get("type")),
            request_id=self.request_id,
        )


def _open_refused(answer: Mapping[str, Any], asked: _Asked) -> Opened:
    """A refusal of the platform's gateway; one of them only says that the backend found nothing."""
    refusal = asked.refusal(answer, _text(answer.get("code")))
    if refusal.sub_code == EMPTY:
        return Opened({}, asked.request_id, is_empty=True)
    raise error_for(refusal, meaning_of(refusal))


def _open_affiliate(answer: Any, asked: _Asked) -> Opened:
    """`resp_result`: its code, then its result, which may be empty but not missing."""
    code = _text(answer.get("resp_code")) if isinstance(answer, dict) else ""
    if not code:
        raise asked.invalid("without a result code")
    if code == EMPTY:
        return Opened({}, asked.request_id, is_empty=True)
    if code not in SUCCESS:
        raise _business_error(answer, code, asked)
    result = answer.get("result")
    if not isinstance(result, dict):
        raise asked.invalid("without a result")
    return Opened(unwrapped(result), asked.request_id, is_empty=not result)


def _open_other(answer: dict[str, Any], asked: _Asked) -> Opened:
    """Dropshipping and /rest answers, which keep their code in one of several places."""
    for code in (_text(answer.get("rsp_code")), _text(answer.get("code"))):
        if code and code not in SUCCESS:
            if "type" in answer:
                return _open_refused(answer, asked)
            raise _business_error(answer, code, asked)
    result = answer.get("result")
    if isinstance(result, dict) and any(result.get(flag) is False for flag in _FAILURE_FLAGS):
        raise _business_error(result, _text(result.get("code")) or _text(result.get("error_code")), asked)
    rest = {key: value for key, value in answer.items() if key not in _TRACES}
    return Opened(unwrapped(rest), asked.request_id)


def _business_error(answer: Mapping[str, Any], code: str, asked: _Asked) -> GatewayError:
    refusal = asked.refusal(answer, code)
    return error_for(refusal, business_meaning_of(refusal))


def _elements(value: dict[str, Any], names: tuple[str, ...]) -> list[Any] | None:
    """What `value` wraps, when it is a wrapper: its one key is an element's name, or it has none at all."""
    if not value:
        return []
    if len(value) > 1:
        return None
    [(name, inner)] = value.items()
    if name not in names:
        return None
    if inner is None:
        return []
    return inner if isinstance(inner, list) else [inner]


def _parse(body: bytes) -> dict[str, Any]:
    try:
        root = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        what = "a web page" if body.lstrip()[:1] == b"<" else "text that is not whole JSON"
        found = _REQUEST_ID.search(body)
        raise UpstreamInvalid(
            f"AliExpress sent {what} in place of an answer. Try again later.",
            upstream_request_id=found[1].decode() if found else None,
        ) from error
    if not isinstance(root, dict):
        raise UpstreamInvalid("AliExpress sent JSON that is not an object. Try again later.")
    return root


def _request_id(root: Mapping[str, Any]) -> str | None:
    """The platform's own id of the request, beside the payload or one level down; its support asks for it."""
    for holder in (root, *root.values()):
        if isinstance(holder, dict) and (found := _text(holder.get("request_id"))):
            return found[:64]
    return None


def _text(value: Any) -> str:
    """A code, id or message as text, whether it was sent as text or as a whole number."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
