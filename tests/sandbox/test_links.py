"""Affiliate links: new each time, and always somebody's."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox import links as links_module
from alistach.sandbox.links import Link, Links, destination

PAGE = "https://www.aliexpress.com/item/1005000000007919.html"


def code_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def altered(code: str) -> str:
    return ("a" if code[0] != "a" else "b") + code[1:]


@pytest.mark.parametrize("code", ["", "_c0000000", "x", ".", "bm90anNvbg.x", "!!!.x", "e30.x", "é.x", "_" * 2_000])
def test_a_code_that_was_never_minted_is_nobodys(code: str) -> None:
    assert Links(1).whose(code) is None


def test_a_short_link_looks_like_the_platforms() -> None:
    url = Links(1).mint_short("default", PAGE)
    assert re.fullmatch(r"https://s\.click\.aliexpress\.com/e/_c[0-9A-Za-z]{7}", url)


def test_a_short_link_is_told_apart() -> None:
    links = Links(1)
    ours, theirs = links.mint_short("site1", PAGE), links.mint_short("bot", PAGE + "?x=1")
    assert links.whose(code_of(ours)) == Link("site1", PAGE)
    assert links.whose(code_of(theirs)) == Link("bot", PAGE + "?x=1")


def test_each_mint_is_a_new_link() -> None:
    links = Links(1)
    assert len({links.mint_short("default", PAGE) for _ in range(1_000)}) == 1_000
    assert len({links.mint_long("default", PAGE) for _ in range(1_000)}) == 1_000


def test_two_runs_of_a_seed_mint_alike() -> None:
    assert Links(1).mint_short("default", PAGE) == Links(1).mint_short("default", PAGE)
    assert Links(1).mint_short("default", PAGE) != Links(2).mint_short("default", PAGE)


def test_a_long_link_has_a_thousand_characters() -> None:
    url = Links(1).mint_long("default", PAGE)
    assert url.startswith("https://s.click.aliexpress.com/s/")
    assert len(url) == 1_000


def test_anyone_can_read_whose_a_long_link_is() -> None:
    sealed = code_of(Links(1).mint_long("site1", PAGE)).split(".")[0]
    content = json.loads(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    assert content == {"tracking_id": "site1", "source_value": PAGE, "serial": 1}


def test_a_long_link_is_told_apart_without_being_remembered() -> None:
    code = code_of(Links(1).mint_long("site1", PAGE))
    assert Links(9).whose(code) == Link("site1", PAGE)


@given(st.text(min_size=1, max_size=40), st.text(max_size=300))
def test_a_long_link_carries_any_tracking_id_and_page(tracking_id: str, page: str) -> None:
    code = code_of(Links(1).mint_long(tracking_id, page))
    assert Links(1).whose(code) == Link(tracking_id, page)


def test_clearing_lets_short_links_die_for_good() -> None:
    links = Links(1)
    code = code_of(links.mint_short("default", PAGE))
    links.clear()
    assert links.whose(code) is None
    links.mint_short("bot", PAGE)
    assert links.whose(code) is None


def test_the_oldest_short_link_dies_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links_module, "_LIVING", 2)
    links = Links(1)
    codes = [code_of(links.mint_short("default", f"{PAGE}?{number}")) for number in range(3)]
    assert [links.whose(code) is not None for code in codes] == [False, True, True]


def test_a_code_with_a_letter_changed_is_nobodys() -> None:
    links = Links(1)
    assert links.whose(altered(code_of(links.mint_short("default", PAGE)))) is None


@pytest.mark.parametrize(
    ("page", "path"),
    [
        (PAGE, "/item/1005000000007919.html"),
        ("https://es.aliexpress.com/item/1.html?spm=a&af=x#top", "/item/1.html"),
        ("https://www.aliexpress.com", "/"),
        ("https://www.aliexpress.com/store/1102", "/store/1102"),
    ],
)
def test_a_click_leads_to_the_page_with_its_mark(page: str, path: str) -> None:
    target = urlsplit(destination(Link("default", page), "_cAbCdEfG"))
    assert (target.scheme, target.netloc, target.path) == ("https", "www.aliexpress.com", path)
    assert parse_qs(target.query) == {
        "aff_fcid": ["_cAbCdEfG-fcid"],
        "aff_fsk": ["_cAbCdEfG"],
        "aff_platform": ["api-new-link-generate"],
        "sk": ["_cAbCdEfG"],
        "aff_trace_key": ["_cAbCdEfG-trace"],
        "terminal_id": ["sandbox"],
        "afSmartRedirect": ["y"],
    }
