"""The async client of the AliExpress Open Platform: any method by its name, the common ones by their own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from alistach.errors import InvalidParameters, ParameterProblem
from alistach.kit.clock import Clock, SystemClock
from alistach.kit.money import to_minor
from alistach.openplatform.breaker import Condition, Tolerance
from alistach.openplatform.categories import CATEGORIES, CategoryNode, CategoryQuery
from alistach.openplatform.credentials import Credentials
from alistach.openplatform.generic import generic_operation
from alistach.openplatform.governor import Governor
from alistach.openplatform.links import LINK_GENERATE, GeneratedLink, LinkRequest, match_links
from alistach.openplatform.operation import Operation, Priority, Reply
from alistach.openplatform.products import (
    PRODUCT_DETAILS,
    PRODUCT_QUERY,
    ProductLookup,
    ProductPage,
    ProductQuery,
    ProductRow,
    match_rows,
)
from alistach.openplatform.retry import Retries
from alistach.openplatform.sender import Route, Sender
from alistach.openplatform.shortlinks import resolve
from alistach.openplatform.signing import SignMethod
from alistach.openplatform.transport import HttpTransport, Transport
from alistach.openplatform.urls import OtherPage, PageUrl, ShortLink, understand

P = TypeVar("P")
R = TypeVar("R")

PLATFORM_URL: Final = "https://api-sg.aliexpress.com"
# The platform takes no more ids or URLs in one call.
MOST_AT_ONCE: Final = 50


class OpenPlatform:
    """A connection to the platform with one app key. Use it as `async with`, and one for the whole process.

    `ceiling` is in calls per second. `max_wait` bounds in seconds how long a call without a deadline of its own waits
    for its turn, None for as long as it takes. A sandbox's own root goes into `url`, and into `short_links_via` when
    short links are to be asked there too. Every method raises a GatewayError of `alistach.errors`, and nothing else.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        url: str = PLATFORM_URL,
        sign_method: SignMethod | str = SignMethod.SHA256,
        ceiling: float = 1.0,
        tracking_id: str = "default",
        language: str = "EN",
        currency: str = "USD",
        country: str = "",
        max_wait: float | None = 60.0,
        short_links_via: str | None = None,
        clock: Clock | None = None,
        transport: Transport | None = None,
        governor: Governor | None = None,
        retries: Retries | None = None,
        tolerance: Tolerance | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._transport = transport or HttpTransport()
        self.governor = governor or Governor(ceiling, self._clock)
        self._max_wait = max_wait
        self._tracking_id = tracking_id
        self._language = language
        self._currency = currency
        self._country = country
        self._short_links_via = short_links_via
        self._sender = Sender(
            Route(platform_root(url), credentials, SignMethod(sign_method)),
            clock=self._clock,
            transport=self._transport,
            governor=self.governor,
            retries=retries or Retries(),
            tolerance=tolerance or Tolerance(),
            chance=chance or random.Random().random,  # noqa: S311 (jitter is no secret)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Turn away whoever waits for a turn, and close every connection."""
        await self.governor.close()
        await self._transport.close()

    @property
    def condition(self) -> Condition:
        """How the circuit breaker stands: `open` while the platform is left alone after failures."""
        return self._sender.condition

    @property
    def outcomes(self) -> Mapping[str, int]:
        """The requests sent so far by what came of them: `ok` or an error's code."""
        return self._sender.outcomes

    @property
    def last_outcome(self) -> str | None:
        """What came of the request sent last; None before the first."""
        return self._sender.last_outcome

    async def send(
        self,
        operation: Operation[P, R],
        question: P | Callable[[], P],
        *,
        priority: Priority = Priority.INTERACTIVE,
        deadline: float | None = None,
    ) -> Reply[R]:
        """The reply to a question, with what it cost.

        A question may be a function: it is called at the very moment when the call may be sent, once. `deadline`
        (a moment of the clock's `monotonic`) bounds waiting and repeating, but never cuts off a call that is out: it
        has been paid for. Raises a GatewayError whose `upstream_calls` counts the calls spent.
        """
        if deadline is None and self._max_wait is not None:
            deadline = self._clock.monotonic() + self._max_wait
        return await self._sender.send(operation, question, priority, deadline)

    async def call(self, method: str, /, **parameters: object) -> Reply[dict[str, Any]]:
        """Any method by its name, such as `aliexpress.affiliate.hotproduct.query`; nested values go as JSON text.

        An affiliate method's result is what stands in `resp_result.result`, any other's the whole answer.
        """
        return await self.send(generic_operation(method), parameters)

    async def call_path(self, path: str, /, **parameters: object) -> Reply[dict[str, Any]]:
        """A /rest method by its path, such as `/auth/token/refresh`."""
        if not path.startswith("/"):
            problem = ParameterProblem("path", "must begin with a slash")
            raise InvalidParameters(f"{path[:100]!r} is not a path.", problems=(problem,))
        return await self.send(generic_operation(path), parameters)

    async def search(
        self,
        keywords: str = "",
        *,
        category_ids: Iterable[str] = (),
        min_price: Decimal | None = None,
        max_price: Decimal | None = None,
        sort: str = "",
        page_no: int = 1,
        page_size: int = MOST_AT_ONCE,
        country: str | None = None,
        currency: str | None = None,
        language: str | None = None,
        tracking_id: str | None = None,
    ) -> ProductPage:
        """A page of the products that match; prices are in main units of `currency`."""
        money = currency or self._currency
        query = ProductQuery(
            keywords=keywords,
            category_ids=tuple(category_ids),
            min_sale_price=_minor("min_price", min_price, money),
            max_sale_price=_minor("max_price", max_price, money),
            page_no=page_no,
            page_size=page_size,
            sort=sort,
            ship_to_country=self._country if country is None else country,
            target_currency=money,
            target_language=language or self._language,
            tracking_id=tracking_id or self._tracking_id,
        )
        return (await self.send(PRODUCT_QUERY, query)).result

    async def products(
        self,
        product_ids: Iterable[str],
        *,
        country: str | None = None,
        currency: str | None = None,
        language: str | None = None,
        tracking_id: str | None = None,
    ) -> dict[str, ProductRow | None]:
        """Each id asked for with its product; None where there is none or it is not in the affiliate program."""
        found: dict[str, ProductRow | None] = dict.fromkeys(product_ids)
        for ids in _portions(list(found)):
            lookup = ProductLookup(
                product_ids=tuple(ids),
                target_currency=currency or self._currency,
                target_language=language or self._language,
                country=self._country if country is None else country,
                tracking_id=tracking_id or self._tracking_id,
            )
            found |= match_rows(ids, (await self.send(PRODUCT_DETAILS, lookup)).result)
        return found

    async def categories(self) -> tuple[CategoryNode, ...]:
        """The whole category tree."""
        return (await self.send(CATEGORIES, CategoryQuery())).result

    async def links(self, urls: Iterable[str], *, tracking_id: str | None = None) -> tuple[GeneratedLink, ...]:
        """An affiliate link for each URL, in the order asked; `message` says why where there is none.

        Any form of URL or share text is understood; short links are followed first.
        """
        asked = list(urls)
        pages = {url: await self._page(url) for url in dict.fromkeys(asked)}
        sources = list(dict.fromkeys(page for page in pages.values() if page))
        made: dict[str, GeneratedLink | None] = {}
        for portion in _portions(sources):
            request = LinkRequest(tuple(portion), tracking_id or self._tracking_id)
            reply = await self.send(LINK_GENERATE, request)
            made |= zip(portion, match_links(portion, reply.result), strict=True)
        return tuple(_link(url, pages[url], made) for url in asked)

    async def resolve(self, url: str) -> PageUrl | OtherPage | None:
        """The page that a URL or share text leads to, short links followed; None when it is no page of AliExpress."""
        match understand(url):
            case ShortLink(short):
                return await resolve(short, self._transport, via=self._short_links_via)
            case found:
                return found

    async def _page(self, url: str) -> str | None:
        match await self.resolve(url):
            case PageUrl(canonical_url=page) | OtherPage(url=page):
                return page
            case None:
                return None


def platform_root(url: str) -> str:
    """`url` without the `/sync` or `/rest` that people copy along."""
    root = url.strip().rstrip("/")
    for interface in ("/sync", "/rest"):
        root = root.removesuffix(interface)
    return root.rstrip("/")


def _link(asked: str, page: str | None, made: dict[str, GeneratedLink | None]) -> GeneratedLink:
    if page is None:
        return GeneratedLink(asked, None, "There is no AliExpress page behind it.")
    link = made[page]
    if link is None:
        return GeneratedLink(asked, None, "AliExpress left it out of its answer.")
    if link.promotion_link is None:
        return GeneratedLink(asked, None, link.message or "AliExpress made no link of it; it is not in the program.")
    return GeneratedLink(asked, link.promotion_link, None)


def _portions(items: Sequence[str]) -> list[Sequence[str]]:
    return [items[start : start + MOST_AT_ONCE] for start in range(0, len(items), MOST_AT_ONCE)]


def _minor(name: str, price: Decimal | None, currency: str) -> int | None:
    try:
        return None if price is None else to_minor(Decimal(price), currency)
    except (ArithmeticError, ValueError) as error:
        problem = ParameterProblem(name, f"must be an amount of {currency}, was {str(price)[:40]}")
        raise InvalidParameters(f"{name} is not an amount of money.", problems=(problem,)) from error
