"""Answers about products: a page of a search, one product, several products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alistach.answers.answer import Answer, Variants, answer, encode
from alistach.answers.asker import Asker, Found
from alistach.answers.cachekey import House, Locale, canonical_id, subject, variant_name, window_key
from alistach.answers.details import Details
from alistach.answers.entries import Entries
from alistach.answers.entry import Row
from alistach.answers.links import Links
from alistach.answers.pages import Page
from alistach.answers.questions import ProductDetail, ProductDetails, Search
from alistach.answers.recent import Recent
from alistach.answers.results import (
    DetailRow,
    DetailsList,
    DetailStatus,
    Envelope,
    Metadata,
    ProductsPage,
    RowLink,
    ShownProduct,
)
from alistach.answers.rowlinks import CallerLinks, caller_links, house_link, settled, sorted_out
from alistach.answers.search import Searches
from alistach.errors import ProductUnavailable
from alistach.kit.clock import iso
from alistach.openplatform.products import Product, read_row

_PAGES_REMEMBERED = 20_000
_PRODUCT_FIELDS = Product.__struct_fields__


class ProductAnswers:
    """Answers questions about products, each row with the asker's own link."""

    def __init__(
        self,
        entries: Entries,
        searches: Searches,
        details: Details,
        links: Links,
        variants: Variants,
        house: House,
        source: str,
    ) -> None:
        self._entries, self._searches, self._details, self._links = entries, searches, details, links
        self._variants, self._house, self._source = variants, house, source
        self._pages = Recent(_PAGES_REMEMBERED)

    async def search(self, question: Search, asker: Asker) -> Answer:
        """A page of a search. Raises GatewayError."""
        about, tracking_id = subject(question, self._house), question.tracking_id or self._house.tracking_id
        name = variant_name("search", window_key(about, 0), question.page_no, question.page_size, tracking_id)
        # A page that nobody has asked for yet is saved by the windows that it is cut from.
        saver = "cache" if name in self._pages else "page"
        self._pages.see((name,))
        with self._entries.charging(asker) as payer:
            found = await self._searches.page(about, question.page_no, question.page_size, payer, saver)
            product_ids = [row.product_id for row in found.page.rows]
            links = await self._caller_links(product_ids, tracking_id, payer)
            founds = (*found.founds, *links.found.values()) if links else found.founds
            self._links.shown(product_ids)

            def make() -> Envelope[Any]:
                data = self._shown_page(found.page, question, links)
                return Envelope(data=data, metadata=self._metadata(about.locale, found.founds))

            return self._answer(name, founds, make, links, payer)

    async def detail(self, question: ProductDetail, asker: Asker) -> Answer:
        """One product. Raises GatewayError, ProductUnavailable among them."""
        locale = self._house.locale(question.target_currency, question.target_language, question.ship_to_country)
        product_id, tracking_id = canonical_id(question.product_id), question.tracking_id or self._house.tracking_id
        with self._entries.charging(asker) as payer:
            found = await self._details.find(product_id, locale, payer)
            if (raw := found.entry.expect(Row).raw) is None:
                raise ProductUnavailable(
                    f"AliExpress shows no product {product_id}: it does not exist, is not shipped where you asked, "
                    "or is not in the affiliate program. It is asked again after a day at the latest."
                )
            links = await self._caller_links([product_id], tracking_id, payer)
            founds = (found, *links.found.values()) if links else (found,)
            self._links.shown((product_id,))

            def make() -> Envelope[Any]:
                data = self._shown(product_id, raw, links)
                return Envelope(data=data, metadata=self._metadata(locale, (found,)))

            return self._answer(variant_name("detail", found.entry.key, tracking_id), founds, make, links, payer)

    async def details(self, question: ProductDetails, asker: Asker) -> Answer:
        """Several products, in the order asked. Raises GatewayError if any cannot be told."""
        locale = self._house.locale(question.target_currency, question.target_language, question.ship_to_country)
        tracking_id = question.tracking_id or self._house.tracking_id
        wanted = tuple(dict.fromkeys(canonical_id(asked) for asked in question.product_ids))
        with self._entries.charging(asker) as payer:
            outcomes = await settled([self._details.find(product_id, locale, payer) for product_id in wanted])
            found, failed = sorted_out(wanted, outcomes)
            for error in failed.values():
                raise error
            available = [product_id for product_id in wanted if found[product_id].entry.expect(Row).raw is not None]
            links = await self._caller_links(available, tracking_id, payer)
            self._links.shown(available)
            rows = tuple(self._detail_row(asked, found[canonical_id(asked)], links) for asked in question.product_ids)
            founds = (*found.values(), *links.found.values()) if links else tuple(found.values())
            shown = encode(Envelope(data=DetailsList(rows), metadata=self._metadata(locale, tuple(found.values()))))
            return answer(shown, founds, 0.0, payer.tab.calls)

    def _answer(
        self,
        name: str,
        founds: Sequence[Found],
        make: Callable[[], Envelope[Any]],
        links: CallerLinks | None,
        payer: Asker,
    ) -> Answer:
        """The answer made of these entries; one in which a link failed is for nobody else, since the next may do better."""
        if links and links.failed:
            return answer(encode(make()), founds, 0.0, payer.tab.calls)
        return answer(self._variants.of(name, founds, make), founds, self._entries.fresh_until(founds), payer.tab.calls)

    async def _caller_links(self, product_ids: Sequence[str], tracking_id: str, asker: Asker) -> CallerLinks | None:
        """The asker's short links; None for the house, whose long links come with the rows."""
        if tracking_id == self._house.tracking_id:
            return None
        return await caller_links(self._links, product_ids, tracking_id, asker)

    def _shown_page(self, page: Page, question: Search, links: CallerLinks | None) -> ProductsPage:
        products = tuple(self._shown(row.product_id, row.raw, links) for row in page.rows)
        return ProductsPage(products, page.total, question.page_no, question.page_size, page.has_more)

    def _detail_row(self, asked: str, found: Found, links: CallerLinks | None) -> DetailRow:
        raw = found.entry.expect(Row).raw
        if raw is None:
            return DetailRow(asked, DetailStatus.UNAVAILABLE, None)
        return DetailRow(asked, DetailStatus.OK, self._shown(canonical_id(asked), raw, links))

    def _shown(self, product_id: str, raw: bytes, links: CallerLinks | None) -> ShownProduct:
        row = read_row(raw)
        link: RowLink = links.link(product_id) if links else house_link(row.promotion_link, self._house.tracking_id)
        return ShownProduct(**{name: getattr(row.product, name) for name in _PRODUCT_FIELDS}, link=link)

    def _metadata(self, locale: Locale, priced: Sequence[Found]) -> Metadata:
        return Metadata(
            source=self._source,
            currency=locale.currency,
            language=locale.language,
            ship_to_country=locale.country or None,
            price_as_of=iso(min(found.entry.received_at for found in priced)),
        )
