"""aliexpress.affiliate.productdetail.get: products by id."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET

from alistach.sandbox.envelope import Result
from alistach.sandbox.faults import HalfBatch
from alistach.sandbox.methods.call import Call
from alistach.sandbox.methods.listing import ProductPage, read_view, write_rows
from alistach.sandbox.refusals import Refused, invalid

_MOST: Final = 50


async def get_products(call: Call) -> Result:
    """The products that exist and are in the program; the others are silently left out."""
    call.parameters.required("product_ids")
    wanted = call.parameters.numbers("product_ids")
    if len(wanted) > _MOST:
        raise Refused(invalid("product_ids", f"at most {_MOST}"))
    view = read_view(call)
    if call.suffers(HalfBatch):
        wanted = wanted[::2]
    found = filter(None, map(call.backend.catalogue.find_in_program, wanted))
    rows = write_rows(call, view, found)
    page = ProductPage(current_record_count=len(rows), products=call.list_of("product", rows))
    # As recorded: the message is there with nothing found, and not with something.
    return Result(result=page, resp_msg=UNSET) if rows else Result(result=page)
