"""One canonical form for each question, so that the same question in another hand has the same key.

A key is a JSON array: its first member names what is asked, the rest are the canonical values. JSON quotes every text, so no
value can spill into its neighbour and make two questions collide.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from alistach.answers.questions import Search
from alistach.errors import InvalidParameters, ParameterProblem
from alistach.kit.money import to_minor


@dataclass(frozen=True, slots=True)
class Locale:
    """What prices and titles are asked in; codes in upper case, `country` empty when none is named."""

    currency: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class House:
    """The operator's own defaults: what a question means that leaves them out."""

    tracking_id: str
    currency: str
    language: str

    def locale(self, currency: str | None, language: str | None, country: str | None) -> Locale:
        """The locale of a question, with the defaults filled in."""
        return Locale((currency or self.currency).upper(), (language or self.language).upper(), (country or "").upper())


@dataclass(frozen=True, slots=True)
class Subject:
    """What a search is about, whatever the page: canonical words, categories, minor-unit prices, order, locale."""

    keywords: str
    category_ids: tuple[str, ...]
    min_sale_price: int | None
    max_sale_price: int | None
    sort: str
    locale: Locale


def subject(question: Search, house: House) -> Subject:
    """The canonical subject of a search; raises InvalidParameters for a price that the currency cannot express."""
    locale = house.locale(question.target_currency, question.target_language, question.ship_to_country)
    least, most = question.min_sale_price, question.max_sale_price
    if least is not None and most is not None and least > most:
        problem = ParameterProblem("min_sale_price", f"must not be above max_sale_price, was {least} and {most}")
        raise InvalidParameters(f"{problem.parameter} {problem.message}.", problems=(problem,))
    return Subject(
        canonical_words(question.keywords),
        tuple(sorted({canonical_id(one) for one in question.category_ids}, key=int)),
        _minor("min_sale_price", question.min_sale_price, locale.currency),
        _minor("max_sale_price", question.max_sale_price, locale.currency),
        question.sort.value if question.sort else "",
        locale,
    )


def canonical_words(text: str) -> str:
    """Compatibility-normalised, case-folded, single-spaced: how the platform's search reads words anyway."""
    if not text.isascii():
        # Case folding undoes normal forms and normal forms undo case folding: only this order of both is stable.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
        return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())
    return " ".join(text.casefold().split())


def canonical_id(number: str) -> str:
    """An id without zeros in front, which say nothing."""
    return number.lstrip("0") or "0"


def window_key(about: Subject, number: int) -> str:
    """The key of the number-th window (from 1) of the platform's largest page."""
    locale = about.locale
    return _key(
        "search", about.keywords, about.category_ids, about.min_sale_price, about.max_sale_price, about.sort,
        locale.currency, locale.language, locale.country, number,
    )  # fmt: skip


def product_key(product_id: str, locale: Locale) -> str:
    """The key of one product as seen from a locale."""
    return _key("product", product_id, locale.currency, locale.language, locale.country)


def link_key(tracking_id: str, target: str) -> str:
    """The key of a short link: whose it is, and the product id or page that it leads to."""
    return _key("link", tracking_id, target)


def resolution_key(short_url: str) -> str:
    """The key of where a short link leads."""
    return _key("resolution", short_url)


def variant_name(*members: object) -> str:
    """The name of a body made from entries, unlike any other question's."""
    return _key("variant", *members)


CATEGORIES_KEY = '["categories"]'


def _key(*members: object) -> str:
    return msgspec.json.encode(members).decode()


def _minor(parameter: str, amount: Decimal | None, currency: str) -> int | None:
    if amount is None:
        return None
    try:
        return to_minor(amount, currency)
    except ValueError as error:
        problem = ParameterProblem(parameter, str(error))
        raise InvalidParameters(f"{parameter}: {error}.", problems=(problem,)) from error
