"""Short links: followed a few hops, on AliExpress hosts only."""

from __future__ import annotations

import pytest

from alistach.errors import UpstreamDown
from alistach.openplatform.shortlinks import resolve
from alistach.openplatform.urls import OtherPage, PageUrl
from tests.openplatform.stand_ins import ScriptedTransport

SHORT = "https://s.click.aliexpress.com/e/_c4Nfja0N"
ITEM = "https://www.aliexpress.com/item/1005006338829917.html"
PAGE = PageUrl("1005006338829917", ITEM)


def redirecting(**redirects: str | None) -> ScriptedTransport:
    """A transport on which `/e/<name>` redirects to where the argument `<name>` says."""
    return ScriptedTransport([], redirects={f"https://s.click.aliexpress.com/e/{k}": v for k, v in redirects.items()})


@pytest.mark.parametrize(
    "target",
    [
        None,
        "https://best.aliexpress.com/?lan=en",
        "https://www.aliexpress.com/",
        "https://www.aliexpress.com/404.html?x=1",
        "https://evil.tld/item/1005006338829917.html",
        "https://www.aliexpress.com@evil.tld/item/1005006338829917.html",
        "http://127.0.0.1/item/1005006338829917.html",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_link_that_leads_nowhere_is_none(target: str | None) -> None:
    transport = redirecting(_a=target)
    assert await resolve("https://s.click.aliexpress.com/e/_a", transport) is None
    assert len(transport.followed) == 1


async def test_a_host_that_cannot_be_reached_is_an_error_and_not_a_dead_link() -> None:
    transport = ScriptedTransport([], redirects={SHORT: UpstreamDown("no way")})
    with pytest.raises(UpstreamDown):
        await resolve(SHORT, transport)


async def test_a_short_link_is_followed_to_its_product() -> None:
    transport = redirecting(_c4Nfja0N=f"{ITEM}?aff_fcid=1&sk=_c4Nfja0N&afSmartRedirect=y")
    assert await resolve(SHORT, transport) == PAGE
    assert transport.followed == [(SHORT, None)]


async def test_http_is_never_asked() -> None:
    transport = redirecting(_c4Nfja0N=ITEM)
    assert await resolve(SHORT.replace("https", "http"), transport) == PAGE
    assert transport.followed == [(SHORT, None)]


async def test_the_sandbox_is_asked_in_place_of_the_host() -> None:
    transport = redirecting(_c4Nfja0N=ITEM)
    assert await resolve(SHORT, transport, via="http://127.0.0.1:8001") == PAGE
    assert transport.followed == [(SHORT, "http://127.0.0.1:8001")]


async def test_five_hops_are_followed() -> None:
    chain = {f"_{n}": f"https://s.click.aliexpress.com/e/_{n + 1}" for n in range(4)}
    transport = redirecting(**chain, _4=ITEM)
    assert await resolve("https://s.click.aliexpress.com/e/_0", transport) == PAGE
    assert len(transport.followed) == 5


async def test_a_sixth_hop_is_not() -> None:
    chain = {f"_{n}": f"https://s.click.aliexpress.com/e/_{n + 1}" for n in range(5)}
    transport = redirecting(**chain, _5=ITEM)
    assert await resolve("https://s.click.aliexpress.com/e/_0", transport) is None
    assert len(transport.followed) == 5


async def test_a_circle_is_left_at_once() -> None:
    transport = redirecting(_a="https://s.click.aliexpress.com/e/_b", _b="https://s.click.aliexpress.com/e/_a")
    assert await resolve("https://s.click.aliexpress.com/e/_a", transport) is None
    assert len(transport.followed) == 2


async def test_a_campaign_behind_a_short_link_is_a_page() -> None:
    transport = redirecting(_c4Nfja0N="https://sale.aliexpress.com/summer.htm?spm=1")
    assert await resolve(SHORT, transport) == OtherPage("https://sale.aliexpress.com/summer.htm")


async def test_what_is_no_short_link_costs_nothing() -> None:
    transport = redirecting()
    assert await resolve(ITEM, transport) == PAGE
    assert await resolve("https://www.aliexpress.com/", transport) == OtherPage("https://www.aliexpress.com/")
    assert await resolve("https://evil.tld/", transport) is None
    assert transport.followed == []
