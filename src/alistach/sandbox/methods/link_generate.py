"""aliexpress.affiliate.link.generate: short links for up to 50 pages."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.envelope import Listing, Result
from alistach.sandbox.faults import HalfBatch, MissingPromotionLink
from alistach.sandbox.methods.call import Call
from alistach.sandbox.refusals import Refused, invalid

_MOST: Final = 50
_LONGEST: Final = 2_000
_TYPES: Final = MappingProxyType({kind: kind for kind in ("0", "1", "2")})
_PRODUCT_PAGE: Final = re.compile(r"/(?:i|item)/(?:(?:[^/]*/)?([0-9]{1,18})\.html|.*)")
_SHORT_HOSTS: Final = frozenset(("s.click.aliexpress.com", "a.aliexpress.com"))
_UNKNOWN_TRACKING_ID: Final = Result(resp_code=402, resp_msg="TrackingId input parameter error")
_NOT_IN_PROGRAM: Final = "The product is not in the affiliate program"
_FAILED: Final = "The link could not be generated, please try again"


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One page with its link, or with the reason why there is none."""

    promotion_link: str | UnsetType = UNSET
    source_value: str
    message: str | UnsetType = UNSET


class LinkList(msgspec.Struct, frozen=True):
    """The links in the order asked."""

    total_result_count: int
    promotion_links: Listing[LinkRow]
    tracking_id: str


async def generate_links(call: Call) -> Result:
    """A new link for each page; an unknown tracking id fails them all."""
    parameters = call.parameters
    parameters.required("promotion_link_type")
    parameters.one_of("promotion_link_type", _TYPES, "0")
    pages = [page.strip() for page in parameters.required("source_values").split(",") if page.strip()]
    tracking_id = parameters.required("tracking_id")
    if not 1 <= len(pages) <= _MOST:
        raise Refused(invalid("source_values", f"1 to {_MOST} addresses"))
    if not call.backend.options.knows_tracking_id(tracking_id):
        return _UNKNOWN_TRACKING_ID
    rows = [_make_row(call, tracking_id, page, place) for place, page in enumerate(pages)]
    return Result(result=LinkList(len(rows), call.list_of("promotion_link", rows), tracking_id))


def _make_row(call: Call, tracking_id: str, page: str, place: int) -> LinkRow:
    fails = call.suffers(MissingPromotionLink) or (call.suffers(HalfBatch) and place % 2 == 1)
    reason = _FAILED if fails else why_not(call.backend.catalogue, page)
    if reason is not None:
        return LinkRow(source_value=page, message=reason)
    return LinkRow(promotion_link=call.backend.links.mint_short(tracking_id, page), source_value=page)


def why_not(catalogue: Catalogue, page: str) -> str | None:
    """Why `page` cannot be given a link; None when it can."""
    try:
        parts = urlsplit(page)
        host = parts.hostname or ""
    except ValueError:
        return "The url is malformed"
    if parts.scheme not in {"http", "https"} or not _is_aliexpress(host):
        return "The url is not an AliExpress page"
    if host in _SHORT_HOSTS:
        return "The url is a short link, which must be resolved first"
    if len(page) > _LONGEST:
        return "The url is too long"
    matched = _PRODUCT_PAGE.fullmatch(parts.path)
    if matched and catalogue.find_in_program(int(matched[1] or 0)) is None:
        return _NOT_IN_PROGRAM
    return None


def _is_aliexpress(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in ("aliexpress.com", "aliexpress.us"))
