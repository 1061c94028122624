"""Answers about links: one page's, or those of up to 50 pages."""

from __future__ import annotations

from dataclasses import dataclass

from alistach.answers.answer import Answer, Variants, answer, encode
from alistach.answers.asker import Asker, Found
from alistach.answers.cachekey import House, variant_name
from alistach.answers.entries import Entries
from alistach.answers.entry import Minted
from alistach.answers.links import Links
from alistach.answers.questions import AffiliateLink, AffiliateLinks
from alistach.answers.results import Envelope, LinksList, LinkStatus, Metadata, PageLink
from alistach.answers.rowlinks import failed_link, minted_link, settled
from alistach.errors import GatewayError, TrackingIdUnknown
from alistach.kit.clock import Clock

_UNRESOLVABLE = "No AliExpress page is behind this; send the URL of a product, shop or campaign page."


@dataclass(frozen=True, slots=True)
class _Linked:
    """A page's link and the entries it rests on."""

    link: PageLink
    founds: tuple[Found, ...]


class LinkAnswers:
    """Answers questions about links, always with short links of `link.generate`."""

    def __init__(
        self, entries: Entries, links: Links, variants: Variants, house: House, source: str, clock: Clock
    ) -> None:
        self._entries, self._links, self._variants = entries, links, variants
        self._house, self._metadata, self._clock = house, Metadata(source=source), clock

    async def link(self, question: AffiliateLink, asker: Asker) -> Answer:
        """One page's link. Raises GatewayError."""
        tracking_id = question.tracking_id or self._house.tracking_id
        with self._entries.charging(asker) as payer:
            linked = await self._linked(question.url, tracking_id, payer)
            founds = linked.founds

            def make() -> Envelope[PageLink]:
                return Envelope(data=linked.link, metadata=self._metadata)

            if not founds:
                return self._own(make())
            variant = self._variants.of(variant_name("link", question.url, tracking_id), founds, make)
            return answer(variant, founds, self._entries.fresh_until(founds), payer.tab.calls)

    async def links(self, question: AffiliateLinks, asker: Asker) -> Answer:
        """Links in the order asked; one that cannot be made now fails alone. Raises GatewayError when all of them do."""
        tracking_id = question.tracking_id or self._house.tracking_id
        wanted = tuple(dict.fromkeys(question.urls))
        with self._entries.charging(asker) as payer:
            outcomes = await settled([self._linked(text, tracking_id, payer) for text in wanted])
            errors = [outcome for outcome in outcomes if isinstance(outcome, GatewayError)]
            for error in errors:
                if isinstance(error, TrackingIdUnknown) or len(errors) == len(outcomes):
                    raise error
            by_text = dict(zip(wanted, outcomes, strict=True))
            links = tuple(self._or_failed(text, by_text[text], tracking_id) for text in question.urls)
            founds = [found for outcome in outcomes if isinstance(outcome, _Linked) for found in outcome.founds]
            envelope = Envelope(data=LinksList(links), metadata=self._metadata)
            return answer(encode(envelope), founds, 0.0, payer.tab.calls) if founds else self._own(envelope)

    async def _linked(self, text: str, tracking_id: str, asker: Asker) -> _Linked:
        understood = await self._links.understand(text, asker)
        target = understood.target
        if target is None:
            link = PageLink(text, None, None, LinkStatus.UNRESOLVABLE, None, None, tracking_id, _UNRESOLVABLE)
            return _Linked(link, understood.founds)
        found = await self._links.find(target, tracking_id, asker)
        row = minted_link(tracking_id, found.entry.expect(Minted))
        link = PageLink(
            text, target.product_id, target.canonical_url, row.status, row.url, row.kind, tracking_id, row.reason
        )
        return _Linked(link, (*understood.founds, found))

    def _or_failed(self, text: str, outcome: _Linked | GatewayError, tracking_id: str) -> PageLink:
        if isinstance(outcome, _Linked):
            return outcome.link
        target = self._links.page_of(text)
        row = failed_link(tracking_id, f"{outcome.headline}. Ask again later.")
        product_id, canonical_url = (target.product_id, target.canonical_url) if target else (None, None)
        return PageLink(text, product_id, canonical_url, row.status, None, None, tracking_id, row.reason)

    def _own(self, envelope: Envelope[PageLink] | Envelope[LinksList]) -> Answer:
        """An answer that needed nobody: nothing here was a page of AliExpress."""
        made = encode(envelope)
        return Answer(made.body, made.etag, None, self._clock.now(), 0, 0.0)
