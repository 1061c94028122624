"""The client as its users see it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alistach.errors import InvalidParameters, UpstreamBusy, UpstreamDown
from alistach.openplatform.breaker import Condition
from alistach.openplatform.client import OpenPlatform, platform_root
from alistach.openplatform.governor import Governor
from alistach.openplatform.links import GeneratedLink
from alistach.openplatform.operation import Priority
from alistach.openplatform.products import PRODUCT_QUERY, ProductPage, ProductQuery
from alistach.openplatform.urls import OtherPage, PageUrl
from tests.openplatform.stand_ins import CREDENTIALS, ScriptedTransport, Sent, Step, affiliate_answer, refusal, sample
from tests.steered import SteeredClock

ITEM = "https://www.aliexpress.com/item/{}.html"


def platform(*steps: Step, **options: Any) -> tuple[OpenPlatform, ScriptedTransport]:
    """A client on a scripted transport, at a pace at which nothing waits for long."""
    transport = ScriptedTransport(list(steps))
    return OpenPlatform(CREDENTIALS, transport=transport, **{"ceiling": 10_000.0, **options}), transport


def details(sent: Sent) -> bytes:
    """A product for each id asked but those that end in 9."""
    rows = [
        {"product_id": int(asked), "target_sale_price": "1.00", "target_sale_price_currency": "USD"}
        for asked in sent.form["product_ids"].split(",")
        if not asked.endswith("9")
    ]
    result = {"current_record_count": len(rows), "products": {"product": rows}}
    return affiliate_answer("aliexpress.affiliate.productdetail.get", result)


def links(sent: Sent) -> bytes:
    """A link for each product page; other pages are refused, shops left out."""
    rows: list[dict[str, str]] = []
    for number, source in enumerate(sent.form["source_values"].split(",")):
        if "/item/" in source:
            rows.append({"source_value": source, "promotion_link": f"https://s.click.aliexpress.com/e/_{number}"})
        elif "/store/" not in source:
            rows.append({"source_value": source, "message": "not a product"})
    result = {"total_result_count": len(rows), "promotion_links": {"promotion_link": rows}}
    return affiliate_answer("aliexpress.affiliate.link.generate", result)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://api-sg.aliexpress.com", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com/", "https://api-sg.aliexpress.com"),
        ("https://api-sg.aliexpress.com/sync", "https://api-sg.aliexpress.com"),
        (" https://api-sg.aliexpress.com/rest/ \n", "https://api-sg.aliexpress.com"),
        ("http://127.0.0.1:8001/sync", "http://127.0.0.1:8001"),
        ("https://proxy.test/aliexpress", "https://proxy.test/aliexpress"),
    ],
)
def test_the_interface_is_cut_off_the_address(url: str, root: str) -> None:
    assert platform_root(url) == root


def test_a_sign_method_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="sha512"):
        OpenPlatform(CREDENTIALS, sign_method="sha512")


def test_the_secret_is_in_no_text_of_the_client() -> None:
    client, _ = platform(b"")
    assert CREDENTIALS.app_secret not in repr(client) + str(vars(client))


@pytest.mark.parametrize("price", [Decimal("1.234"), Decimal("NaN"), Decimal("Infinity")])
async def test_a_price_with_too_many_decimals_is_refused_before_any_call(price: Decimal) -> None:
    client, transport = platform(b"")
    with pytest.raises(InvalidParameters) as caught:
        await client.search("x", min_price=price)
    assert [problem.parameter for problem in caught.value.problems] == ["min_price"]
    assert transport.sent == []


async def test_a_path_must_be_one() -> None:
    client, _ = platform(b"")
    with pytest.raises(InvalidParameters):
        await client.call_path("auth/token/create")


async def test_one_who_gives_no_deadline_waits_no_longer_than_set() -> None:
    clock = SteeredClock()
    client, _ = platform(sample("category.get"), clock=clock, ceiling=0.01, max_wait=60.0)
    await client.categories()
    with pytest.raises(UpstreamBusy):
        await client.categories()


async def test_failures_are_never_an_empty_result() -> None:
    client, _ = platform(refusal("ServiceUnavailable"), retries=None, chance=lambda: 0.0, clock=_Hurried())
    for ask in (client.search("x"), client.products(["1"]), client.categories(), client.links([ITEM.format(10**9)])):
        with pytest.raises(UpstreamDown):
            await ask


async def test_a_search_asks_with_the_clients_defaults() -> None:
    client, transport = platform(
        sample("product.query"), tracking_id="deals", language="DE", currency="EUR", country="DE"
    )
    page = await client.search("usb", min_price=Decimal("1.5"), max_price=Decimal(25), page_no=2)
    assert (len(page.rows), page.total) == (3, 207117)
    form = transport.sent[0].form
    asked = {name: value for name, value in form.items() if name not in {"sign", "timestamp"}}
    assert asked == {
        "app_key": "500001",
        "format": "json",
        "keywords": "usb",
        "max_sale_price": "2500",
        "method": "aliexpress.affiliate.product.query",
        "min_sale_price": "150",
        "page_no": "2",
        "page_size": "50",
        "ship_to_country": "DE",
        "sign_method": "sha256",
        "target_currency": "EUR",
        "target_language": "DE",
        "tracking_id": "deals",
        "v": "2.0",
    }


async def test_prices_go_in_the_minor_unit_of_the_currency_asked_for() -> None:
    client, transport = platform(sample("product.query"))
    await client.search("x", min_price=Decimal(100), currency="JPY")
    assert transport.sent[0].form["min_sale_price"] == "100"


async def test_nothing_found_is_an_empty_page() -> None:
    client, _ = platform(sample("product.query.empty405"))
    assert await client.search("x") == ProductPage((), 0)


async def test_products_are_asked_fifty_at_a_time_and_each_id_is_answered() -> None:
    client, transport = platform(details)
    ids = [str(10**9 + n) for n in range(120)]
    found = await client.products(ids, country="US")
    assert list(found) == ids
    assert [len(sent.form["product_ids"].split(",")) for sent in transport.sent] == [50, 50, 20]
    assert {asked for asked, row in found.items() if row is None} == {asked for asked in ids if asked.endswith("9")}
    assert all(row is None or row.product.product_id == asked for asked, row in found.items())
    assert transport.sent[0].form["country"] == "US"


async def test_no_products_cost_no_call() -> None:
    client, transport = platform(details)
    assert await client.products([]) == {}
    assert await client.links([]) == ()
    assert transport.sent == []


async def test_links_are_made_of_whatever_is_pasted_in_the_order_asked() -> None:
    client, transport = platform(links)
    transport.redirects = {"https://a.aliexpress.com/_m1": f"{ITEM.format(3_000_000)}?spm=1"}
    one, two, three = (ITEM.format(n) for n in (1_000_000, 2_000_000, 3_000_000))
    asked = [
        f"{one}?spm=a2g0o",
        "not a link",
        f"Look: {two}",
        "https://a.aliexpress.com/_m1",
        one,
        "https://www.aliexpress.com/p/campaign.html",
        "https://www.aliexpress.com/store/7",
    ]
    made = await client.links(asked, tracking_id="bot")
    [sent] = transport.sent
    pages = [one, two, three, "https://www.aliexpress.com/p/campaign.html", "https://www.aliexpress.com/store/7"]
    assert sent.form["source_values"].split(",") == pages
    assert sent.form["tracking_id"] == "bot"
    first = "https://s.click.aliexpress.com/e/_0"
    assert made == (
        GeneratedLink(asked[0], first, None),
        GeneratedLink(asked[1], None, "There is no AliExpress page behind it."),
        GeneratedLink(asked[2], "https://s.click.aliexpress.com/e/_1", None),
        GeneratedLink(asked[3], "https://s.click.aliexpress.com/e/_2", None),
        GeneratedLink(asked[4], first, None),
        GeneratedLink(asked[5], None, "not a product"),
        GeneratedLink(asked[6], None, "AliExpress left it out of its answer."),
    )


async def test_a_page_without_link_or_message_has_a_reason_all_the_same() -> None:
    row = {"source_value": ITEM.format(10**9)}
    answer = affiliate_answer("aliexpress.affiliate.link.generate", {"promotion_links": {"promotion_link": row}})
    client, _ = platform(answer)
    [made] = await client.links([ITEM.format(10**9)])
    assert made.message == "AliExpress made no link of it; it is not in the program."


async def test_only_pasted_nonsense_costs_no_call() -> None:
    client, transport = platform(links)
    [made] = await client.links(["https://evil.tld/"])
    assert (made.promotion_link, transport.sent) == (None, [])


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("1005006338829917", PageUrl("1005006338829917", ITEM.format("1005006338829917"))),
        ("https://www.aliexpress.com/store/7", OtherPage("https://www.aliexpress.com/store/7")),
        ("see https://a.aliexpress.com/_m1 !", PageUrl("3000000", ITEM.format(3000000))),
        ("nothing", None),
    ],
)
async def test_texts_are_resolved_to_pages(text: str, page: PageUrl | OtherPage | None) -> None:
    client, transport = platform(b"", short_links_via="http://127.0.0.1:1")
    transport.redirects = {"https://a.aliexpress.com/_m1": ITEM.format(3_000_000)}
    assert await client.resolve(text) == page
    assert {via for _, via in transport.followed} <= {"http://127.0.0.1:1"}


async def test_any_method_can_be_called_with_nested_values() -> None:
    client, transport = platform(b'{"aliexpress_ds_freight_query_response": {"result": {"success": true}}}')
    reply = await client.call("aliexpress.ds.freight.query", queryDeliveryReq={"quantity": 1}, session="t", empty=None)
    assert reply.result == {"result": {"success": True}}
    form = transport.sent[0].form
    assert msgspec.json.decode(form["queryDeliveryReq"]) == {"quantity": 1}
    assert "empty" not in form


async def test_any_affiliate_methods_result_is_unwrapped() -> None:
    client, _ = platform(sample("hotproduct.query"))
    reply = await client.call("aliexpress.affiliate.hotproduct.query", page_size=10)
    assert isinstance(reply.result["products"], list)


async def test_any_path_can_be_called() -> None:
    client, transport = platform(b'{"code": "0", "expires_in": 86400}')
    reply = await client.call_path("/auth/token/refresh", refresh_token="r")
    assert reply.result == {"code": "0", "expires_in": 86400}
    assert transport.sent[0].url == "https://api-sg.aliexpress.com/rest/auth/token/refresh"


async def test_the_governor_may_be_anothers() -> None:
    governor = Governor(5.0, SteeredClock())
    client, _ = platform(b"", governor=governor)
    assert client.governor is governor


async def test_a_question_may_be_of_low_priority() -> None:
    client, _ = platform(sample("product.query"))
    reply = await client.send(PRODUCT_QUERY, ProductQuery(), priority=Priority.BACKFILL, deadline=None)
    assert len(reply.attempts) == 1
    assert client.condition is Condition.CLOSED


async def test_leaving_the_client_closes_it() -> None:
    client, transport = platform(b"")
    async with client as entered:
        assert entered is client
    assert transport.is_closed


class _Hurried(SteeredClock):
    """A clock on which sleeping takes no time."""

    async def sleep(self, seconds: float) -> None:
        self._elapsed += seconds
