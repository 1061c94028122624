"""Pictures of products: drawn from the id, small, the same each time."""

from __future__ import annotations

import html
import re
from typing import Final

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.draws import Draws

_NAME: Final = re.compile(r"([0-9]{1,17})-([0-9])\.svg")


def draw_picture(catalogue: Catalogue, name: str) -> str | None:
    """The SVG called `name`; None when no product has such a picture."""
    matched = _NAME.fullmatch(name)
    product = catalogue.find(int(matched[1])) if matched else None
    if matched is None or product is None or int(matched[2]) >= product.pictures:
        return None
    draws = Draws(catalogue.seed, f"picture {matched[2]}", product.index)
    hue, turn, size = draws.below(360), draws.below(60) - 30, 150 + draws.below(60)
    noun = html.escape(product.outline.noun.name)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" role="img" '
        f'aria-label="{noun}">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue} 45% 92%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 40) % 360} 45% 78%)"/></linearGradient></defs>'
        '<rect width="640" height="640" fill="url(#g)"/>'
        f'<g transform="translate(320 270) rotate({turn})" fill="hsl({(hue + 180) % 360} 35% 45%)">'
        f'<rect x="{-size // 2}" y="{-size}" width="{size}" height="{2 * size}" rx="{20 + draws.below(60)}"/>'
        f'<circle r="{size // 3}" fill="hsl({hue} 45% 92%)"/></g>'
        '<text x="320" y="580" font-family="sans-serif" font-size="40" text-anchor="middle" '
        f'fill="hsl({hue} 30% 25%)">{noun}</text></svg>'
    )
