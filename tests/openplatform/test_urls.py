"""URLs: everything that people paste, and everything that only looks like AliExpress."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alistach.openplatform.urls import (
    OtherPage,
    PageUrl,
    ShortLink,
    host_of,
    is_aliexpress_host,
    understand,
    understand_url,
)

ID = "1005006338829917"
PAGE = PageUrl(ID, f"https://www.aliexpress.com/item/{ID}.html")
ITEM = f"https://www.aliexpress.com/item/{ID}.html"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "usb cable",
        "1234567",
        "123456789012345678901",
        "0000000000",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "https://",
        "https:///item/1005006338829917.html",
        "http://aliexpress",
        "ftp://www.aliexpress.com/item/1005006338829917.html",
        f"https://www.aliexpress.com.evil.tld/item/{ID}.html",
        f"https://evilaliexpress.com/item/{ID}.html",
        f"https://aliexpress.com-evil.tld/item/{ID}.html",
        f"https://aliexpress.de/item/{ID}.html",
        f"https://www.aliexpress.com@evil.tld/item/{ID}.html",
        f"https://evil.tld@www.aliexpress.com/item/{ID}.html",
        f"https://user:pass@www.aliexpress.com/item/{ID}.html",
        f"https://www.aliexpress.com:8443/item/{ID}.html",
        f"https://www.aliexpress.com:443/item/{ID}.html",
        f"https://www.aliexpress.com\\@evil.tld/item/{ID}.html",
        f"https://evil.tld\\.aliexpress.com/item/{ID}.html",
        f"https:\\\\www.aliexpress.com\\item\\{ID}.html",
        f"https://www.aliexpre\u017fs.com/item/{ID}.html",
        f"https://www.\u0430liexpress.com/item/{ID}.html",
        f"https://www.aliexpress\u3002com/item/{ID}.html",
        f"https://xn--liexpress-g2g.com/item/{ID}.html",
        f"https://www.aliexpress.com%2eevil.tld/item/{ID}.html",
        f"https://www.aliexpress.com.:80/item/{ID}.html",
        f"https://[::1]/item/{ID}.html",
        f"https://127.0.0.1/www.aliexpress.com/item/{ID}.html",
        f"https://evil.tld/?u=https://www.aliexpress.com/item/{ID}.html",
        f"https://evil.tld/#https://www.aliexpress.com/item/{ID}.html",
        f"https://evil.tld/www.aliexpress.com/item/{ID}.html",
        f"evil.tld/www.aliexpress.com/item/{ID}.html",
        f"evil@www.aliexpress.com/item/{ID}.html",
        f"evilaliexpress.com/item/{ID}.html",
        "https://ali.ski/abc",
    ],
)
def test_what_is_not_of_aliexpress_is_none(text: str) -> None:
    assert understand(text) is None


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        ITEM,
        f"http://www.aliexpress.com/item/{ID}.html",
        f"HTTPS://WWW.ALIEXPRESS.COM/item/{ID}.html",
        f"https://aliexpress.com/item/{ID}.html",
        f"https://es.aliexpress.com/item/{ID}.html",
        f"https://he.aliexpress.com/item/{ID}.html?gatewayAdapt=glo2isr",
        f"https://pt.aliexpress.com/item/{ID}.html#nav-review",
        f"https://www.aliexpress.us/item/{ID}.html",
        f"https://aliexpress.ru/item/{ID}.html?sku_id=12000036815593862",
        f"https://m.aliexpress.com/item/{ID}.html?spm=x",
        f"https://m.es.aliexpress.com/item/{ID}.html",
        f"https://m.aliexpress.com/s/item/{ID}.html",
        f"https://www.aliexpress.com/i/{ID}.html",
        f"https://m.aliexpress.com/i/{ID}.html",
        f"https://www.aliexpress.com/item/{ID}",
        f"https://www.aliexpress.com/item/{ID}/",
        f"https://www.aliexpress.com/item/Cable-Storage-Bag-2024/{ID}.html",
        f"https://www.aliexpress.com/item/-/{ID}.html",
        f"https://www.aliexpress.com/item/%E5%85%85%E7%94%B5/{ID}.html",
        f"https://www.aliexpress.com//item//{ID}.html",
        f"https://www.aliexpress.com/store/product/Some-Thing/1102563901_{ID}.html",
        f"https://www.aliexpress.com/store/product/1102563901_{ID}.html",
        f"https://ru.aliexpress.com/store/product/x/110_{ID}.html?spm=1",
        f"https://www.aliexpress.com/item/https://www.aliexpress.com/item/{ID}.html",
        f"https://www.aliexpress.com/ssr/300000512/BundleDeals2?productIds={ID}:12000036815593862&pha_manifest=ssr",
        f"https://www.aliexpress.com/gcp/300000512/nnmixupdatev3?disableNav=YES&productIds={ID}",
        f"https://m.aliexpress.com/p/coin-index/index.html?_immersiveMode=true&productIds={ID}&from=syicon",
        f"https://www.aliexpress.com/p/x.html?productId={ID}",
        f"https://www.aliexpress.com/p/x.html?itemId={ID}",
        f"https://www.aliexpress.com/p/x.html?productIds={ID}%3A12000036815593862%2C1005008924358757",
        f"https://star.aliexpress.com/share/share.htm?image=x.jpg&redirectUrl={quote(ITEM, safe='')}",
        f"https://star.aliexpress.com/share/share.htm?redirectUrl={quote(quote(ITEM, safe=''), safe='')}",
        f"https://star.aliexpress.com/share/share.htm?redirectUrl={ITEM}",
        f"https://s.click.aliexpress.com/deep_link.htm?aff_short_key=UneMJZVf&dl_target_url={quote(ITEM, safe='')}",
        f"https://login.aliexpress.com/?return_url=%2F%2Fwww.aliexpress.com%2Fitem%2F{ID}.html",
        quote(ITEM, safe=""),
        f"www.aliexpress.com/item/{ID}.html",
        f"aliexpress.com/item/{ID}.html?x=1",
        f"es.aliexpress.com/item/{ID}.html",
        f"Look at this: {ITEM}",
        f"Look at this ({ITEM}), it is good.",
        f"{ITEM}.",
        f"{ITEM}\u3002",
        f'<a href="{ITEM}">bag</a>',
        f"[bag]({ITEM})",
        f"\u770b\u770b\u8fd9\u4e2a{ITEM} \u5f88\u597d",
        f"I found it on www.aliexpress.com/item/{ID}.html !",
        f"$3.99 | Cable bag\nhttps://evil.tld/x\n{ITEM}",
        f"https://www.aliexpress.com/item/000{ID}.html",
    ],
)
def test_every_form_of_a_product_is_understood(text: str) -> None:
    assert understand(text) == PAGE


def test_a_redirect_that_is_encoded_four_times_is_not_dug_out() -> None:
    nested = ITEM
    for _ in range(4):
        nested = quote(nested, safe="")
    found = understand(f"https://star.aliexpress.com/share/share.htm?redirectUrl={nested}")
    assert isinstance(found, OtherPage)


def test_a_redirect_to_a_foreign_host_is_not_followed() -> None:
    found = understand(
        "https://star.aliexpress.com/share/share.htm?redirectUrl=https%3A%2F%2Fevil.tld%2Fitem%2F10050.html"
    )
    assert isinstance(found, OtherPage)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://s.click.aliexpress.com/e/_c4Nfja0N", "https://s.click.aliexpress.com/e/_c4Nfja0N"),
        ("http://s.click.aliexpress.com/e/_c4Nfja0N", "https://s.click.aliexpress.com/e/_c4Nfja0N"),
        ("https://s.click.aliexpress.com/s/LONGKEY?af=x", "https://s.click.aliexpress.com/s/LONGKEY?af=x"),
        ("https://a.aliexpress.com/_mKdV1Xy", "https://a.aliexpress.com/_mKdV1Xy"),
        ("a.aliexpress.com/_mKdV1Xy", "https://a.aliexpress.com/_mKdV1Xy"),
        ("Only 3,99!\nBag\nhttps://a.aliexpress.com/_mKdV1Xy.", "https://a.aliexpress.com/_mKdV1Xy"),
        ("https://A.AliExpress.com/_mKdV1Xy", "https://a.aliexpress.com/_mKdV1Xy"),
        (
            "https://star.aliexpress.com/share/share.htm?redirectUrl=https%3A%2F%2Fa.aliexpress.com%2F_mKdV1Xy",
            "https://a.aliexpress.com/_mKdV1Xy",
        ),
    ],
)
def test_short_links_are_told_apart(text: str, url: str) -> None:
    assert understand(text) == ShortLink(url)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://www.aliexpress.com", "https://www.aliexpress.com/"),
        ("aliexpress.com", "https://aliexpress.com/"),
        ("https://www.aliexpress.com/store/1102563901", "https://www.aliexpress.com/store/1102563901"),
        ("http://www.aliexpress.com/store/1102563901?spm=a2g0o.x&aff_fcid=1", "https://www.aliexpress.com/store/1102563901"),
        ("https://www.aliexpress.com/w/wholesale-usb.html?page=2&spm=1", "https://www.aliexpress.com/w/wholesale-usb.html?page=2"),
        ("https://campaign.aliexpress.com/wow/gcp/x?wh_pid=7#top", "https://campaign.aliexpress.com/wow/gcp/x?wh_pid=7"),
        ("https://www.aliexpress.com/item/123.html", "https://www.aliexpress.com/item/123.html"),
        ("https://www.aliexpress.com/item/1005006338829917x.html", "https://www.aliexpress.com/item/1005006338829917x.html"),
        ("https://s.click.aliexpress.com/", "https://s.click.aliexpress.com/"),
        (
            "https://star.aliexpress.com/share/share.htm?redirectUrl=https%3A%2F%2Fwww.aliexpress.com%2Fstore%2F7",
            "https://www.aliexpress.com/store/7",
        ),
    ],
)  # fmt: skip
def test_other_pages_keep_their_meaning_and_lose_their_noise(text: str, url: str) -> None:
    assert understand(text) == OtherPage(url)


def test_the_first_page_of_a_text_counts() -> None:
    assert understand(f"https://www.aliexpress.com/item/1005001.html and {ITEM}") == PageUrl(
        "1005001", "https://www.aliexpress.com/item/1005001.html"
    )


@pytest.mark.parametrize(
    ("host", "is_theirs"),
    [
        ("aliexpress.com", True),
        ("WWW.AliExpress.com", True),
        ("a.b.aliexpress.ru", True),
        ("aliexpress.us", True),
        ("evilaliexpress.com", False),
        ("aliexpress.com.evil.tld", False),
        (".com", False),
        ("", False),
    ],
)
def test_hosts_match_on_the_boundary_of_a_label(host: str, is_theirs: bool) -> None:
    assert is_aliexpress_host(host) is is_theirs


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.b/c", "a.b"),
        ("http://a.b?x", "a.b"),
        ("https://a.b#x", "a.b"),
        ("https://a.b:80/", None),
        ("https://a@b.c/", None),
        ("https://a.b/\\", None),
        ("https://a.b/ c", None),
        ("https://a.b/\x00", None),
        ("ftp://a.b/", None),
        ("//a.b/", None),
        ("https://localhost/", None),
    ],
)
def test_the_host_of_a_url_is_plain_or_none(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_a_url_alone_is_not_searched_for_others() -> None:
    assert understand_url(f"https://evil.tld/ {ITEM}") is None
    assert understand_url(ITEM) == PAGE
    assert understand_url("") is None


@pytest.mark.parametrize(
    "text",
    [
        "https://" * 20_000,
        "https://www.aliexpress.com/" + "item/" * 20_000,
        "https://www.aliexpress.com/?" + "url=https://www.aliexpress.com/?" * 5_000,
        "https://www.aliexpress.com/?" + "a=%2525" * 10_000,
        "a." * 50_000 + "aliexpress.com",
        "1" * 1_000_000,
        "aliexpress.com " * 100_000,
        "https://x.y/ " * 100_000,
        "-aliexpress" * 5_000,
        "(" * 100_000,
    ],
)
def test_crafted_text_takes_no_time(text: str) -> None:
    started = time.process_time()
    understand(text)
    assert time.process_time() - started < 1.0


@given(st.text())
@example("https://[")
@example("https://www.aliexpress.com/?url=https://[::1")
@example("%" * 100)
@example("\ud800")
def test_no_text_breaks_the_understanding(text: str) -> None:
    understand(text)


pieces = st.sampled_from(
    ["https://", "http:", "//", "www.", "aliexpress.com", ".evil.tld", "@", ":", "\\", "/item/", "?url=", "%2F", "#",
     "1005006338829917", ".html", "&", "=", " ", "a.", "s.click.", "[", "]", "\u3002", "productIds=", "%25"]
)  # fmt: skip


@given(st.lists(pieces, max_size=12).map("".join))
def test_whatever_is_understood_is_on_an_aliexpress_host(text: str) -> None:
    match understand(text):
        case PageUrl(product_id, url):
            assert url == f"https://www.aliexpress.com/item/{product_id}.html"
            assert product_id.isascii()
            assert product_id.isdigit()
        case OtherPage(url) | ShortLink(url):
            host = host_of(url)
            assert host is not None
            assert is_aliexpress_host(host)
            assert url.startswith("https://")


@given(st.lists(pieces, max_size=12).map("".join))
def test_understanding_what_was_understood_changes_nothing(text: str) -> None:
    match understand(text):
        case PageUrl(_, url) as found:
            assert understand(url) == found
        case ShortLink(url) as short:
            assert understand_url(url) == short


@given(st.integers(10**4, 10**20 - 1), st.sampled_from(["www", "es", "m", "he", "m.ru"]), st.text("abc-09", max_size=9))
def test_any_product_of_any_host_is_found(number: int, language: str, slug: str) -> None:
    found = understand(f"https://{language}.aliexpress.com/item/{slug}/{number}.html?spm={slug}")
    assert found == PageUrl(str(number), f"https://www.aliexpress.com/item/{number}.html")
