"""Links: recorded answers decode, and each answer finds the URL that it is the answer to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.errors import UpstreamInvalid
from alistach.openplatform.envelope import open_envelope
from alistach.openplatform.links import LINK_GENERATE, GeneratedLink, LinkRequest, match_links
from tests.openplatform.stand_ins import sample

ITEM = "https://www.aliexpress.com/item/{}.html"
ONE, TWO, THREE = "1005006590652214", "1005006338829917", "1005007785012911"


def decoded(name: str) -> tuple[GeneratedLink, ...]:
    return LINK_GENERATE.decode(open_envelope(sample(name), LINK_GENERATE.method, "g").payload)


def link(source: str, made: str | None = "https://s.click.aliexpress.com/e/_x") -> GeneratedLink:
    return GeneratedLink(source, made, None)


@pytest.mark.parametrize(
    "payload",
    [{"surprise": 1}, {"total_result_count": 2}, {"total_result_count": 2, "promotion_links": {}}],
)
def test_links_that_are_missing_are_not_an_empty_answer(payload: dict[str, Any]) -> None:
    with pytest.raises(UpstreamInvalid, match="list of links that cannot be read"):
        LINK_GENERATE.decode(payload)


def test_one_recorded_link_decodes() -> None:
    [found] = decoded("link.generate")
    assert found.promotion_link == "https://s.click.aliexpress.com/e/_c4Nfja0N"
    assert found.source_value.startswith(ITEM.format(TWO) + "?pdp_npi=")
    assert found.message is None


def test_three_recorded_links_decode_in_order() -> None:
    assert decoded("link.generate.type2") == (
        link(ITEM.format(ONE), "https://s.click.aliexpress.com/e/_c2yIJ7i5"),
        link(ITEM.format(TWO), "https://s.click.aliexpress.com/e/_c348tZLP"),
        link(ITEM.format(THREE), "https://s.click.aliexpress.com/e/_c3DhY6Wv"),
    )


def test_a_page_that_cannot_be_converted_has_a_reason_and_no_link() -> None:
    first, second = decoded("link.generate.partial")
    assert (first.promotion_link, first.message) == ("https://s.click.aliexpress.com/e/_SANDBOX1", None)
    assert (second.promotion_link, second.message) == (None, "(reason text; wording not recorded anywhere)")


def test_an_empty_link_is_none() -> None:
    payload = {"promotion_links": [{"source_value": "x", "promotion_link": "", "message": ""}]}
    assert LINK_GENERATE.decode(payload) == (GeneratedLink("x", None, None),)


def test_an_answer_that_says_it_is_empty_is() -> None:
    assert LINK_GENERATE.decode({"total_result_count": 0}) == LINK_GENERATE.empty() == ()


def test_the_request_is_one_list_in_which_commas_are_encoded() -> None:
    request = LinkRequest(("https://a/1?x=1,2", "https://a/2"), "default", 2, "DE")
    assert LINK_GENERATE.encode(request) == {
        "source_values": "https://a/1?x=1%2C2,https://a/2",
        "tracking_id": "default",
        "promotion_link_type": "2",
        "ship_to_country": "DE",
    }


def test_a_link_is_matched_by_its_source() -> None:
    links = [link("https://a/2"), link("https://a/1")]
    assert match_links(["https://a/1", "https://a/2"], links) == (links[1], links[0])


def test_a_link_is_matched_by_its_product_when_the_source_was_rewritten() -> None:
    made = link(f"https://de.aliexpress.com/item/{TWO}.html?x=1")
    assert match_links([ITEM.format(ONE), ITEM.format(TWO)], [made]) == (None, made)


def test_a_link_is_matched_across_id_spaces() -> None:
    made = link("https://www.aliexpress.us/item/3256803857128073.html")
    assert match_links([ITEM.format("1005004043442825")], [made]) == (made,)


def test_the_place_decides_when_nothing_else_can() -> None:
    links = [link("rewritten 1"), link("rewritten 2")]
    pages = ["https://www.aliexpress.com/store/1", "https://www.aliexpress.com/store/2"]
    assert match_links(pages, links) == (links[0], links[1])


def test_the_place_never_decides_in_a_list_that_is_not_whole() -> None:
    assert match_links(["https://a/1", "https://a/2"], [link("rewritten")]) == (None, None)


def test_the_place_never_gives_one_product_the_link_of_another() -> None:
    links = [link(ITEM.format(THREE))]
    assert match_links([ITEM.format(ONE)], links) == (None,)


def test_the_place_never_gives_a_link_twice() -> None:
    links = [link("https://a/2"), link("strange")]
    assert match_links(["https://a/1", "https://a/2"], links) == (None, links[0])


def test_a_url_with_a_comma_is_matched_to_its_encoded_form() -> None:
    made = link("https://a/1?x=1%2C2")
    assert match_links(["https://a/1?x=1,2", "https://b/2"], [made, link("https://b/2")])[0] == made


def test_a_url_asked_twice_is_answered_twice() -> None:
    made = link("https://a/1")
    assert match_links(["https://a/1", "https://a/1"], [made]) == (made, made)


@given(st.lists(st.integers(10**9, 10**10), unique=True, min_size=1, max_size=20), st.randoms(), st.data())
def test_no_product_ever_gets_anothers_link(ids: list[int], shuffle: Any, data: st.DataObject) -> None:
    urls = [ITEM.format(one) for one in ids]
    links = [link(f"https://es.aliexpress.com/item/{one}.html") for one in ids]
    shuffle.shuffle(links)
    kept = links[: data.draw(st.integers(0, len(links)))]
    matched = match_links(urls, kept)
    for one, found in zip(ids, matched, strict=True):
        assert found is None or f"/{one}.html" in found.source_value
    assert sum(found is not None for found in matched) == len(kept)
