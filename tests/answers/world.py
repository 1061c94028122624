"""The whole stage on a real sandbox over HTTP, with a real cache file and a clock that can be set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import msgspec

from alistach.answers import answers, questions
from alistach.answers.answer import Answer, Variant
from alistach.answers.answers import Answers, Ground
from alistach.answers.asker import Asker
from alistach.answers.cachekey import House
from alistach.answers.entry import Entry
from alistach.answers.freshness import NO_DIRECTIVES, Directives
from alistach.answers.memory import Memory
from alistach.answers.store import Store
from alistach.kit.tasks import Tasks
from alistach.openplatform import Credentials, HttpTransport, OpenPlatform, Retries, Tolerance
from alistach.sandbox import Sandbox, SandboxOptions
from alistach.sandbox.methods.names import KNOWN
from alistach.storage.cache import CacheFile
from tests.answers.making import MEBIBYTE, TABLE, Ledger
from tests.leaping import LeapingClock

QUERY = "aliexpress.affiliate.product.query"
DETAILS = "aliexpress.affiliate.productdetail.get"
LINKS = "aliexpress.affiliate.link.generate"
CATEGORIES = "aliexpress.affiliate.category.get"
assert {QUERY, DETAILS, LINKS, CATEGORIES} <= set(KNOWN)

# Words that find more than two windows of products among so few.
MANY = "usb lamp case light watch"
WAIT_SECONDS = 20.0
NO_RETRIES = Retries(most=0)
OPTIONS = SandboxOptions(products=600)


class World:
    """One service: its answers, what they stand on, and what was charged to the system."""

    def __init__(self, folder: Path, sandbox: Sandbox, clock: LeapingClock, **changes: Any) -> None:
        self.clock, self.sandbox = clock, sandbox
        self.ledger = Ledger()
        self.tasks = Tasks(self.ledger.report)
        self.house = House(changes.get("tracking_id", "default"), changes.get("currency", "USD"), "EN")
        self.file = CacheFile.open(folder / "cache.db", clock)
        self.memory: Memory[Entry] = Memory(8 * MEBIBYTE)
        self.store = Store(self.file, self.memory, TABLE, changes.get("origin", "sandbox "))
        self.platform = OpenPlatform(
            Credentials(sandbox.options.app_key, sandbox.options.app_secret),
            url=sandbox.base_url,
            ceiling=changes.get("ceiling", 1000.0),
            short_links_via=sandbox.base_url,
            clock=clock,
            transport=HttpTransport(read_timeout=changes.get("read_timeout", 10.0)),
            retries=changes.get("retries", NO_RETRIES),
            tolerance=Tolerance(failures=1000),
        )
        variants: Memory[Variant] = Memory(8 * MEBIBYTE)
        self.answers: Answers = answers.build(
            Ground(
                store=self.store,
                variants=variants,
                lifetimes=TABLE,
                platform=self.platform,
                house=self.house,
                source="sandbox",
                clock=clock,
                tasks=self.tasks,
                charge_system=self.ledger.charge,
            )
        )

    @classmethod
    @asynccontextmanager
    async def built(cls, folder: Path, **changes: Any) -> AsyncIterator[Self]:
        """A service on a sandbox of its own."""
        clock = LeapingClock()
        sandbox = Sandbox(changes.pop("options", OPTIONS), clock)
        await sandbox.start(port=0)
        try:
            async with cls.on(folder, sandbox, clock, **changes) as world:
                yield world
        finally:
            await sandbox.stop()

    @classmethod
    @asynccontextmanager
    async def on(cls, folder: Path, sandbox: Sandbox, clock: LeapingClock, **changes: Any) -> AsyncIterator[Self]:
        """A service on a sandbox that is there already."""
        world = cls(folder, sandbox, clock, **changes)
        try:
            yield world
        finally:
            await world.close()

    async def close(self) -> None:
        await self.tasks.close(0.0)
        await self.platform.close()
        await self.file.close()

    def asker(self, wait: float = WAIT_SECONDS, directives: Directives = NO_DIRECTIVES) -> Asker:
        return Asker(self.clock.monotonic() + wait, directives)

    async def search(self, keywords: str = "usb cable", *, asker: Asker | None = None, **more: Any) -> Answer:
        return await self.answers.products.search(questions.Search(keywords=keywords, **more), asker or self.asker())

    async def detail(self, product_id: str, *, asker: Asker | None = None, **more: Any) -> Answer:
        question = questions.ProductDetail(product_id=product_id, **more)
        return await self.answers.products.detail(question, asker or self.asker())

    async def details(self, product_ids: Sequence[str], *, asker: Asker | None = None, **more: Any) -> Answer:
        question = questions.ProductDetails(product_ids=tuple(product_ids), **more)
        return await self.answers.products.details(question, asker or self.asker())

    async def link(self, url: str, *, asker: Asker | None = None, **more: Any) -> Answer:
        return await self.answers.links.link(questions.AffiliateLink(url=url, **more), asker or self.asker())

    async def links(self, urls: Sequence[str], *, asker: Asker | None = None, **more: Any) -> Answer:
        return await self.answers.links.links(questions.AffiliateLinks(urls=tuple(urls), **more), asker or self.asker())

    async def roots(self, asker: Asker | None = None) -> Answer:
        return await self.answers.categories.roots(questions.Categories(), asker or self.asker())

    async def children(self, category_id: str, asker: Asker | None = None) -> Answer:
        question = questions.ChildCategories(category_id=category_id)
        return await self.answers.categories.children(question, asker or self.asker())

    def calls(self, method: str | None = None) -> int:
        """What the sandbox counted."""
        return self.sandbox.calls.count(method)

    async def called(self) -> None:
        """Return when a call has arrived at the sandbox."""
        # Only a test waits for that, so the sandbox has no event for it.
        while not self.calls():  # noqa: ASYNC110
            await asyncio.sleep(0)

    def product_id(self, index: int) -> str:
        """A product of the sandbox's catalogue that is in the program, the index-th of them."""
        catalogue = self.sandbox._platform.backend.catalogue
        in_program = (i for i in range(catalogue.size) if catalogue.outline(i).is_in_program)
        return str(catalogue.product_id(next(i for place, i in enumerate(in_program) if place == index)))

    def outsider(self) -> str:
        """A product of the catalogue that is not in the program."""
        catalogue = self.sandbox._platform.backend.catalogue
        index = next(i for i in range(catalogue.size) if not catalogue.outline(i).is_in_program)
        return str(catalogue.product_id(index))

    async def whose(self, link: str) -> tuple[str, str]:
        """The tracking id and the page that the sandbox made a link for."""
        code = link.rsplit("/", 1)[1]
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.sandbox.base_url}/sandbox/links/{code}") as response,
        ):
            told = await response.json()
        return told["tracking_id"], told["source_value"]


def page_of(product_id: str) -> str:
    return f"https://www.aliexpress.com/item/{product_id}.html"


def data_of(answer: Answer) -> Any:
    """The answer's data, parsed."""
    return msgspec.json.decode(answer.body)["data"]


def ids_of(answer: Answer) -> list[str]:
    """The products on a page, in order."""
    return [row["product_id"] for row in data_of(answer)["products"]]
