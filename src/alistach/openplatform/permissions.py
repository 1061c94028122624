"""Which permission group of the platform a method belongs to: what an operator has to ask for in its console."""

from __future__ import annotations

STANDARD = "Standard API for Publishers"
ADVANCED = "Advanced API"
_ADVANCED_METHODS = frozenset(
    {
        "aliexpress.affiliate.hotproduct.query",
        "aliexpress.affiliate.hotproduct.download",
        "aliexpress.affiliate.product.smartmatch",
        "aliexpress.affiliate.product.shipping.get",
    }
)


def permission_group(method: str) -> str:
    """The group that grants `method`, as the platform's console names it."""
    match method:
        case "aliexpress.affiliate.product.sku.detail.get":
            return "SKU Dimension"
        case "aliexpress.affiliate.promotion.info.get":
            return "Promotion information (granted one by one)"
        case _ if method in _ADVANCED_METHODS:
            return ADVANCED
        case _ if method.startswith("aliexpress.affiliate."):
            return STANDARD
        case _ if method.startswith("/"):
            return "System Tool"
        case _:
            return "AE-Dropshipper"
