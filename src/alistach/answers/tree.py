"""Answers about categories: the roots, or the children of one."""

from __future__ import annotations

from alistach.answers.answer import Answer, Variants, answer
from alistach.answers.asker import Asker
from alistach.answers.cachekey import canonical_id, variant_name
from alistach.answers.categories import CategoryTree
from alistach.answers.entries import Entries
from alistach.answers.entry import Tree
from alistach.answers.questions import Categories, ChildCategories
from alistach.answers.results import CategoriesList, Envelope, Metadata, ShownCategory
from alistach.errors import NotFound


class CategoryAnswers:
    """Answers questions about the category tree."""

    def __init__(self, entries: Entries, tree: CategoryTree, variants: Variants, source: str) -> None:
        self._entries, self._tree, self._variants, self._metadata = entries, tree, variants, Metadata(source=source)

    async def roots(self, _: Categories, asker: Asker) -> Answer:
        """The categories at the root. Raises GatewayError."""
        return await self._below(None, asker)

    async def children(self, question: ChildCategories, asker: Asker) -> Answer:
        """The categories below one. Raises GatewayError, NotFound for a category that is not in the tree among them."""
        return await self._below(canonical_id(question.category_id), asker)

    async def _below(self, parent_id: str | None, asker: Asker) -> Answer:
        with self._entries.charging(asker) as payer:
            found = await self._tree.find(payer)
            nodes = found.entry.expect(Tree).nodes
            if parent_id is not None and all(node.id != parent_id for node in nodes):
                raise NotFound(f"There is no category {parent_id}. GET /api/categories lists those at the root.")

            def make() -> Envelope[CategoriesList]:
                shown = tuple(ShownCategory(n.id, n.name, n.parent_id) for n in nodes if n.parent_id == parent_id)
                return Envelope(data=CategoriesList(shown), metadata=self._metadata)

            variant = self._variants.of(variant_name("categories", parent_id), (found,), make)
            return answer(variant, (found,), self._entries.fresh_until((found,)), payer.tab.calls)
