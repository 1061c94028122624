"""What a person pastes for an AliExpress page, understood: URLs of every form, share texts, bare product ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_DOMAINS: Final = ("aliexpress.com", "aliexpress.us", "aliexpress.ru")
_SHORT_HOSTS: Final = frozenset({"s.click.aliexpress.com", "a.aliexpress.com", "a.aliexpress.ru"})
_LONGEST_TEXT: Final = 16_384
_MOST_CANDIDATES: Final = 20
_MOST_NESTED: Final = 3

_BARE_ID: Final = re.compile(r"[0-9]{8,20}")
_WITH_SCHEME: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"`]+")
_BARE_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9-]+\.)*[A-Za-z]*aliexpress\.(?:com|us|ru)(?:[/?#][^\s<>\"`]*)?", re.IGNORECASE
)
_PARTS: Final = re.compile(r"[A-Za-z]+://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FORBIDDEN: Final = re.compile(r"[\\\x00-\x20\x7f]")
_ITEM_PATH: Final = re.compile(
    r"/(?:item|i)/(?:[^/]*/)?([0-9]{5,20})(?![0-9A-Za-z_])"
    r"|/store/product/(?:[^/]*/)?[0-9]+_([0-9]{5,20})(?![0-9A-Za-z_])"
)
_ID_VALUE: Final = re.compile(r"([0-9]{5,20})(?![0-9])")
_TRAILING: Final = ".,;:!?)]}>'\"*_~\u00bb\u201d\u2019\u2026\u3001\u3002\uff0c\uff01\uff09\u300d\u3011"

_ID_PARAMETERS: Final = frozenset({"productids", "productid", "product_id", "itemid", "item_id"})
_REDIRECT_PARAMETERS: Final = frozenset(
    {
        "redirecturl",
        "redirect_url",
        "redirect",
        "dl_target_url",
        "url",
        "targeturl",
        "target_url",
        "returnurl",
        "return_url",
    }
)
# Where a visitor came from, never what the page shows.
_NOISE: Final = re.compile(
    r"(?:aff_|utm_|algo_|pdp_|af_|spm|scm|pvid|gps-id|gatewayadapt|terminal_id|afsmartredirect|srcsns|spreadtype"
    r"|biztype|social_params|sharecode|_t$|_ga|sk$|tt$|aff$|cv$|cn$|dp$|af$)"
)


@dataclass(frozen=True, slots=True)
class PageUrl:
    """The page of one product."""

    product_id: str
    canonical_url: str


@dataclass(frozen=True, slots=True)
class OtherPage:
    """A page of AliExpress that is not a product's: a shop, a campaign, a search, the home page."""

    url: str


@dataclass(frozen=True, slots=True)
class ShortLink:
    """A link that only its redirects tell the page of."""

    url: str


Understood = PageUrl | OtherPage | ShortLink


def understand(text: str) -> Understood | None:
    """The AliExpress page that `text` names first; None when it names none. Never raises."""
    text = text[:_LONGEST_TEXT].strip()
    if _BARE_ID.fullmatch(text):
        return _page(text)
    if "://" not in text and "%3a%2f%2f" in text[:64].lower():
        text = _decoded(text)
    for place, candidate in enumerate(_candidates(text)):
        if place == _MOST_CANDIDATES:
            break
        if found := understand_url(candidate.rstrip(_TRAILING)):
            return found
    return None


def understand_url(url: str) -> Understood | None:
    """The AliExpress page that one whole URL is of; None when it is of no AliExpress host. Never raises."""
    return _understand_url(url, depth=0)


def is_aliexpress_host(host: str) -> bool:
    """Whether `host` is one of AliExpress's, matched whole labels at a time: `evilaliexpress.com` is not."""
    host = host.lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in _DOMAINS)


def host_of(url: str) -> str | None:
    """The lower-case host of an http(s) URL that has neither user, port nor anything else that hides its host."""
    parts = _PARTS.fullmatch(url)
    if parts is None or _FORBIDDEN.search(url) or not url.lower().startswith(("http://", "https://")):
        return None
    return parts[1].lower() if _HOST.fullmatch(parts[1]) else None


def _candidates(text: str) -> Iterator[str]:
    """The URLs in a text, in order; one without a scheme counts only where a word begins with its host."""
    for word in re.split(r"[\s<>\"`]+", text):
        if scheme := _WITH_SCHEME.search(word):
            yield scheme[0]
        elif bare := _BARE_HOST.fullmatch(word.lstrip("([{'*_~/").rstrip(_TRAILING)):
            yield f"https://{bare[0]}"


def _understand_url(url: str, depth: int) -> Understood | None:
    host = host_of(url)
    parts = _PARTS.fullmatch(url)
    if host is None or parts is None or not is_aliexpress_host(host):
        return None
    path, query = parts[2], parts[3] or ""
    if found := _ITEM_PATH.search(re.sub("/{2,}", "/", unquote(path))):
        return _page(found[1] or found[2])
    if found_in_query := _understand_query(query, depth):
        return found_in_query
    if host in _SHORT_HOSTS and len(path) > 1:
        return ShortLink(f"https://{host}{path}{'?' if query else ''}{query}")
    return OtherPage(f"https://{host}{path or '/'}{_without_noise(query)}")


def _understand_query(query: str, depth: int) -> Understood | None:
    """A product named by a parameter, or a whole URL carried by one, which may itself be encoded more than once."""
    pairs = [(name.lower(), value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    for name, value in pairs:
        if name in _ID_PARAMETERS and (found := _ID_VALUE.match(_decoded(value))) and (page := _page(found[1])):
            return page
    if depth == _MOST_NESTED:
        return None
    for name, value in pairs:
        nested = _decoded(value).rstrip(_TRAILING)
        if nested.startswith("//"):
            nested = f"https:{nested}"
        inner = _understand_url(nested, depth + 1) if "://" in nested else None
        if inner and (name in _REDIRECT_PARAMETERS or not isinstance(inner, OtherPage)):
            return inner
    return None


def _page(product_id: str) -> PageUrl | None:
    found = product_id.lstrip("0")
    return PageUrl(found, f"https://www.aliexpress.com/item/{found}.html") if found else None


def _decoded(value: str) -> str:
    """`value` without its percent-encoding, which redirects put on more than once."""
    for _ in range(3):
        if "%" not in value:
            break
        value = unquote(value)
    return value


def _without_noise(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _NOISE.match(part.partition("=")[0].lower())]
    return f"?{'&'.join(kept)}" if kept else ""
