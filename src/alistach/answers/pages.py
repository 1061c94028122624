"""Any page of any size, cut from windows of the platform's largest page. Pure.

What live answers look like: a full window may hold 45 to 50 rows, the order changes between calls, a product may stand in two
windows, and the total is advisory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alistach.answers.entry import Window
from alistach.answers.questions import MAX_ROWS

WINDOW_SIZE = 50
# Fewer rows than this, and the window is the last one.
_SHORTEST_FULL_WINDOW = 45


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of a page and the number of the window that it came from."""

    product_id: str
    raw: bytes
    window: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as cut: its rows, the largest total told, and whether there is anything behind it."""

    rows: tuple[PageRow, ...]
    total: int
    has_more: bool


def windows_of(page_no: int, page_size: int) -> range:
    """The numbers (from 1) of the windows that a page touches."""
    first = (page_no - 1) * page_size
    return range(first // WINDOW_SIZE + 1, (first + page_size - 1) // WINDOW_SIZE + 2)


def is_last(number: int, window: Window) -> bool:
    """Whether nothing follows the number-th window: it is short, the platform counts no more, or shows no more."""
    reached = number * WINDOW_SIZE
    return window.received < _SHORTEST_FULL_WINDOW or window.total <= reached or reached >= MAX_ROWS


def cut(windows: Sequence[tuple[int, Window]], page_no: int, page_size: int) -> Page:
    """The page, from its windows in order (at least one); a product that stands in two of them is shown once."""
    first = (page_no - 1) * page_size
    rows: dict[str, PageRow] = {}
    left_over = False
    for number, window in windows:
        start = max(0, first - (number - 1) * WINDOW_SIZE)
        end = max(0, first + page_size - (number - 1) * WINDOW_SIZE)
        for product_id, raw in zip(window.product_ids[start:end], window.rows[start:end], strict=True):
            rows.setdefault(product_id, PageRow(product_id, raw, number))
        left_over = len(window.rows) > end
    number, window = windows[-1]
    return Page(tuple(rows.values()), max(w.total for _, w in windows), left_over or not is_last(number, window))


def without(window: Window, shown: Iterable[str]) -> Window:
    """The window without products that earlier windows show already, and each of the others once."""
    known = set(shown)
    kept: dict[str, bytes] = {}
    for product_id, raw in zip(window.product_ids, window.rows, strict=True):
        if product_id not in known:
            kept.setdefault(product_id, raw)
    return Window(tuple(kept), tuple(kept.values()), window.received, window.total)
