"""aliexpress.affiliate.link.generate over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.methods.link_generate import why_not
from tests.sandbox.calling import LINKS, Caller
from tests.sandbox.golden import sample, shape

CATALOGUE = Catalogue(seed=1, size=600)
OUTSIDER = next(i for i in range(600) if not CATALOGUE.outline(i).is_in_program)
FIRST = CATALOGUE.product_id(0)
PAGE = f"https://www.aliexpress.com/item/{FIRST}.html"
ASKED = {"promotion_link_type": "0", "source_values": PAGE, "tracking_id": "default"}

FOREIGN = "The url is not an AliExpress page"
NOT_IN_PROGRAM = "The product is not in the affiliate program"
SHORT = "The url is a short link, which must be resolved first"


async def generated(caller: Caller, **changes: str) -> list[Any]:
    found = (await caller.resp_result(LINKS, **{**ASKED, **changes}))["result"]
    rows: list[Any] = found["promotion_links"]["promotion_link"]
    return rows


@pytest.mark.parametrize("name", ["promotion_link_type", "source_values", "tracking_id"])
async def test_a_missing_parameter_is_named(caller: Caller, name: str) -> None:
    asked = {known: value for known, value in ASKED.items() if known != name}
    message = f"The input parameter “{name}” that is mandatory for processing this request is not supplied"
    assert await caller.error(LINKS, **asked) == ("MissingParameter", message)


@pytest.mark.parametrize("kind", ["3", "-1", "hot"])
async def test_another_link_type_is_refused(caller: Caller, kind: str) -> None:
    message = "The input parameter “promotion_link_type” is not valid: must be one of 0, 1, 2"
    assert await caller.error(LINKS, **{**ASKED, "promotion_link_type": kind}) == ("InvalidParameter", message)


@pytest.mark.parametrize("pages", [",", ",".join([PAGE] * 51)])
async def test_none_or_more_than_fifty_are_refused(caller: Caller, pages: str) -> None:
    message = "The input parameter “source_values” is not valid: 1 to 50 addresses"
    assert await caller.error(LINKS, **{**ASKED, "source_values": pages}) == ("InvalidParameter", message)


async def test_an_unknown_tracking_id_fails_the_whole_batch_as_recorded(caller: Caller) -> None:
    recorded = sample("aliexpress.affiliate.link.generate.badtracking402")
    expected = recorded["aliexpress_affiliate_link_generate_response"]["resp_result"]
    assert await caller.resp_result(LINKS, **{**ASKED, "tracking_id": "unknown"}) == expected


@pytest.mark.parametrize("name", ["", ".type2", ".partial"])
async def test_the_answer_has_the_recorded_shape(caller: Caller, name: str) -> None:
    pages = f"{PAGE},https://example.com/" if name == ".partial" else PAGE
    answer = await caller.call(LINKS, **{**ASKED, "source_values": pages})
    assert shape(answer) == shape(sample(f"aliexpress.affiliate.link.generate{name}"))


async def test_links_come_in_the_order_asked(caller: Caller) -> None:
    pages = [f"{PAGE}?n={number}" for number in range(50)]
    found = (await caller.resp_result(LINKS, **{**ASKED, "source_values": ",".join(pages)}))["result"]
    rows = found["promotion_links"]["promotion_link"]
    assert (found["total_result_count"], found["tracking_id"]) == (50, "default")
    assert [row["source_value"] for row in rows] == pages
    assert len({row["promotion_link"] for row in rows}) == 50


async def test_one_that_cannot_be_converted_fails_alone(caller: Caller) -> None:
    rows = await generated(caller, source_values=f"https://example.com/x,{PAGE}")
    assert rows[0] == {"source_value": "https://example.com/x", "message": FOREIGN}
    assert sorted(rows[1]) == ["promotion_link", "source_value"]


@pytest.mark.parametrize("kind", ["0", "1", "2"])
async def test_every_link_type_gives_a_short_link(caller: Caller, kind: str) -> None:
    rows = await generated(caller, promotion_link_type=kind)
    assert rows[0]["promotion_link"].startswith("https://s.click.aliexpress.com/e/_c")


async def test_the_same_page_gets_a_new_link_each_time(caller: Caller) -> None:
    links = [(await generated(caller))[0]["promotion_link"] for _ in range(3)]
    assert len(set(links)) == 3


@pytest.mark.parametrize("tracking_id", ["default", "deals", "bot", "site", "site42"])
async def test_a_link_is_the_tracking_ids_who_asked(caller: Caller, tracking_id: str) -> None:
    link = (await generated(caller, tracking_id=tracking_id))[0]["promotion_link"]
    expected = {"tracking_id": tracking_id, "source_value": PAGE}
    assert await caller.get(f"/sandbox/links/{link.rsplit('/', 1)[1]}") == (200, expected)


async def test_a_simplified_answer_is_a_plain_list(caller: Caller) -> None:
    found = (await caller.call(LINKS, **ASKED, simplify="true"))["resp_result"]["result"]
    assert [row["source_value"] for row in found["promotion_links"]] == [PAGE]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", FOREIGN),
        (str(FIRST), FOREIGN),
        (f"www.aliexpress.com/item/{FIRST}.html", FOREIGN),
        (f"ftp://www.aliexpress.com/item/{FIRST}.html", FOREIGN),
        (f"https://www.aliexpress.com.example.com/item/{FIRST}.html", FOREIGN),
        (f"https://notaliexpress.com/item/{FIRST}.html", FOREIGN),
        (f"https://aliexpress.com@example.com/item/{FIRST}.html", FOREIGN),
        ("https://[::1/item", "The url is malformed"),
        ("https://s.click.aliexpress.com/e/_c4Nfja0N", SHORT),
        ("https://a.aliexpress.com/_mK3lT", SHORT),
        (f"{PAGE}?x={'y' * 2_000}", "The url is too long"),
        ("https://www.aliexpress.com/item/5.html", NOT_IN_PROGRAM),
        (f"https://www.aliexpress.com/item/{CATALOGUE.product_id(OUTSIDER)}.html", NOT_IN_PROGRAM),
        (f"https://www.aliexpress.com/item/{FIRST}", NOT_IN_PROGRAM),
        ("https://www.aliexpress.com/item/abc.html", NOT_IN_PROGRAM),
        (f"https://www.aliexpress.com/item/{'9' * 400}.html", NOT_IN_PROGRAM),
        (f"https://www.aliexpress.com/item/{FIRST}.htmlx", NOT_IN_PROGRAM),
    ],
)
def test_what_cannot_be_converted_has_a_reason(page: str, reason: str) -> None:
    assert why_not(CATALOGUE, page) == reason


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        f"http://es.aliexpress.com/item/{FIRST}.html?spm=a#x",
        f"https://m.aliexpress.com/i/{FIRST}.html",
        f"https://www.aliexpress.us/item/{FIRST}.html",
        f"https://www.aliexpress.com/item/Yoga-Mat/{FIRST}.html",
        "https://www.aliexpress.com",
        "https://www.aliexpress.com/store/1102563901",
        "https://sale.aliexpress.com/__pc/campaign.htm",
        "https://m.aliexpress.com/p/coin-index/index.html",
    ],
)
def test_pages_of_every_kind_can_be_converted(page: str) -> None:
    assert why_not(CATALOGUE, page) is None
