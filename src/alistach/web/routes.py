"""The operations as data: one row says all that routes, OpenAPI document and command line need to know of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import HttpMethod

from alistach.answers import questions, results
from alistach.answers.answer import Answer
from alistach.answers.answers import Answers
from alistach.answers.asker import Asker


@dataclass(frozen=True, slots=True)
class Operation:
    """One REST operation.

    `question` names the parameters, `result` what is in `data`; `answer` picks the method that answers it.
    `upstream_method` is what one miss costs a call of.
    """

    name: str
    paths: tuple[str, ...]
    methods: tuple[HttpMethod, ...]
    summary: str
    question: type[msgspec.Struct]
    result: type[msgspec.Struct]
    answer: Callable[[Answers], Callable[[Any, Asker], Awaitable[Answer]]]
    upstream_method: str


OPERATIONS = (
    Operation(
        name="search",
        paths=("/api/products/search",),
        methods=(HttpMethod.GET, HttpMethod.POST),
        summary="Search products; each comes with a paying link.",
        question=questions.Search,
        result=results.ProductsPage,
        answer=lambda answers: answers.products.search,
        upstream_method="aliexpress.affiliate.product.query",
    ),
    Operation(
        name="details",
        paths=("/api/products/details",),
        methods=(HttpMethod.POST,),
        summary="Up to 50 products by id, in the order asked.",
        question=questions.ProductDetails,
        result=results.DetailsList,
        answer=lambda answers: answers.products.details,
        upstream_method="aliexpress.affiliate.productdetail.get",
    ),
    Operation(
        name="detail",
        paths=("/api/products/{product_id}", "/api/products/details/{product_id}"),
        methods=(HttpMethod.GET,),
        summary="One product by id.",
        question=questions.ProductDetail,
        result=results.ShownProduct,
        answer=lambda answers: answers.products.detail,
        upstream_method="aliexpress.affiliate.productdetail.get",
    ),
    Operation(
        name="categories",
        paths=("/api/categories",),
        methods=(HttpMethod.GET,),
        summary="The categories at the root.",
        question=questions.Categories,
        result=results.CategoriesList,
        answer=lambda answers: answers.categories.roots,
        upstream_method="aliexpress.affiliate.category.get",
    ),
    Operation(
        name="children",
        paths=("/api/categories/{category_id}/children",),
        methods=(HttpMethod.GET,),
        summary="The categories below one.",
        question=questions.ChildCategories,
        result=results.CategoriesList,
        answer=lambda answers: answers.categories.children,
        upstream_method="aliexpress.affiliate.category.get",
    ),
    Operation(
        name="link",
        paths=("/api/affiliate/link",),
        methods=(HttpMethod.GET, HttpMethod.POST),
        summary="A paying link for any AliExpress page, short link or share text, or the reason why there is none.",
        question=questions.AffiliateLink,
        result=results.PageLink,
        answer=lambda answers: answers.links.link,
        upstream_method="aliexpress.affiliate.link.generate",
    ),
    Operation(
        name="links",
        paths=("/api/affiliate/links",),
        methods=(HttpMethod.POST,),
        summary="Paying links for up to 50 pages, in the order asked.",
        question=questions.AffiliateLinks,
        result=results.LinksList,
        answer=lambda answers: answers.links.links,
        upstream_method="aliexpress.affiliate.link.generate",
    ),
)
