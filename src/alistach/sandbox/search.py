"""Search: an index from words and categories to products, built the first time somebody searches."""

from __future__ import annotations

import asyncio
import html
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.categories import BY_NUMBER
from alistach.sandbox.prices import Conversion

_WORD: Final = re.compile(r"\w+")
# They stand in nearly every title, so they tell nothing apart.
_EMPTY_WORDS: Final = frozenset(("a", "and", "for", "in", "of", "on", "the", "to", "with"))
# More than a name has words: being called a cable decides among titles that match as well, no more.
_MATCH: Final = 16


class Sort(Enum):
    """The orders that a caller may ask for."""

    SALE_PRICE_ASC = "SALE_PRICE_ASC"
    SALE_PRICE_DESC = "SALE_PRICE_DESC"
    LAST_VOLUME_ASC = "LAST_VOLUME_ASC"
    LAST_VOLUME_DESC = "LAST_VOLUME_DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is searched for; prices are minor units of `currency`."""

    keywords: str = ""
    category_ids: tuple[int, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    currency: str = "USD"
    sort: Sort | None = None


def words_of(text: str) -> set[str]:
    """The words that count, in lower case and without a plural's s."""
    found = _WORD.findall(html.unescape(text).lower() if "&" in text else text.lower())
    return {_singular(word) for word in found if word not in _EMPTY_WORDS}


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


class _Heard(dict[str, tuple[str, ...]]):
    """The words of each token: titles repeat a few hundred tokens, so each is taken apart once."""

    def __missing__(self, token: str) -> tuple[str, ...]:
        words = self[token] = tuple(words_of(token))
        return words


def _no_ranks() -> array[int]:
    return array("q")


class Index:
    """Products in the program by rank, the best-selling first; words and categories list ranks."""

    def __init__(self, catalogue: Catalogue) -> None:
        outlines = ((index, catalogue.outline(index)) for index in range(catalogue.size))
        ranked = sorted((item for item in outlines if item[1].is_in_program), key=lambda item: -item[1].volume)
        self._products = array("q", (index for index, _ in ranked))
        self._prices = array("q", (outline.sale_minor for _, outline in ranked))
        self._is_yuan = bytes(outline.currency == "CNY" for _, outline in ranked)
        self._words: dict[str, array[int]] = defaultdict(_no_ranks)
        self._names: dict[str, array[int]] = defaultdict(_no_ranks)
        self._categories: dict[int, array[int]] = defaultdict(_no_ranks)
        heard = _Heard()
        for rank, (_, outline) in enumerate(ranked):
            for word in {word for token in outline.title.split() for word in heard[token]}:
                self._words[word].append(rank)
            for word in heard[outline.noun.name]:
                self._names[word].append(rank)
            self._categories[outline.noun.category].append(rank)

    def find(self, question: Question) -> list[int]:
        """The indexes of the products that match, in the order asked."""
        ranks = self._match(question)
        if question.lowest is not None or question.highest is not None:
            low, high = question.lowest or 0, question.highest
            prices = self._priced(ranks, question.currency)
            ranks = [rank for price, rank in prices if price >= low and (high is None or price <= high)]
        products = self._products
        return [products[rank] for rank in self._sorted(ranks, question)]

    def _match(self, question: Question) -> list[int]:
        within = self._within(question.category_ids) if question.category_ids else None
        if not question.keywords.strip():
            return list(range(len(self._products))) if within is None else sorted(within)
        scores: dict[int, int] = {}
        for word in words_of(question.keywords):
            for rank in self._words.get(word, ()):
                scores[rank] = scores.get(rank, 0) + _MATCH
            for rank in self._names.get(word, ()):
                scores[rank] += 1
        ranks: Iterable[int] = scores if within is None else scores.keys() & within
        return sorted(ranks, key=lambda rank: (-scores[rank], rank))

    def _within(self, category_ids: tuple[int, ...]) -> set[int]:
        wanted = set(category_ids)
        return {
            rank
            for number, ranks in self._categories.items()
            if number in wanted or BY_NUMBER[number].parent in wanted
            for rank in ranks
        }

    def _priced(self, ranks: Iterable[int], currency: str) -> list[tuple[int, int]]:
        yuan, dollar = Conversion.between("CNY", currency), Conversion.between("USD", currency)
        prices, is_yuan = self._prices, self._is_yuan
        return [((yuan if is_yuan[rank] else dollar)(prices[rank]), rank) for rank in ranks]

    def _sorted(self, ranks: list[int], question: Question) -> list[int]:
        match question.sort:
            case None:
                return ranks
            case Sort.LAST_VOLUME_DESC:
                return sorted(ranks)
            case Sort.LAST_VOLUME_ASC:
                return sorted(ranks, reverse=True)
            case Sort.SALE_PRICE_ASC:
                return [rank for _, rank in sorted(self._priced(ranks, question.currency))]
            case Sort.SALE_PRICE_DESC:
                return [rank for _, rank in sorted(self._priced(ranks, question.currency), reverse=True)]


class Search:
    """The index behind a door: built once, in a thread, by whoever asks first."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._index: Index | None = None
        self._building = asyncio.Lock()

    async def find(self, question: Question) -> list[int]:
        """The indexes of the products that match, in the order asked."""
        return (self._index or await self._built()).find(question)

    async def _built(self) -> Index:
        async with self._building:
            if self._index is None:
                self._index = await asyncio.to_thread(Index, self._catalogue)
            return self._index
