"""Which group grants which method."""

from __future__ import annotations

import pytest

from alistach.openplatform.permissions import permission_group


@pytest.mark.parametrize(
    ("method", "group"),
    [
        ("aliexpress.affiliate.category.get", "Standard API for Publishers"),
        ("aliexpress.affiliate.product.query", "Standard API for Publishers"),
        ("aliexpress.affiliate.productdetail.get", "Standard API for Publishers"),
        ("aliexpress.affiliate.link.generate", "Standard API for Publishers"),
        ("aliexpress.affiliate.featuredpromo.get", "Standard API for Publishers"),
        ("aliexpress.affiliate.featuredpromo.products.get", "Standard API for Publishers"),
        ("aliexpress.affiliate.order.get", "Standard API for Publishers"),
        ("aliexpress.affiliate.order.list", "Standard API for Publishers"),
        ("aliexpress.affiliate.order.listbyindex", "Standard API for Publishers"),
        ("aliexpress.affiliate.hotproduct.query", "Advanced API"),
        ("aliexpress.affiliate.hotproduct.download", "Advanced API"),
        ("aliexpress.affiliate.product.smartmatch", "Advanced API"),
        ("aliexpress.affiliate.product.shipping.get", "Advanced API"),
        ("aliexpress.affiliate.product.sku.detail.get", "SKU Dimension"),
        ("aliexpress.affiliate.promotion.info.get", "Promotion information (granted one by one)"),
        ("/auth/token/create", "System Tool"),
        ("aliexpress.ds.product.get", "AE-Dropshipper"),
        ("aliexpress.logistics.buyer.freight.calculate", "AE-Dropshipper"),
    ],
)
def test_each_method_has_its_group(method: str, group: str) -> None:
    assert permission_group(method) == group
