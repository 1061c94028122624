"""What the product methods share: for whom rows are written, and a page of them."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from alistach.sandbox.envelope import Listing
from alistach.sandbox.faults import MissingPromotionLink
from alistach.sandbox.languages import HOSTS
from alistach.sandbox.methods.call import Call
from alistach.sandbox.prices import RATES
from alistach.sandbox.product import Product
from alistach.sandbox.rows import ProductRow, View, write_row

_CURRENCIES: Final = MappingProxyType({currency: currency for currency in RATES})


class ProductPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of products, with the counts that the method gives."""

    current_record_count: int
    total_record_count: int | UnsetType = UNSET
    current_page_no: int | UnsetType = UNSET
    products: Listing[ProductRow]


def read_view(call: Call) -> View:
    """For whom the rows of this call are written."""
    tracking_id = call.parameters.text("tracking_id")
    # An unknown tracking id is no error here: the rows just come without a link, as the platform's do.
    is_linked = (
        tracking_id is not None
        and call.backend.options.knows_tracking_id(tracking_id)
        and not call.suffers(MissingPromotionLink)
    )
    return View(
        currency=call.parameters.one_of("target_currency", _CURRENCIES, "USD"),
        host=call.parameters.one_of("target_language", HOSTS, "EN"),
        base_url=call.base_url,
        tracking_id=tracking_id if is_linked else None,
        is_simplified=call.is_simplified,
    )


def write_rows(call: Call, view: View, products: Iterable[Product]) -> list[ProductRow]:
    """The rows of `products`."""
    backend = call.backend
    return [write_row(product, backend.catalogue.shop(product.shop), view, backend.links) for product in products]
