"""Searches: asked in windows of the platform's largest page, with the house tracking id, and shared by all callers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alistach.answers.asker import Asker, Found
from alistach.answers.cachekey import Locale, Subject, window_key
from alistach.answers.collapse import Fetched
from alistach.answers.entries import Entries, Fetch
from alistach.answers.entry import Entry, Window
from alistach.answers.freshness import FreshnessClass
from alistach.answers.ownid import asked_with_own_id
from alistach.answers.pages import WINDOW_SIZE, Page, cut, is_last, windows_of, without
from alistach.errors import InvalidParameters, ParameterProblem
from alistach.kit.clock import Clock
from alistach.openplatform import OpenPlatform
from alistach.openplatform.operation import Priority
from alistach.openplatform.products import PRODUCT_QUERY, ProductQuery, ProductRow

# A flight ends by itself after this long, whoever still waits for it.
FLIGHT_SECONDS = 30.0
_MAX_WINDOWS = 100


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of a search and the entries that it was cut from."""

    page: Page
    founds: tuple[Found, ...]


class Searches:
    """Finds pages of searches. `listed` is given the rows of each window that comes, in their order."""

    def __init__(
        self,
        entries: Entries,
        platform: OpenPlatform,
        tracking_id: str,
        listed: Callable[[Iterable[ProductRow], Locale, float, float], None],
        clock: Clock,
    ) -> None:
        self._entries, self._platform, self._tracking_id = entries, platform, tracking_id
        self._listed, self._clock = listed, clock

    async def page(self, about: Subject, page_no: int, page_size: int, asker: Asker, saver: str) -> FoundPage:
        """The page, asking for the windows that are not known; `saver` as in `Entries.find`. Raises GatewayError."""
        numbers = windows_of(page_no, page_size)
        if numbers[-1] > _MAX_WINDOWS:
            last = _MAX_WINDOWS * WINDOW_SIZE // page_size
            problem = ParameterProblem("page_no", f"must be 1 to {last} for a page_size of {page_size}, was {page_no}")
            raise InvalidParameters("AliExpress shows at most 5,000 rows of a search.", problems=(problem,))
        founds: list[Found] = []
        windows: list[tuple[int, Window]] = []
        for number in numbers:
            if windows and is_last(*windows[-1]):
                break
            if (end := self._end_before(about, number, asker)) is not None:
                founds.append(end)
                windows.append((number, Window((), (), 0, end.entry.expect(Window).total)))
                break
            key, fetch = window_key(about, number), self._fetch(about, number)
            found = await self._entries.find(key, fetch, asker, saver=saver)
            founds.append(found)
            windows.append((number, found.entry.expect(Window)))
        return FoundPage(cut(windows, page_no, page_size), tuple(founds))

    def _end_before(self, about: Subject, number: int, asker: Asker) -> Found | None:
        """The earlier window that shows that the number-th does not exist, if one is known."""
        for earlier in range(number - 1, 0, -1):
            known = self._entries.usable(window_key(about, earlier), asker)
            if known is not None:
                return known if is_last(earlier, known.entry.expect(Window)) else None
        return None

    def _fetch(self, about: Subject, number: int) -> Fetch:
        async def fetch(priority: Priority) -> Fetched[Entry]:
            query = ProductQuery(
                keywords=about.keywords,
                category_ids=about.category_ids,
                min_sale_price=about.min_sale_price,
                max_sale_price=about.max_sale_price,
                page_no=number,
                page_size=WINDOW_SIZE,
                sort=about.sort,
                ship_to_country=about.locale.country,
                target_currency=about.locale.currency,
                target_language=about.locale.language,
                tracking_id=self._tracking_id,
            )
            deadline = self._clock.monotonic() + FLIGHT_SECONDS
            with asked_with_own_id(self._tracking_id):
                reply = await self._platform.send(PRODUCT_QUERY, query, priority=priority, deadline=deadline)
            rows, asked_at = reply.result.rows, reply.attempts[-1].started_at
            self._listed(rows, about.locale, asked_at, reply.received_at)
            window = Window(
                tuple(row.product.product_id for row in rows),
                tuple(row.raw for row in rows),
                len(rows),
                reply.result.total,
            )
            entry = Entry(
                window_key(about, number),
                _freshness(rows),
                asked_at,
                reply.received_at,
                without(window, self._shown_before(about, number)),
                tuple(f"product:{product_id}" for product_id in window.product_ids),
            )
            return Fetched(entry, len(reply.attempts))

        return fetch

    def _shown_before(self, about: Subject, number: int) -> set[str]:
        shown: set[str] = set()
        for earlier in range(1, number):
            known = self._entries.known(window_key(about, earlier))
            if known is not None:
                shown.update(known.expect(Window).product_ids)
        return shown


def _freshness(rows: Sequence[ProductRow]) -> FreshnessClass:
    if not rows:
        return FreshnessClass.EMPTY
    # A row without the link that belongs to it earns nothing, so it is soon asked for again.
    is_whole = all(row.promotion_link for row in rows)
    return FreshnessClass.SEARCH if is_whole else FreshnessClass.PROVISIONAL
