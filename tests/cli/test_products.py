"""Products on a terminal."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from alistach.cli.products import Link, Money, Product, draw_product, draw_products, has_long_links, link_text

SHORT = Link("monetised", "https://s.click.aliexpress.com/e/_c4Nfja0N")
LONG = Link("monetised", "https://s.click.aliexpress.com/s/" + "x" * 900)
NONE = Link("not_in_program", None, "It is not in the program")


def product(link: Link = SHORT, title: str = "Cable") -> Product:
    return Product(
        "1005006338829917", title, "https://www.aliexpress.com/item/1005006338829917.html", link, Money("1.10", "USD")
    )


@dataclass
class Drawn:
    lines: list[str]

    @property
    def width(self) -> int:
        return max(len(line) for line in self.lines)


def drawn(*products: Product, width: int) -> Drawn:
    out = io.StringIO()
    draw_products(Console(file=out, width=width, markup=False, emoji=False, highlight=False), products)
    return Drawn(out.getvalue().splitlines())


@pytest.mark.parametrize("width", [60, 80, 100, 119, 120, 160, 200])
def test_a_list_fits_every_width(width: int) -> None:
    title = "Original Cheap USB Cable Durable for Travel Compatible with Wireless Earbuds Transparent"
    found = drawn(product(SHORT, title), product(LONG, title), product(NONE, title), width=width)
    assert found.width <= width
    joined = "".join("".join(found.lines).split())
    assert "1005006338829917" in joined
    assert "longlink" in joined


def test_a_wide_list_has_short_links_whole_and_long_ones_by_name() -> None:
    found = drawn(product(SHORT), product(LONG), product(NONE), width=160)
    assert [line.split()[-1] for line in found.lines[2:]] == [SHORT.url, "link", "program"]


def test_a_folded_short_link_loses_nothing() -> None:
    found = drawn(product(SHORT), width=80)
    start = found.lines[0].index("link")
    assert "".join(line[start:].strip() for line in found.lines[2:]) == SHORT.url


def test_long_links_are_clickable() -> None:
    assert link_text(LONG).style == f"link {LONG.url}"
    assert str(link_text(LONG)) == "long link"
    assert (has_long_links((product(SHORT), product(NONE))), has_long_links((product(LONG),))) == (False, True)


def test_what_others_wrote_is_neither_markup_nor_obeyed() -> None:
    found = drawn(product(title="[red]A\x1b[2Jtitle :smile:[/red]"), width=200)
    assert "[red]A [2Jtitle :smile:[/red]" in found.lines[2]


def test_one_in_full_says_why_it_has_no_link() -> None:
    out = io.StringIO()
    draw_product(Console(file=out, width=80, markup=False), product(NONE))
    assert out.getvalue().splitlines()[-1] == "No link (not_in_program): It is not in the program"
