"""Short links, followed to the page behind them: over https, on AliExpress hosts only, a few hops at most."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from alistach.openplatform.transport import Transport
from alistach.openplatform.urls import OtherPage, PageUrl, ShortLink, understand_url

_MOST_HOPS: Final = 5
# Where AliExpress sends the visitor of a link that leads nowhere any more.
_DEAD_END_HOSTS: Final = frozenset({"best.aliexpress.com"})
_DEAD_END_PATHS: Final = frozenset({"/", "/404.html", "/error.html"})


async def resolve(url: str, transport: Transport, *, via: str | None = None) -> PageUrl | OtherPage | None:
    """The page behind `url`; None when the link is dead, goes round in circles, or leaves AliExpress.

    `via` is the root of a sandbox that stands in for the short links' hosts. Raises UpstreamDown when a host cannot
    be reached, UpstreamInvalid when it redirects to no URL or is not at a public address.
    """
    seen: set[str] = set()
    found = understand_url(url)
    while isinstance(found, ShortLink):
        if found.url in seen or len(seen) == _MOST_HOPS:
            return None
        seen.add(found.url)
        target = await transport.follow(found.url, via=via)
        found = None if target is None else understand_url(target)
    if seen and isinstance(found, OtherPage) and _is_dead_end(found.url):
        return None
    return found


def _is_dead_end(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in _DEAD_END_HOSTS or parts.path in _DEAD_END_PATHS
