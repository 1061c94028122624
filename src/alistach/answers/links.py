"""Paying links: any page in, a short link of the caller's tracking id out, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alistach.answers.asker import Asker, Found
from alistach.answers.batch import Batch, Batches, Carried, Seats, Send
from alistach.answers.cachekey import link_key, resolution_key
from alistach.answers.collapse import Fetched
from alistach.answers.entries import Entries, Fetch
from alistach.answers.entry import Entry, Minted, Resolution
from alistach.answers.freshness import FreshnessClass
from alistach.answers.recent import Recent
from alistach.answers.search import FLIGHT_SECONDS
from alistach.errors import UpstreamInvalid
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks
from alistach.openplatform import OpenPlatform
from alistach.openplatform.links import LINK_GENERATE, GeneratedLink, LinkRequest, match_links
from alistach.openplatform.operation import Priority
from alistach.openplatform.products import product_url
from alistach.openplatform.urls import OtherPage, PageUrl, ShortLink, understand

# How many products shown lately are remembered as likely to be asked a link for.
_RECENT = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """The page that a link is wanted for: `canonical_url` is what the platform is asked, `product_id` set for a product."""

    canonical_url: str
    product_id: str | None

    @property
    def name(self) -> str:
        """What the link store knows the page by: a product by its id, whatever its URL."""
        return self.product_id or self.canonical_url


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text was understood as, and the entries that this rests on; no target if no AliExpress page is behind it."""

    target: Target | None
    founds: tuple[Found, ...] = ()


class Links:
    """Finds where texts lead and the short links for those pages."""

    def __init__(self, entries: Entries, platform: OpenPlatform, clock: Clock, tasks: Tasks) -> None:
        self._entries, self._platform = entries, platform
        self._clock, self._tasks = clock, tasks
        self._batches: Batches[str, Entry] = Batches(self._batch)
        self._shown: dict[str, Recent] = {}

    async def understand(self, text: str, asker: Asker) -> Understood:
        """The page behind a URL, a short link or share text. Raises GatewayError when a short link cannot be followed now."""
        short = understand(text)
        if not isinstance(short, ShortLink):
            return Understood(self.page_of(text))
        found = await self._entries.find(resolution_key(short.url), self._follow(short.url), asker)
        leads = found.entry.expect(Resolution)
        target = Target(leads.canonical_url, leads.product_id) if leads.canonical_url else None
        return Understood(target, (found,))

    def page_of(self, text: str) -> Target | None:
        """The page that the text itself names, without asking anybody where short links lead."""
        match understand(text):
            case PageUrl(product_id=product_id):
                return Target(product_url(product_id), product_id)
            case OtherPage(url=url):
                return Target(url, None)
            case _:
                return None

    async def find(self, target: Target, tracking_id: str, asker: Asker) -> Found:
        """The entry of the short link. Raises GatewayError, TrackingIdUnknown among them."""
        key = link_key(tracking_id, target.name)
        return await self._entries.find(key, self._fetch(target, tracking_id), asker)

    def shown(self, product_ids: Iterable[str], tracking_id: str) -> None:
        """Products that an asker with this tracking id has just been shown: their links may be wanted next."""
        if tracking_id not in self._shown:
            if len(self._shown) >= 500:
                self._shown.clear()
            self._shown[tracking_id] = Recent(_RECENT)
        self._shown[tracking_id].see(product_ids)

    def _follow(self, url: str) -> Fetch:
        async def fetch(_: Priority) -> Fetched[Entry]:
            asked_at = self._clock.now()
            page = await self._platform.resolve(url)
            match page:
                case PageUrl(product_id=product_id):
                    leads = Resolution(product_url(product_id), product_id)
                case OtherPage(url=other):
                    leads = Resolution(other, None)
                case _:
                    leads = Resolution(None, None)
            freshness = FreshnessClass.LINKS if leads.canonical_url else FreshnessClass.EMPTY
            return Fetched(Entry(resolution_key(url), freshness, asked_at, self._clock.now(), leads), 0)

        return fetch

    def _fetch(self, target: Target, tracking_id: str) -> Fetch:
        async def fetch(priority: Priority) -> Fetched[Entry]:
            fetched = await self._batches.of(tracking_id).get(target.canonical_url, priority)
            if fetched.value is None:
                raise UpstreamInvalid(
                    "AliExpress answered without a link for this page and without a reason. Try again later.",
                    upstream_calls=fetched.calls,
                )
            return Fetched(fetched.value, fetched.calls)

        return fetch

    def _batch(self, tracking_id: str) -> Batch[Entry]:
        seats: Seats[Entry] = Seats(
            lambda seated, free: self._likely(tracking_id, seated, free),
            lambda found: self._entries.keep(found.values()),
        )
        return Batch(self._sender(tracking_id), seats, self._clock, self._tasks)

    def _sender(self, tracking_id: str) -> Send[Entry]:
        async def send(close: Callable[[], tuple[str, ...]], priority: Priority) -> Carried[Entry]:
            asked_at = self._clock.now()
            asked: tuple[str, ...] = ()

            def question() -> LinkRequest:
                nonlocal asked
                asked = close()
                return LinkRequest(asked, tracking_id)

            deadline = self._clock.monotonic() + FLIGHT_SECONDS
            reply = await self._platform.send(LINK_GENERATE, question, priority=priority, deadline=deadline)
            matched = zip(asked, match_links(asked, reply.result), strict=True)
            entries = {
                url: _entry(url, tracking_id, link, asked_at, reply.received_at)
                for url, link in matched
                # An answer with neither link nor reason is a failure, and is not kept.
                if link is not None and (link.promotion_link or link.message)
            }
            return Carried(entries, len(reply.attempts))

        return send

    def _likely(self, tracking_id: str, seated: Sequence[str], free: int) -> list[str]:
        """The newest products shown that have no short link yet."""
        likely: list[str] = []
        if (shown := self._shown.get(tracking_id)) is None:
            return likely
        for product_id, _ in shown.newest():
            if len(likely) >= free:
                break
            if self._entries.known(link_key(tracking_id, product_id)) is not None:
                shown.drop(product_id)
            elif (url := product_url(product_id)) not in seated:
                likely.append(url)
        return likely


def _entry(url: str, tracking_id: str, link: GeneratedLink, asked_at: float, received_at: float) -> Entry:
    page = understand(url)
    target = Target(url, page.product_id if isinstance(page, PageUrl) else None)
    freshness = FreshnessClass.LINKS if link.promotion_link else FreshnessClass.UNAVAILABLE
    tags = (f"tracking:{tracking_id}",) + ((f"product:{target.product_id}",) if target.product_id else ())
    content = Minted(link.promotion_link, None if link.promotion_link else link.message)
    return Entry(link_key(tracking_id, target.name), freshness, asked_at, received_at, content, tags)
