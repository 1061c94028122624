"""Pages of any size, cut from windows that are short, overlap, change their total and end."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.entry import Window
from alistach.answers.pages import PageRow, cut, is_last, windows_of, without
from tests.answers.making import make_window

NUMBERED = [str(number) for number in range(1000)]


@pytest.mark.parametrize(
    ("page_no", "page_size", "expected"),
    [
        (1, 1, range(1, 2)),
        (1, 50, range(1, 2)),
        (2, 50, range(2, 3)),
        (50, 1, range(1, 2)),
        (51, 1, range(2, 3)),
        (3, 20, range(1, 3)),
        (2, 40, range(1, 3)),
        (3, 24, range(1, 3)),
        (100, 50, range(100, 101)),
        (5000, 1, range(100, 101)),
        (5001, 1, range(101, 102)),
    ],
)
def test_a_page_touches_the_windows_that_hold_its_rows(page_no: int, page_size: int, expected: range) -> None:
    assert windows_of(page_no, page_size) == expected


@given(page_no=st.integers(1, 5000), page_size=st.integers(1, 50))
def test_a_page_touches_at_most_two_windows_which_hold_it_whole(page_no: int, page_size: int) -> None:
    numbers = windows_of(page_no, page_size)
    first, last = (page_no - 1) * page_size, page_no * page_size - 1
    assert 1 <= len(numbers) <= 2
    assert (numbers[0] - 1) * 50 <= first
    assert last < numbers[-1] * 50


@pytest.mark.parametrize(
    ("number", "received", "total", "expected"),
    [
        (1, 50, 51, False),
        (1, 45, 1000, False),
        (1, 44, 1000, True),
        (1, 0, 1000, True),
        (1, 50, 50, True),
        (2, 50, 101, False),
        (2, 50, 100, True),
        (2, 48, 98, True),
        (99, 50, 9999, False),
        (100, 50, 9999, True),
    ],
)
def test_a_window_is_the_last_when_it_is_short_or_nothing_more_is_counted_or_shown(
    number: int, received: int, total: int, expected: bool
) -> None:
    assert is_last(number, make_window(received=received, total=total)) is expected


def test_a_page_is_cut_from_the_middle_of_a_window() -> None:
    page = cut([(1, make_window(*NUMBERED[:50]))], 2, 3)
    assert page.rows == (PageRow("3", b"3", 1), PageRow("4", b"4", 1), PageRow("5", b"5", 1))
    assert (page.total, page.has_more) == (1000, True)


def test_a_page_spans_two_windows() -> None:
    windows = [(1, make_window(*NUMBERED[:50])), (2, make_window(*NUMBERED[50:100]))]
    page = cut(windows, 3, 20)
    assert [(row.product_id, row.window) for row in page.rows] == [
        *((one, 1) for one in NUMBERED[40:50]),
        *((one, 2) for one in NUMBERED[50:60]),
    ]


def test_a_product_in_both_windows_is_shown_once_with_its_first_row() -> None:
    windows = [(1, make_window(*NUMBERED[:50])), (2, make_window("45", *NUMBERED[50:99]))]
    page = cut(windows, 3, 20)
    assert [row.product_id for row in page.rows] == [*NUMBERED[40:50], *NUMBERED[50:59]]


def test_a_short_window_makes_a_short_page_and_no_end() -> None:
    windows = [(1, make_window(*NUMBERED[:46])), (2, make_window(*NUMBERED[50:100]))]
    page = cut(windows, 3, 20)
    assert [row.product_id for row in page.rows] == [*NUMBERED[40:46], *NUMBERED[50:60]]
    assert page.has_more


def test_rows_left_in_the_last_window_are_more() -> None:
    window = make_window(*NUMBERED[:30], total=30)
    assert [cut([(1, window)], page_no, 10).has_more for page_no in (1, 2, 3)] == [True, True, False]


def test_nothing_found_is_an_honest_end() -> None:
    page = cut([(1, make_window(total=0))], 1, 20)
    assert (page.rows, page.total, page.has_more) == ((), 0, False)


def test_the_largest_total_is_told_when_windows_differ() -> None:
    windows = [(1, make_window(*NUMBERED[:50], total=93)), (2, make_window(total=0))]
    assert cut(windows, 2, 40).total == 93


def test_no_row_after_the_five_thousandth_is_promised() -> None:
    window = make_window(*NUMBERED[:50], total=207117)
    assert cut([(100, window)], 100, 50).has_more is False


def test_products_of_earlier_windows_are_taken_out_and_still_counted() -> None:
    window = without(make_window("1", "2", "3"), {"2"})
    assert window == Window(("1", "3"), (b"1", b"3"), 3, 1000)


def test_a_product_that_a_window_lists_twice_is_kept_once() -> None:
    window = without(Window(("1", "2", "1"), (b"first", b"2", b"second"), 3, 9), ())
    assert window == Window(("1", "2"), (b"first", b"2"), 3, 9)


@dataclass(frozen=True)
class Listing:
    """What a search finds, as the platform shows it: windows of up to 50, from which up to 5 rows may be missing."""

    shown: list[list[str]]
    total: int

    @property
    def windows(self) -> list[tuple[int, Window]]:
        """The windows as the service keeps them: each without what those before it show."""
        kept: list[tuple[int, Window]] = []
        before: set[str] = set()
        for number, ids in enumerate(self.shown, 1):
            window = without(make_window(*ids, total=self.total), before)
            before.update(window.product_ids)
            kept.append((number, window))
        return kept

    def page(self, page_no: int, page_size: int) -> tuple[list[str], bool]:
        """The page and whether there is more, as the service cuts it; nothing is asked after the last window."""
        numbers = windows_of(page_no, page_size)
        known = self.windows
        touched = [(number, window) for number, window in known if number in numbers]
        if not touched:
            window = known[-1][1]
            touched = [(numbers[0], Window((), (), 0, window.total))]
        page = cut(touched, page_no, page_size)
        return [row.product_id for row in page.rows], page.has_more


@st.composite
def listings(draw: st.DrawFn, *, overlap: bool) -> Listing:
    total = draw(st.integers(0, 230))
    shown: list[list[str]] = []
    for start in range(0, max(total, 1), 50):
        ids = NUMBERED[start : min(start + 50, total)]
        # Only a window with another behind it may be short and still be full.
        gone = draw(st.sets(st.integers(0, len(ids) - 1), max_size=5)) if total > start + 50 else set()
        row_ids = [one for place, one in enumerate(ids) if place not in gone]
        if overlap and start:
            for place in draw(st.sets(st.integers(0, max(len(row_ids) - 1, 0)), max_size=5)):
                row_ids[place : place + 1] = [draw(st.sampled_from(NUMBERED[:start]))] if row_ids else []
        shown.append(row_ids)
    return Listing(shown, total)


@given(listing=listings(overlap=True), page_size=st.integers(1, 50))
def test_over_all_pages_each_product_is_shown_exactly_once(listing: Listing, page_size: int) -> None:
    pages = [listing.page(page_no, page_size)[0] for page_no in range(1, 260 // page_size + 3)]
    assert all(len(rows) <= page_size for rows in pages)
    shown = [product_id for rows in pages for product_id in rows]
    assert sorted(shown) == sorted({one for ids in listing.shown for one in ids})


@given(listing=listings(overlap=False), page_size=st.integers(1, 50), page_no=st.integers(1, 260))
def test_has_more_is_honest_wherever_a_page_is_cut(listing: Listing, page_size: int, page_no: int) -> None:
    _, has_more = listing.page(page_no, page_size)
    end = page_no * page_size
    behind = any(
        (number - 1) * 50 + place >= end for number, window in listing.windows for place in range(len(window.rows))
    )
    assert has_more is behind


@given(listing=listings(overlap=True), less=st.integers(0, 230), page_size=st.integers(1, 50))
def test_a_total_that_shrinks_never_ends_a_page_that_has_rows_behind_it_in_its_window(
    listing: Listing, less: int, page_size: int
) -> None:
    shrunk = Listing(listing.shown, min(listing.total, less))
    number, window = shrunk.windows[0]
    page = cut([(number, window)], 1, page_size)
    assert page.has_more or len(window.rows) <= page_size
