"""aliexpress.affiliate.product.query: search by words, category and price."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from alistach.sandbox.envelope import EMPTY, Result
from alistach.sandbox.methods.call import Call
from alistach.sandbox.methods.listing import ProductPage, read_view, write_rows
from alistach.sandbox.search import Question, Sort

_SORTS: Final = MappingProxyType({sort.value: sort.value for sort in Sort})
_TYPES: Final = MappingProxyType({kind: kind for kind in ("ALL", "PLAZA", "TMALL")})
_DELIVERY_DAYS: Final = MappingProxyType({days: days for days in ("3", "5", "7", "10")})


async def query_products(call: Call) -> Result:
    """One page of what is found, or 405 where there is nothing."""
    view = read_view(call)
    parameters = call.parameters
    page_no = parameters.whole("page_no", 1, 1, 100)
    page_size = parameters.whole("page_size", 20, 1, 50)
    # Every product of the sandbox is of every type and delivered at once: the filters are checked and change nothing.
    parameters.one_of("platform_product_type", _TYPES, "ALL")
    parameters.one_of("delivery_days", _DELIVERY_DAYS, "3")
    found = await call.backend.search.find(_read_question(call, view.currency))
    page = found[(page_no - 1) * page_size : page_no * page_size]
    if not page:
        return EMPTY
    rows = write_rows(call, view, map(call.backend.catalogue.product, page))
    return Result(
        result=ProductPage(
            current_record_count=len(rows),
            total_record_count=len(found),
            current_page_no=page_no,
            products=call.list_of("product", rows),
        )
    )


def _read_question(call: Call, currency: str) -> Question:
    parameters = call.parameters
    is_sorted = parameters.text("sort") is not None
    return Question(
        keywords=parameters.text("keywords") or "",
        category_ids=parameters.numbers("category_ids"),
        lowest=parameters.amount("min_sale_price"),
        highest=parameters.amount("max_sale_price"),
        currency=currency,
        sort=Sort(parameters.one_of("sort", _SORTS, "")) if is_sorted else None,
    )
