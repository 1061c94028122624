"""Products by id: known from a listing or asked for, up to 50 in a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from alistach.answers.asker import Asker, Found
from alistach.answers.batch import Batch, Batches, Carried, Seats, Send
from alistach.answers.cachekey import Locale, product_key
from alistach.answers.collapse import Fetched
from alistach.answers.entries import Entries, Fetch
from alistach.answers.entry import Entry, Row
from alistach.answers.freshness import FreshnessClass
from alistach.answers.ownid import asked_with_own_id
from alistach.answers.recent import Recent
from alistach.answers.search import FLIGHT_SECONDS
from alistach.errors import UpstreamInvalid
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks
from alistach.openplatform import OpenPlatform
from alistach.openplatform.operation import Priority
from alistach.openplatform.products import PRODUCT_DETAILS, ProductLookup, ProductRow, match_rows

# How many products asked for by id are remembered, and how many of the newest are looked through for a free seat.
_RECENT = 5000
_LOOK_THROUGH = 400
# A product asked for this often takes a free seat once this share of its fresh life is over.
_OFTEN = 2
_EARLY = 0.5


class Details:
    """Finds products by id."""

    def __init__(self, entries: Entries, platform: OpenPlatform, tracking_id: str, clock: Clock, tasks: Tasks) -> None:
        self._entries, self._platform, self._tracking_id = entries, platform, tracking_id
        self._clock, self._tasks = clock, tasks
        self._batches: Batches[Locale, Entry] = Batches(self._batch)
        self._asked = Recent(_RECENT)
        self._omitted = Recent(_RECENT)

    async def find(self, product_id: str, locale: Locale, asker: Asker) -> Found:
        """The product's entry; its row is None where the platform shows no such product. Raises GatewayError."""
        key = product_key(product_id, locale)
        self._asked.see((key,))
        return await self._entries.find(key, self._fetch(product_id, locale), asker)

    def listed(self, rows: Iterable[ProductRow], locale: Locale, asked_at: float, received_at: float) -> None:
        """Keep the rows of a listing, which answer detail questions while their prices are fresh."""
        self._entries.keep(
            _entry(row.product.product_id, row, locale, asked_at, received_at, FreshnessClass.LISTED)
            for row in rows
            if row.promotion_link
        )

    def _fetch(self, product_id: str, locale: Locale) -> Fetch:
        async def fetch(priority: Priority) -> Fetched[Entry]:
            fetched = await self._batches.of(locale).get(product_id, priority)
            if fetched.value is None:
                raise UpstreamInvalid(
                    "AliExpress's answer leaves open whether it shows this product. Try again later.",
                    upstream_calls=fetched.calls,
                )
            return Fetched(fetched.value, fetched.calls)

        return fetch

    def _is_first_omission(self, key: str) -> bool:
        """Whether a product that was shown is missing for the first time: its good row is not given up for that."""
        known = self._entries.known(key)
        if known is None or known.expect(Row).raw is None or self._entries.is_gone(known) or key in self._omitted:
            return False
        self._omitted.see((key,))
        return True

    def _left_out(self, product_id: str, locale: Locale, *, most_are: bool) -> FreshnessClass:
        """What the platform leaves out, it does not show. Believed when it is likely, or when it is said again."""
        known = self._entries.known(product_key(product_id, locale))
        was_shown = known is not None and known.expect(Row).raw is not None
        is_doubtful = was_shown or (known is None and most_are)
        return FreshnessClass.PROVISIONAL if is_doubtful else FreshnessClass.UNAVAILABLE

    def _batch(self, locale: Locale) -> Batch[Entry]:
        seats: Seats[Entry] = Seats(
            "product_ids",
            lambda seated, free: self._due(locale, seated, free),
            # Nobody has asked for those: that one was left out is no reason to forget what is known of it.
            lambda found: self._entries.keep_spare(e for e in found.values() if e.expect(Row).raw is not None),
        )
        return Batch(self._sender(locale), seats, self._clock, self._tasks, self._entries.saved)

    def _sender(self, locale: Locale) -> Send[Entry]:
        async def send(close: Callable[[], tuple[str, ...]], priority: Priority) -> Carried[Entry]:
            asked: tuple[str, ...] = ()

            def question() -> ProductLookup:
                nonlocal asked
                asked = close()
                return ProductLookup(
                    product_ids=asked,
                    target_currency=locale.currency,
                    target_language=locale.language,
                    country=locale.country,
                    tracking_id=self._tracking_id,
                )

            deadline = self._clock.monotonic() + FLIGHT_SECONDS
            with asked_with_own_id(self._tracking_id):
                reply = await self._platform.send(PRODUCT_DETAILS, question, priority=priority, deadline=deadline)
            rows = match_rows(asked, reply.result)
            most_are_left_out = len(asked) > 1 and len(rows) * 2 <= len(asked)

            def entry(product_id: str) -> Entry | None:
                asked_at, received_at = reply.attempts[-1].started_at, reply.received_at
                if (row := rows.get(product_id)) is None:
                    if self._is_first_omission(product_key(product_id, locale)):
                        return None
                    freshness = self._left_out(product_id, locale, most_are=most_are_left_out)
                else:
                    freshness = FreshnessClass.DETAIL if row.promotion_link else FreshnessClass.PROVISIONAL
                return _entry(product_id, row, locale, asked_at, received_at, freshness)

            entries = {product_id: found for product_id in asked if (found := entry(product_id)) is not None}
            return Carried(entries, len(reply.attempts))

        return send

    def _due(self, locale: Locale, seated: Sequence[str], free: int) -> list[str]:
        """Products often asked for whose prices will soon be too old."""
        due: list[str] = []
        for key, times in self._asked.newest(_LOOK_THROUGH):
            if len(due) >= free:
                break
            if times < _OFTEN or (known := self._entries.known(key)) is None or not isinstance(known.content, Row):
                continue
            product_id = known.tags[0].removeprefix("product:")
            here = product_key(product_id, locale) == key and product_id not in seated
            if here and known.content.raw is not None and self._entries.spent(known) >= _EARLY:
                due.append(product_id)
        return due


def _entry(
    product_id: str,
    row: ProductRow | None,
    locale: Locale,
    asked_at: float,
    received_at: float,
    freshness: FreshnessClass,
) -> Entry:
    content = Row(row.raw if row else None)
    return Entry(product_key(product_id, locale), freshness, asked_at, received_at, content, (f"product:{product_id}",))
