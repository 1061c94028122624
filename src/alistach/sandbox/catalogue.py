"""The catalogue: nothing is stored, every product is made again from the seed when it is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from alistach.sandbox.product import Outline, Product, index_of, make_product, product_id, sketch
from alistach.sandbox.shops import Shop, make_shop


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The first `size` products of a seed."""

    seed: int
    size: int

    def product(self, index: int) -> Product:
        """The product at `index`."""
        return make_product(self.seed, index)

    def outline(self, index: int) -> Outline:
        """What a search needs of the product at `index`."""
        return sketch(self.seed, index)

    def product_id(self, index: int) -> int:
        """The platform's number for the product at `index`."""
        return product_id(self.seed, index)

    def find(self, number: int) -> Product | None:
        """The product with this id, in the program or not; None when there is none."""
        index = index_of(self.seed, number)
        return self.product(index) if index is not None and index < self.size else None

    def find_in_program(self, number: int) -> Product | None:
        """The product with this id if affiliates may advertise it."""
        product = self.find(number)
        return product if product is not None and product.outline.is_in_program else None

    def shop(self, ordinal: int) -> Shop:
        """The shop that a product names."""
        return make_shop(self.seed, ordinal)
