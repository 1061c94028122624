"""The client against the sandbox over real HTTP: every method, every fault, and a platform that bans."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alistach.errors import (
    GatewayError,
    InvalidParameters,
    NotFound,
    TrackingIdUnknown,
    UpstreamBanned,
    UpstreamDown,
    UpstreamInvalid,
)
from alistach.kit.clock import SystemClock
from alistach.openplatform import Credentials, HttpTransport, OpenPlatform, PageUrl, Retries, SignMethod
from alistach.openplatform.rejections import AppKeyRejected, SignatureRejected
from alistach.sandbox import Fault, Sandbox, SandboxOptions

OPTIONS = SandboxOptions(products=500)
CREDENTIALS = Credentials(OPTIONS.app_key, OPTIONS.app_secret)
METHODS = {
    "query": "aliexpress.affiliate.product.query",
    "details": "aliexpress.affiliate.productdetail.get",
    "categories": "aliexpress.affiliate.category.get",
    "links": "aliexpress.affiliate.link.generate",
}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(OPTIONS, SystemClock())
    await made.start(port=0)
    yield made
    await made.stop()


@pytest.fixture
async def platform(sandbox: Sandbox) -> AsyncIterator[OpenPlatform]:
    async with connected(sandbox) as client:
        yield client


def connected(sandbox: Sandbox, credentials: Credentials = CREDENTIALS, **options: Any) -> OpenPlatform:
    settings: dict[str, Any] = {"ceiling": 500.0, "short_links_via": sandbox.base_url, **options}
    return OpenPlatform(credentials, url=f"{sandbox.base_url}/sync", **settings)


def strike(sandbox: Sandbox, **fault: Any) -> None:
    """Put a fault in force, written as its JSON."""
    sandbox.add_fault(msgspec.convert(fault, Fault))


def arrived(sandbox: Sandbox) -> int:
    return sandbox.calls.count()


async def test_an_unknown_app_key_is_told(sandbox: Sandbox) -> None:
    async with connected(sandbox, Credentials("999", OPTIONS.app_secret)) as client:
        with pytest.raises(AppKeyRejected) as caught:
            await client.categories()
    assert caught.value.upstream_request_id is not None


@pytest.mark.parametrize("method", list(SignMethod))
async def test_a_wrong_secret_is_told_and_a_right_one_works(sandbox: Sandbox, method: SignMethod) -> None:
    async with connected(sandbox, Credentials(OPTIONS.app_key, "wrong"), sign_method=method) as client:
        with pytest.raises(SignatureRejected):
            await client.search("câble & 充电器")
    async with connected(sandbox, sign_method=method) as client:
        await client.search("câble & 充电器")


async def test_a_page_size_out_of_range_is_the_callers_fault(platform: OpenPlatform) -> None:
    with pytest.raises(InvalidParameters):
        await platform.search(page_size=51)


async def test_an_unknown_tracking_id_is_told(platform: OpenPlatform) -> None:
    with pytest.raises(TrackingIdUnknown):
        await platform.links(["https://www.aliexpress.com/item/1005006338829917.html"], tracking_id="nobody")


async def test_an_unknown_method_is_told(platform: OpenPlatform) -> None:
    with pytest.raises(NotFound):
        await platform.call("aliexpress.affiliate.nonsense.get")


@pytest.mark.parametrize(
    ("fault", "error", "calls"),
    [
        ({"kind": "reset"}, UpstreamDown, 3),
        ({"kind": "truncated"}, UpstreamDown, 3),
        ({"kind": "html"}, UpstreamDown, 3),
        ({"kind": "wrong_type", "shape": "array"}, UpstreamInvalid, 2),
        ({"kind": "wrong_type", "shape": "text"}, UpstreamInvalid, 2),
        ({"kind": "wrong_type", "shape": "null"}, UpstreamInvalid, 2),
        ({"kind": "wrong_type", "shape": "result"}, UpstreamInvalid, 2),
        ({"kind": "wrong_type", "shape": "list"}, UpstreamInvalid, 2),
        ({"kind": "status", "status": 429}, UpstreamDown, 3),
        ({"kind": "status", "status": 500}, UpstreamDown, 3),
        ({"kind": "status", "status": 502}, UpstreamDown, 3),
        ({"kind": "status", "status": 503}, UpstreamDown, 3),
        ({"kind": "status", "status": 504}, UpstreamDown, 3),
        ({"kind": "hang"}, UpstreamDown, 3),
    ],
    ids=str,
)
async def test_a_fault_that_stays_is_its_error_and_never_an_empty_page(
    sandbox: Sandbox, fault: dict[str, Any], error: type[GatewayError], calls: int
) -> None:
    strike(sandbox, **fault)
    options: dict[str, Any] = {"retries": Retries(first_wait=0.01), "transport": HttpTransport(read_timeout=0.2)}
    async with connected(sandbox, **options) as client:
        with pytest.raises(error) as caught:
            await client.search()
    assert type(caught.value) is error
    assert caught.value.upstream_calls == calls == arrived(sandbox)


@pytest.mark.parametrize("kind", ["reset", "truncated", "html"])
async def test_a_fault_that_passes_is_not_seen(sandbox: Sandbox, kind: str) -> None:
    strike(sandbox, kind=kind, count=1)
    async with connected(sandbox, retries=Retries(first_wait=0.01)) as client:
        assert len((await client.search()).rows) > 0
    assert arrived(sandbox) == 2


async def test_a_long_ban_is_told_with_its_length_and_costs_one_call(sandbox: Sandbox, platform: OpenPlatform) -> None:
    strike(sandbox, kind="ban", seconds=3600)
    for _ in range(5):
        with pytest.raises(UpstreamBanned) as caught:
            await platform.categories()
        assert caught.value.retry_after == pytest.approx(3600, abs=5)
    assert arrived(sandbox) == 1


async def test_a_link_that_was_not_made_has_none(sandbox: Sandbox, platform: OpenPlatform) -> None:
    page = await platform.search("", page_size=5)
    strike(sandbox, kind="missing_promotion_link")
    made = await platform.links([row.product.url for row in page.rows])
    assert len(made) == 5
    assert {link.promotion_link for link in made} == {None}
    assert all(link.message for link in made)


async def test_the_whole_tree_comes(platform: OpenPlatform) -> None:
    nodes = await platform.categories()
    ids = {node.id for node in nodes}
    assert len(ids) == len(nodes) > 10
    assert {node.parent_id for node in nodes} - {None} <= ids


async def test_search_details_links_and_short_links_agree(platform: OpenPlatform) -> None:
    page = await platform.search("", page_size=10, currency="EUR")
    assert len(page.rows) == 10 <= page.total
    ids = [row.product.product_id for row in page.rows]
    details = await platform.products(ids, currency="EUR")
    for row in page.rows:
        found = details[row.product.product_id]
        assert found is not None
        assert (found.product.title, found.product.price) == (row.product.title, row.product.price)
        assert row.product.price.currency == "EUR"
        assert row.promotion_link is not None
    made = await platform.links([row.product.url for row in page.rows])
    for row, link in zip(page.rows, made, strict=True):
        assert link.promotion_link is not None
        assert await platform.resolve(link.promotion_link) == PageUrl(row.product.product_id, row.product.url)


async def test_a_price_band_is_kept_in_main_units(platform: OpenPlatform) -> None:
    page = await platform.search("", min_price=Decimal(5), max_price=Decimal(20))
    assert page.rows
    assert all(5 <= row.product.price.amount <= 20 for row in page.rows)


async def test_nothing_found_is_empty(platform: OpenPlatform) -> None:
    page = await platform.search("zzzzqqqqxxxx")
    assert (page.rows, page.total) == ((), 0)
    assert await platform.products(["1"]) == {"1": None}


async def test_a_dead_short_link_is_none(platform: OpenPlatform) -> None:
    assert await platform.resolve("https://s.click.aliexpress.com/e/_nobodyMadeThis") is None


@pytest.mark.parametrize("simplify", ["true", "false"])
async def test_both_envelopes_give_the_same_rows(platform: OpenPlatform, simplify: str) -> None:
    reply = await platform.call(METHODS["query"], keywords="", page_size=3, simplify=simplify)
    assert [type(row["product_id"]) for row in reply.result["products"]] == [int, int, int]
    assert all(isinstance(row["product_small_image_urls"], list) for row in reply.result["products"])


async def test_a_platform_that_bans_above_the_ceiling_never_bans_and_is_used_to_the_full(sandbox: Sandbox) -> None:
    ceiling, seconds = 25.0, 2.0
    strike(sandbox, kind="ban_above", calls_per_second=ceiling, ban_seconds=5)
    async with connected(sandbox, ceiling=ceiling) as client:
        started = time.monotonic()
        asked = [asyncio.create_task(client.search(f"word {n}", page_size=1)) for n in range(int(ceiling * seconds))]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        took = time.monotonic() - started
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    assert len(outcomes) / took >= 0.9 * ceiling


async def test_calls_arrive_no_closer_than_the_pace_even_on_new_connections(sandbox: Sandbox) -> None:
    strike(sandbox, kind="delay", delay_seconds=0.3)
    async with connected(sandbox, ceiling=20.0) as client:
        replies = await asyncio.gather(*[client.call(METHODS["categories"]) for _ in range(10)])
    moments = sorted(reply.attempts[0].started_at for reply in replies)
    assert min(later - earlier for earlier, later in itertools.pairwise(moments)) >= 1.05 / 20 - 0.002
