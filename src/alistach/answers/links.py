"""Paying links: any page in, a short link of the caller's tracking id out, or the reason why there is none."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alistach.answers.asker import Asker, Found
from alistach.answers.batch import Batch, Batches, Carried, Seats, Send
from alistach.answers.cachekey import link_key, resolution_key
from alistach.answers.collapse import Fetched
from alistach.answers.entries import Entries, Fetch
from alistach.answers.entry import Entry, Minted, Resolution
from alistach.answers.freshness import FreshnessClass
from alistach.answers.ownid import own_id_unknown
from alistach.answers.recent import Recent
from alistach.answers.search import FLIGHT_SECONDS
from alistach.errors import GatewayError, TrackingIdUnknown, UpstreamInvalid
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks
from alistach.openplatform import OpenPlatform
from alistach.openplatform.links import LINK_GENERATE, GeneratedLink, LinkRequest, match_links
from alistach.openplatform.operation import Priority
from alistach.openplatform.products import product_url
from alistach.openplatform.urls import OtherPage, PageUrl, ShortLink, understand

# How many products shown lately are remembered as likely to be asked a link for.
_RECENT = 2_000
_LOOK_THROUGH = 500
# Short links are followed a few at a time: their hosts have patience with a person, not with a crowd.
_MOST_FOLLOWED = 4
# A tracking id that the platform did not know is not asked about again for so long; so many of them are remembered.
_UNKNOWN_SECONDS = 60.0
_MOST_UNKNOWN = 1_000


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
    """Finds where texts lead and the short links for those pages. `house_tracking_id` is the operator's own."""

    def __init__(
        self, entries: Entries, platform: OpenPlatform, house_tracking_id: str, clock: Clock, tasks: Tasks
    ) -> None:
        self._entries, self._platform, self._house_tracking_id = entries, platform, house_tracking_id
        self._clock, self._tasks = clock, tasks
        self._batches: Batches[str, Entry] = Batches(self._batch)
        self._shown = Recent(_RECENT)
        self._following = asyncio.Semaphore(_MOST_FOLLOWED)
        self._unknown: OrderedDict[str, tuple[float, TrackingIdUnknown]] = OrderedDict()

    async def understand(self, text: str, asker: Asker) -> Understood:
        """The page behind a URL, a short link or share text. Raises GatewayError when a short link cannot be followed now."""
        short = understand(text)
        if not isinstance(short, ShortLink):
            return Understood(self.page_of(text))
        key, follow = resolution_key(short.url), self._follow(short.url)
        found = await self._entries.find(key, follow, asker, needs_turn=False)
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

    def shown(self, product_ids: Iterable[str]) -> None:
        """Products that somebody has just been shown: their links may be wanted next, by whoever asks for links."""
        self._shown.see(product_ids)

    def _follow(self, url: str) -> Fetch:
        async def fetch(_: Priority) -> Fetched[Entry]:
            asked_at = self._clock.now()
            async with self._following:
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
            self._refuse_unknown(tracking_id)
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
            "source_values",
            lambda seated, free: self._likely(tracking_id, seated, free),
            lambda found: self._entries.keep_spare(found.values()),
        )
        return Batch(self._sender(tracking_id), seats, self._clock, self._tasks, self._entries.saved)

    def _sender(self, tracking_id: str) -> Send[Entry]:
        async def send(close: Callable[[], tuple[str, ...]], priority: Priority) -> Carried[Entry]:
            asked: tuple[str, ...] = ()

            def question() -> LinkRequest:
                nonlocal asked
                asked = close()
                return LinkRequest(asked, tracking_id)

            deadline = self._clock.monotonic() + FLIGHT_SECONDS
            try:
                reply = await self._platform.send(LINK_GENERATE, question, priority=priority, deadline=deadline)
            except TrackingIdUnknown as error:
                raise self._learnt_unknown(tracking_id, error) from error
            matched = zip(asked, match_links(asked, reply.result), strict=True)
            asked_at, received_at = reply.attempts[-1].started_at, reply.received_at
            entries = {
                url: self._entry(url, tracking_id, link, asked_at, received_at)
                for url, link in matched
                # An answer with neither link nor reason is a failure, and is not kept.
                if link is not None and (link.promotion_link or link.message)
            }
            return Carried(entries, len(reply.attempts))

        return send

    def _refuse_unknown(self, tracking_id: str) -> None:
        """Raises TrackingIdUnknown when the platform has just said so: a caller set up wrongly must not spend the key."""
        until, error = self._unknown.get(tracking_id, (0.0, None))
        if error is not None and self._clock.monotonic() < until:
            raise error.shared(0)

    def _learnt_unknown(self, tracking_id: str, error: TrackingIdUnknown) -> GatewayError:
        """Whose failure it is that the platform does not know a tracking id: the operator's own is no caller's."""
        if tracking_id != self._house_tracking_id:
            self._unknown[tracking_id] = self._clock.monotonic() + _UNKNOWN_SECONDS, error.shared(0)
            if len(self._unknown) > _MOST_UNKNOWN:
                self._unknown.popitem(last=False)
            return error.shared(error.upstream_calls)
        return own_id_unknown(tracking_id, error)

    def _likely(self, tracking_id: str, seated: Sequence[str], free: int) -> list[str]:
        """The newest products shown that have no short link yet."""
        likely: list[str] = []
        for product_id, _ in self._shown.newest(_LOOK_THROUGH):
            if len(likely) >= free:
                break
            url = product_url(product_id)
            if url not in seated and self._entries.known(link_key(tracking_id, product_id)) is None:
                likely.append(url)
        return likely

    def _entry(self, url: str, tracking_id: str, link: GeneratedLink, asked_at: float, received_at: float) -> Entry:
        page = understand(url)
        target = Target(url, page.product_id if isinstance(page, PageUrl) else None)
        key = link_key(tracking_id, target.name)
        tags = (f"tracking:{tracking_id}",) + ((f"product:{target.product_id}",) if target.product_id else ())
        if link.promotion_link:
            return Entry(key, FreshnessClass.LINKS, asked_at, received_at, Minted(link.promotion_link, None), tags)
        # A refusal may be a passing failure, since both are a message and no link: it is believed when it is said again.
        known = self._entries.known(key)
        is_said_again = known is not None and known.expect(Minted).url is None
        freshness = FreshnessClass.UNAVAILABLE if is_said_again else FreshnessClass.PROVISIONAL
        return Entry(key, freshness, asked_at, received_at, Minted(None, link.message), tags)
