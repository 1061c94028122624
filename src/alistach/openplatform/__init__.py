"""The async client of the AliExpress Open Platform: a library of its own, needing aiohttp and msgspec only."""

from __future__ import annotations

from alistach.openplatform.breaker import Condition, Tolerance
from alistach.openplatform.categories import CATEGORIES, CategoryNode, CategoryQuery
from alistach.openplatform.client import MOST_AT_ONCE, PLATFORM_URL, OpenPlatform, platform_root
from alistach.openplatform.credentials import Credentials
from alistach.openplatform.governor import Governor, GovernorView, Turn
from alistach.openplatform.links import LINK_GENERATE, GeneratedLink, LinkRequest, match_links
from alistach.openplatform.memory import ForgetfulMemory, GovernorMemory, Remembered
from alistach.openplatform.operation import Attempt, Operation, Payload, Priority, Reply
from alistach.openplatform.products import (
    PRODUCT_DETAILS,
    PRODUCT_QUERY,
    Category,
    Product,
    ProductLookup,
    ProductPage,
    ProductQuery,
    ProductRow,
    Shop,
    match_rows,
    product_url,
    read_row,
)
from alistach.openplatform.retry import Retries
from alistach.openplatform.shortlinks import resolve
from alistach.openplatform.signing import SignMethod
from alistach.openplatform.transport import HttpTransport, Response, Transport
from alistach.openplatform.urls import OtherPage, PageUrl, ShortLink, Understood, understand

__all__ = [
    "CATEGORIES",
    "LINK_GENERATE",
    "MOST_AT_ONCE",
    "PLATFORM_URL",
    "PRODUCT_DETAILS",
    "PRODUCT_QUERY",
    "Attempt",
    "Category",
    "CategoryNode",
    "CategoryQuery",
    "Condition",
    "Credentials",
    "ForgetfulMemory",
    "GeneratedLink",
    "Governor",
    "GovernorMemory",
    "GovernorView",
    "HttpTransport",
    "LinkRequest",
    "OpenPlatform",
    "Operation",
    "OtherPage",
    "PageUrl",
    "Payload",
    "Priority",
    "Product",
    "ProductLookup",
    "ProductPage",
    "ProductQuery",
    "ProductRow",
    "Remembered",
    "Reply",
    "Response",
    "Retries",
    "Shop",
    "ShortLink",
    "SignMethod",
    "Tolerance",
    "Transport",
    "Turn",
    "Understood",
    "match_links",
    "match_rows",
    "platform_root",
    "product_url",
    "read_row",
    "resolve",
    "understand",
]
