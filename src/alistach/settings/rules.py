"""What settings must be to each other, and what is worth a word although it is allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from alistach.settings.source import Given
from alistach.settings.table import Settings

# The documented list of `target_currency`; others have worked too, so they are not refused.
_DOCUMENTED_CURRENCIES: Final = "USD GBP CAD EUR UAH MXN TRY RUB BRL AUD INR JPY IDR SEK KRW ILS THB CLP VND"

# Switched off for AliExpress in September 2023; they answer every call with a refusal.
_LEGACY_HOSTS: Final = frozenset({"eco.taobao.com", "gw.api.taobao.com"})


def problems(settings: Settings, given: Mapping[str, Given], refused: Collection[str]) -> tuple[str, ...]:
    """A sentence for each rule that is broken; a rule about a refused value has nothing to go by and is left out."""
    return tuple(
        problem
        for names, rule in _RULES
        if not any(name in refused for name in names)
        for problem in rule(settings, given)
    )


def notices(settings: Settings, given: Mapping[str, Given]) -> tuple[str, ...]:
    """A sentence for each value that was changed on reading, or that the platform may not like."""
    said: list[str] = []
    url = given.get("ALIEXPRESS_API_URL")
    if url is not None and (path := urlsplit(url.text).path.rstrip("/")) != urlsplit(settings.api_url).path:
        said.append(f"ALIEXPRESS_API_URL ({url.origin}): cut the trailing /{path.rpartition('/')[2]}.")
    if settings.currency not in _DOCUMENTED_CURRENCIES.split():
        said.append(
            f"ALIEXPRESS_CURRENCY is {settings.currency}, which may not work: the platform documents only "
            f"{', '.join(_DOCUMENTED_CURRENCIES.split())}."
        )
    if settings.app_key is not None and not settings.app_key.isdigit():
        said.append("ALIEXPRESS_APP_KEY is not a number, as the platform's app keys are.")
    return tuple(said)


def _credentials(settings: Settings, given: Mapping[str, Given]) -> Iterator[str]:
    if (settings.app_key is None) != (settings.app_secret is None):
        here, missing = ("KEY", "SECRET") if settings.app_secret is None else ("SECRET", "KEY")
        yield f"ALIEXPRESS_APP_{here} is set without ALIEXPRESS_APP_{missing}; set both, or neither for the sandbox."
    elif settings.app_key is None and "ALIEXPRESS_API_URL" in given:
        yield (
            "ALIEXPRESS_API_URL is set without credentials; set ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET too, "
            "or remove it to use the embedded sandbox."
        )


def _platform(settings: Settings, _: Mapping[str, Given]) -> Iterator[str]:
    url = urlsplit(settings.api_url)
    host = url.hostname or ""
    if host in _LEGACY_HOSTS:
        yield (
            f'ALIEXPRESS_API_URL is "{settings.api_url}", a host that was switched off for AliExpress in 2023; '
            "remove it to use https://api-sg.aliexpress.com."
        )
    elif url.scheme == "http" and not (_is_loopback(host) or host in settings.insecure_upstream_hosts):
        yield (
            f'ALIEXPRESS_API_URL is "{settings.api_url}"; it must be https, since plain http is only for loopback and '
            f"the hosts of ALISTACH_INSECURE_UPSTREAM_HOSTS ({', '.join(settings.insecure_upstream_hosts) or 'none'})."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _ports(settings: Settings, _: Mapping[str, Given]) -> Iterator[str]:
    if settings.sandbox_port == settings.api_port and settings.on_sandbox:
        yield f"ALISTACH_SANDBOX_PORT and API_PORT are both {settings.api_port}; they must differ."


def _lifetimes(settings: Settings, _: Mapping[str, Given]) -> Iterator[str]:
    if settings.cache_price_ttl > settings.cache_product_ttl:
        yield (
            f"CACHE_PRICE_TTL is {settings.cache_price_ttl}; it must be at most CACHE_PRODUCT_TTL, "
            f"which is {settings.cache_product_ttl}."
        )


_RULES: Final = (
    (("ALIEXPRESS_APP_KEY", "ALIEXPRESS_APP_SECRET", "ALIEXPRESS_API_URL"), _credentials),
    (("ALIEXPRESS_API_URL", "ALISTACH_INSECURE_UPSTREAM_HOSTS"), _platform),
    (("ALISTACH_SANDBOX_PORT", "API_PORT"), _ports),
    (("CACHE_PRICE_TTL", "CACHE_PRODUCT_TTL"), _lifetimes),
)
