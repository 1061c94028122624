"""The methods that the sandbox answers: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from alistach.sandbox.methods.call import Method
from alistach.sandbox.methods.category_get import get_categories
from alistach.sandbox.methods.link_generate import generate_links
from alistach.sandbox.methods.names import KNOWN
from alistach.sandbox.methods.product_details import get_products
from alistach.sandbox.methods.product_query import query_products
from alistach.sandbox.methods.token_create import create_token
from alistach.sandbox.refusals import INSUFFICIENT_PERMISSION, INVALID_API_PATH, Refused

METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        "aliexpress.affiliate.product.query": query_products,
        "aliexpress.affiliate.productdetail.get": get_products,
        "aliexpress.affiliate.category.get": get_categories,
        "aliexpress.affiliate.link.generate": generate_links,
        "/auth/token/create": create_token,
    }
)


def find_method(name: str) -> Method:
    """The method of this name; raises Refused for one that does not exist or that the app may not use."""
    if name not in KNOWN:
        raise Refused(INVALID_API_PATH)
    if name not in METHODS:
        raise Refused(INSUFFICIENT_PERMISSION)
    return METHODS[name]
