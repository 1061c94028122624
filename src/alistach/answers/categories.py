"""The category tree: one call brings all of it."""

from __future__ import annotations

from alistach.answers.asker import Asker, Found
from alistach.answers.cachekey import CATEGORIES_KEY
from alistach.answers.collapse import Fetched
from alistach.answers.entries import Entries
from alistach.answers.entry import Entry, Node, Tree
from alistach.answers.freshness import FreshnessClass
from alistach.answers.search import FLIGHT_SECONDS
from alistach.errors import UpstreamInvalid
from alistach.kit.clock import Clock
from alistach.openplatform import OpenPlatform
from alistach.openplatform.categories import CATEGORIES, CategoryQuery
from alistach.openplatform.operation import Priority


class CategoryTree:
    """Finds the tree."""

    def __init__(self, entries: Entries, platform: OpenPlatform, clock: Clock) -> None:
        self._entries, self._platform, self._clock = entries, platform, clock

    async def find(self, asker: Asker) -> Found:
        """The tree's entry. Raises GatewayError."""
        return await self._entries.find(CATEGORIES_KEY, self._fetch, asker)

    async def _fetch(self, priority: Priority) -> Fetched[Entry]:
        deadline = self._clock.monotonic() + FLIGHT_SECONDS
        reply = await self._platform.send(CATEGORIES, CategoryQuery(), priority=priority, deadline=deadline)
        calls = len(reply.attempts)
        if not reply.result:
            raise UpstreamInvalid(
                "AliExpress sent a category tree without categories. Try again later.", upstream_calls=calls
            )
        tree = Tree(tuple(Node(node.id, node.name, node.parent_id) for node in reply.result))
        asked_at = reply.attempts[-1].started_at
        return Fetched(Entry(CATEGORIES_KEY, FreshnessClass.CATEGORIES, asked_at, reply.received_at, tree), calls)
