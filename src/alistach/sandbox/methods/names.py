"""Every method name that the platform has; the sandbox answers some and lacks permission for the rest."""

from __future__ import annotations

from typing import Final

KNOWN: Final = frozenset(
    (
        "aliexpress.affiliate.category.get",
        "aliexpress.affiliate.featuredpromo.get",
        "aliexpress.affiliate.featuredpromo.products.get",
        "aliexpress.affiliate.hotproduct.download",
        "aliexpress.affiliate.hotproduct.query",
        "aliexpress.affiliate.image.search",
        "aliexpress.affiliate.link.generate",
        "aliexpress.affiliate.order.get",
        "aliexpress.affiliate.order.list",
        "aliexpress.affiliate.order.listbyindex",
        "aliexpress.affiliate.product.query",
        "aliexpress.affiliate.product.shipping.get",
        "aliexpress.affiliate.product.sku.detail.get",
        "aliexpress.affiliate.product.smartmatch",
        "aliexpress.affiliate.productdetail.get",
        "aliexpress.affiliate.promotion.info.get",
        "aliexpress.ds.add.info",
        "aliexpress.ds.address.get",
        "aliexpress.ds.category.get",
        "aliexpress.ds.commissionorder.listbyindex",
        "aliexpress.ds.feed.itemids.get",
        "aliexpress.ds.feedname.get",
        "aliexpress.ds.freight.query",
        "aliexpress.ds.image.search",
        "aliexpress.ds.image.searchV2",
        "aliexpress.ds.member.benefit.get",
        "aliexpress.ds.member.orderdata.submit",
        "aliexpress.ds.order.create",
        "aliexpress.ds.order.tracking.get",
        "aliexpress.ds.product.get",
        "aliexpress.ds.product.specialinfo.get",
        "aliexpress.ds.product.wholesale.get",
        "aliexpress.ds.recommend.feed.get",
        "aliexpress.ds.search.event.report",
        "aliexpress.ds.text.search",
        "aliexpress.ds.trade.order.get",
        "aliexpress.logistics.buyer.freight.calculate",
        "aliexpress.logistics.ds.trackinginfo.query",
        "aliexpress.trade.ds.order.get",
        "/aliexpress/xinghe/merchant/license/get",
        "/auth/token/create",
        "/auth/token/refresh",
        "/auth/token/security/create",
        "/auth/token/security/refresh",
    )
)
