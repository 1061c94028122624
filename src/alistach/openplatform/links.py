"""Affiliate links (`link.generate`): up to 50 pages a call, each with its link or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from alistach.errors import UpstreamInvalid
from alistach.openplatform import fields
from alistach.openplatform.envelope import rows_of
from alistach.openplatform.operation import Operation, Payload
from alistach.openplatform.permissions import STANDARD
from alistach.openplatform.products import same_product
from alistach.openplatform.urls import PageUrl, understand


class LinkRequest(msgspec.Struct, frozen=True):
    """Pages to make links of, for one tracking id. `promotion_link_type` 0 is the ordinary kind, 2 a hot link."""

    source_urls: tuple[str, ...]
    tracking_id: str
    promotion_link_type: int = 0
    ship_to_country: str = ""


class GeneratedLink(msgspec.Struct, frozen=True):
    """A page as the platform names it, with its link, or with its words on why there is none."""

    source_value: str
    promotion_link: str | None
    message: str | None


def match_links(source_urls: Sequence[str], links: Sequence[GeneratedLink]) -> tuple[GeneratedLink | None, ...]:
    """The link that answers each URL, in the order asked; None where none certainly does.

    The platform may write a source otherwise than it was asked: then the product id decides, and failing that the
    place in the list, when the list is whole and no other URL has that link.
    """
    by_source = {_comparable(link.source_value): link for link in links}
    matched = [by_source.get(_comparable(url)) or _by_product(url, links) for url in source_urls]
    if len(links) == len(source_urls):
        taken = {id(link) for link in matched if link is not None}
        for place, (url, link) in enumerate(zip(source_urls, links, strict=True)):
            if matched[place] is None and id(link) not in taken and _may_answer(url, link):
                matched[place] = link
    return tuple(matched)


def _by_product(url: str, links: Sequence[GeneratedLink]) -> GeneratedLink | None:
    asked = _product_id(url)
    if asked is None:
        return None
    of_product = [link for link in links if (found := _product_id(link.source_value)) and same_product(asked, found)]
    return of_product[0] if of_product else None


def _may_answer(url: str, link: GeneratedLink) -> bool:
    """Whether the place in the list may decide: never between two products known to differ."""
    asked, answered = _product_id(url), _product_id(link.source_value)
    return asked is None or answered is None or same_product(asked, answered)


def _product_id(url: str) -> str | None:
    page = understand(url)
    return page.product_id if isinstance(page, PageUrl) else None


def _comparable(url: str) -> str:
    return url.strip().replace("%2C", ",").replace("%2c", ",")


def _encode(request: LinkRequest) -> dict[str, str]:
    return {
        # The list is joined by commas, so a comma inside a URL would cut it in two.
        "source_values": ",".join(url.replace(",", "%2C") for url in request.source_urls),
        "tracking_id": request.tracking_id,
        "promotion_link_type": str(request.promotion_link_type),
        "ship_to_country": request.ship_to_country,
    }


def _decode(payload: Payload) -> tuple[GeneratedLink, ...]:
    links = tuple(
        GeneratedLink(
            fields.text(row.get("source_value")) or "",
            fields.paying_link(row.get("promotion_link")),
            fields.prose(row.get("message")),
        )
        for row in rows_of(payload, "promotion_links")
    )
    if not links and fields.whole(payload.get("total_result_count")) != 0:
        raise UpstreamInvalid("AliExpress sent a list of links that cannot be read. Try again later.")
    return links


LINK_GENERATE: Final = Operation(
    method="aliexpress.affiliate.link.generate",
    encode=_encode,
    decode=_decode,
    empty=tuple[GeneratedLink, ...],
    permission_group=STANDARD,
)
