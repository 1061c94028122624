"""Every setting: its name, type, default and help, in one table from which all else follows."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, get_type_hints

import msgspec

from alistach.kit.redact import Secret
from alistach.settings import values
from alistach.settings.row import Group, Mode, Setting

_DAY: Final = 86_400

_service = partial(Setting, group=Group.SERVICE)
_platform = partial(Setting, group=Group.PLATFORM)
_access = partial(Setting, group=Group.ACCESS)
_cache = partial(Setting, group=Group.CACHE)
_sandbox = partial(Setting, group=Group.SANDBOX)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one start, read once and handed down as arguments."""

    api_host: Annotated[
        str,
        _service(
            name="API_HOST",
            kind=values.HOST,
            default="127.0.0.1",
            example="0.0.0.0",  # noqa: S104 (an example for containers; the default stays on this machine)
            help="The address to listen on. `0.0.0.0` lets other machines in.",
        ),
    ]
    api_port: Annotated[
        int,
        _service(
            name="API_PORT",
            kind=values.whole(1, 65535),
            default="8000",
            example="8080",
            also="PORT",
            help="The port to listen on. Without it, `PORT` is used, which some hosts set.",
        ),
    ]
    log_level: Annotated[
        str,
        _service(
            name="LOG_LEVEL",
            kind=values.choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
            default="INFO",
            example="WARNING",
            help="The least severe messages that are logged. The line per request is always written.",
        ),
    ]
    data_dir: Annotated[
        Path,
        _service(
            name="ALISTACH_DATA_DIR",
            kind=values.FOLDER,
            default="data",
            example="/var/lib/alistach",
            help="Where `cache.db` and `audit.db` are. Made when missing.",
        ),
    ]
    log_dir: Annotated[
        Path,
        _service(
            name="ALISTACH_LOG_DIR",
            kind=values.FOLDER,
            default="logs",
            example="/var/log/alistach",
            help="Where `aliexpress_api.log` is. Made when missing.",
        ),
    ]
    alistach_url: Annotated[
        str | None,
        _service(
            name="ALISTACH_URL",
            kind=values.BASE_URL,
            unset_says="`API_HOST` and `API_PORT`",
            example="http://127.0.0.1:8080",
            help="Where the command line looks for a running service.",
        ),
    ]
    app_key: Annotated[
        str | None,
        _platform(
            name="ALIEXPRESS_APP_KEY",
            kind=values.WORD,
            unset_says="none: the embedded sandbox answers",
            example="500001",
            help="Your app's key, a number, from the console of the Open Platform. Needs the secret too.",
        ),
    ]
    app_secret: Annotated[
        Secret | None,
        _platform(
            name="ALIEXPRESS_APP_SECRET",
            kind=values.SECRET,
            secret=True,
            example="",
            help="Your app's secret, which signs each call. It stands below the app key in the console.",
        ),
    ]
    tracking_id: Annotated[
        str,
        _platform(
            name="ALIEXPRESS_TRACKING_ID",
            kind=values.WORD,
            default="default",
            example="my_site",
            help="Whose links are given to callers that name no other. Each account has one called `default`.",
        ),
    ]
    language: Annotated[
        str,
        _platform(
            name="ALIEXPRESS_LANGUAGE",
            kind=values.LANGUAGE,
            default="EN",
            example="ES",
            help="The language of titles and pages when a caller asks for none.",
        ),
    ]
    currency: Annotated[
        str,
        _platform(
            name="ALIEXPRESS_CURRENCY",
            kind=values.CURRENCY,
            default="USD",
            example="EUR",
            help="The currency of prices when a caller asks for none.",
        ),
    ]
    api_url: Annotated[
        str,
        _platform(
            name="ALIEXPRESS_API_URL",
            kind=values.PLATFORM_URL,
            default="https://api-sg.aliexpress.com",
            example="http://127.0.0.1:8001",
            help="The platform's root. Plain http is for loopback and the hosts of `ALISTACH_INSECURE_UPSTREAM_HOSTS`.",
        ),
    ]
    insecure_upstream_hosts: Annotated[
        tuple[str, ...],
        _platform(
            name="ALISTACH_INSECURE_UPSTREAM_HOSTS",
            kind=values.HOSTS,
            default="",
            example="sandbox",
            help="Hosts that may be called over plain http, such as a sandbox in another container.",
        ),
    ]
    max_calls_per_second: Annotated[
        float,
        _platform(
            name="ALIEXPRESS_MAX_CALLS_PER_SECOND",
            kind=values.number(0.01, 1000),
            default="1",
            default_on_sandbox="20",
            example="0.5",
            help="The most calls a second on this app key, retries included. Too fast a key is banned.",
        ),
    ]
    admin_api_key: Annotated[
        Secret | None,
        _access(
            name="ADMIN_API_KEY",
            kind=values.STRONG_SECRET,
            secret=True,
            unset_says="made at the first start and kept in `.env`",
            example="",
            help="What `X-Admin-API-Key` must be on admin paths. Weak and well-known ones are refused.",
        ),
    ]
    anonymous_access: Annotated[
        bool,
        _access(
            name="ANONYMOUS_ACCESS",
            kind=values.FLAG,
            default="false",
            default_on_sandbox="true",
            example="true",
            help="Whether callers without a key are answered. Without it, only the admin key is let in.",
        ),
    ]
    max_requests_per_minute: Annotated[
        int,
        _access(
            name="MAX_REQUESTS_PER_MINUTE",
            kind=values.whole(1, 1_000_000_000),
            default="600",
            example="120",
            help="How many requests one caller may send in a minute.",
        ),
    ]
    max_requests_per_second: Annotated[
        int,
        _access(
            name="MAX_REQUESTS_PER_SECOND",
            kind=values.whole(1, 1_000_000_000),
            default="20",
            example="5",
            help="How many requests one caller may send in a second.",
        ),
    ]
    allowed_origins: Annotated[
        tuple[str, ...],
        _access(
            name="ALLOWED_ORIGINS",
            kind=values.ORIGINS,
            default="",
            example="https://deals.example,https://www.deals.example",
            help="The web pages whose scripts may ask, by exact origin.",
        ),
    ]
    cache_price_ttl: Annotated[
        int,
        _cache(
            name="CACHE_PRICE_TTL",
            kind=values.whole(1, 7 * _DAY),
            default="1800",
            example="600",
            help="For how many seconds a product's price counts as fresh.",
        ),
    ]
    cache_product_ttl: Annotated[
        int,
        _cache(
            name="CACHE_PRODUCT_TTL",
            kind=values.whole(1, 7 * _DAY),
            default="86400",
            example="43200",
            help="For how many seconds a product is still served while a newer one is fetched.",
        ),
    ]
    cache_search_ttl: Annotated[
        int,
        _cache(
            name="CACHE_SEARCH_TTL",
            kind=values.whole(1, 7 * _DAY),
            default="3600",
            example="900",
            help="For how many seconds a search counts as fresh.",
        ),
    ]
    cache_affiliate_ttl: Annotated[
        int,
        _cache(
            name="CACHE_AFFILIATE_TTL",
            kind=values.whole(1, 150 * _DAY),
            default="2592000",
            example="604800",
            help="For how many seconds a link counts as fresh. Links die after six months without a click.",
        ),
    ]
    cache_memory_mb: Annotated[
        int,
        _cache(
            name="CACHE_MEMORY_MB",
            kind=values.whole(8, 65536),
            default="256",
            example="64",
            help="How many megabytes of answers are kept in memory, in front of `cache.db`.",
        ),
    ]
    sandbox_port: Annotated[
        int | None,
        _sandbox(
            name="ALISTACH_SANDBOX_PORT",
            kind=values.whole(0, 65535),
            unset_says="8001, or any free one when that is taken",
            example="9001",
            help="The port of the embedded sandbox, on loopback. 0 takes any free one.",
        ),
    ]

    @property
    def on_sandbox(self) -> bool:
        """Whether the embedded sandbox answers, since there are no credentials for the platform."""
        return self.app_key is None

    @property
    def mode(self) -> Mode:
        """`live` with credentials, whatever address they are used at; else `sandbox`."""
        return Mode.SANDBOX if self.on_sandbox else Mode.LIVE


def _rows() -> MappingProxyType[str, Setting]:
    hints = get_type_hints(Settings, include_extras=True)
    rows = (replace(hints[field].__metadata__[0], field=field) for field in Settings.__struct_fields__)
    return MappingProxyType({row.name: row for row in rows})


TABLE: Final = _rows()
