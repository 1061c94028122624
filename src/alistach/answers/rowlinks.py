"""The link of each product row: the house's long one that came with it, or the caller's own short one, never another's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from alistach.answers.asker import Asker, Found
from alistach.answers.entry import Minted
from alistach.answers.links import Links, Target
from alistach.answers.results import LinkKind, LinkStatus, RowLink
from alistach.errors import GatewayError, TrackingIdUnknown
from alistach.openplatform.products import product_url

T = TypeVar("T")

NO_LINK_REASON = "AliExpress does not make links for this page"


@dataclass(frozen=True, slots=True)
class CallerLinks:
    """The short links of one tracking id for some products: those found, and what went wrong with the others."""

    tracking_id: str
    found: Mapping[str, Found]
    failed: Mapping[str, GatewayError]

    def link(self, product_id: str) -> RowLink:
        """The link of one of the products, or the reason why there is none."""
        if (error := self.failed.get(product_id)) is not None:
            return failed_link(self.tracking_id, f"{error.headline}. Ask again later.")
        return minted_link(self.tracking_id, self.found[product_id].entry.expect(Minted))


async def caller_links(links: Links, product_ids: Sequence[str], tracking_id: str, asker: Asker) -> CallerLinks:
    """The short links of `tracking_id` for these products, minted if missing. Raises TrackingIdUnknown."""
    asked = [links.find(Target(product_url(i), i), tracking_id, asker) for i in product_ids]
    found, failed = sorted_out(product_ids, await settled(asked))
    for error in failed.values():
        if isinstance(error, TrackingIdUnknown):
            raise error
    return CallerLinks(tracking_id, found, failed)


async def settled(work: Sequence[Coroutine[Any, Any, T]]) -> list[T | GatewayError]:
    """The result or the GatewayError of each; any other exception is a defect and is raised."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    results: list[T | GatewayError] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, GatewayError):
            raise outcome
        results.append(outcome)
    return results


def sorted_out(
    names: Sequence[str], outcomes: Sequence[T | GatewayError]
) -> tuple[dict[str, T], dict[str, GatewayError]]:
    """The good outcomes and the failures, each by name."""
    good: dict[str, T] = {}
    bad: dict[str, GatewayError] = {}
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, GatewayError):
            bad[name] = outcome
        else:
            good[name] = outcome
    return good, bad


def house_link(promotion_link: str | None, tracking_id: str) -> RowLink:
    """The long link that came with a row asked for with the house tracking id."""
    if promotion_link is None:
        return failed_link(tracking_id, "AliExpress sent this row without a link. Ask /api/affiliate/link for one.")
    return RowLink(LinkStatus.MONETISED, promotion_link, LinkKind.LONG, tracking_id, None)


def minted_link(tracking_id: str, minted: Minted) -> RowLink:
    """A link of the link store."""
    if minted.url is None:
        return RowLink(LinkStatus.NOT_IN_PROGRAM, None, None, tracking_id, f"{NO_LINK_REASON}: {minted.reason}")
    return RowLink(LinkStatus.MONETISED, minted.url, LinkKind.SHORT, tracking_id, None)


def failed_link(tracking_id: str, reason: str) -> RowLink:
    """A link that could not be made now."""
    return RowLink(LinkStatus.FAILED, None, None, tracking_id, reason)
