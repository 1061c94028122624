"""The faults in force: for a time, for a number of calls, for a share of them."""

from __future__ import annotations

from alistach.sandbox.faultbook import FaultBook, FaultNote
from alistach.sandbox.faults import Fault, Hang, Html, Reset
from tests.sandbox.calling import CATEGORIES, QUERY


def struck(book: FaultBook, method: str = QUERY, now: float = 0.0) -> list[Fault]:
    return [strike.fault for strike in book.strike(method, now)]


def test_an_empty_book_strikes_nobody() -> None:
    assert struck(FaultBook(1)) == []


def test_a_fault_without_an_end_strikes_for_good() -> None:
    book = FaultBook(1)
    book.add(Html(), 0.0)
    assert [struck(book, now=now) for now in (0.0, 1e9)] == [[Html()], [Html()]]


def test_a_fault_strikes_its_own_method_only() -> None:
    book = FaultBook(1)
    book.add(Html(method=CATEGORIES), 0.0)
    assert struck(book, QUERY) == []
    assert struck(book, CATEGORIES) == [Html(method=CATEGORIES)]


def test_a_fault_ends_with_its_time() -> None:
    book = FaultBook(1)
    book.add(Html(seconds=10), 5.0)
    assert len(struck(book, now=14.999)) == 1
    assert struck(book, now=15.0) == []


def test_a_fault_ends_with_its_count() -> None:
    book = FaultBook(1)
    book.add(Html(count=2), 0.0)
    assert [len(struck(book)) for _ in range(4)] == [1, 1, 0, 0]


def test_calls_of_another_method_do_not_use_up_the_count() -> None:
    book = FaultBook(1)
    book.add(Html(method=QUERY, count=1), 0.0)
    assert struck(book, CATEGORIES) == []
    assert len(struck(book, QUERY)) == 1
    assert struck(book, QUERY) == []


def test_a_share_strikes_about_so_many() -> None:
    book = FaultBook(1)
    book.add(Html(share=0.3), 0.0)
    assert 250 < sum(len(struck(book)) for _ in range(1_000)) < 350


def test_a_share_strikes_the_same_calls_in_every_run() -> None:
    books = [FaultBook(1), FaultBook(1), FaultBook(2)]
    for book in books:
        book.add(Html(share=0.5), 0.0)
    runs = [[len(struck(book)) for _ in range(100)] for book in books]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_the_whole_share_strikes_all() -> None:
    book = FaultBook(1)
    book.add(Html(share=1), 0.0)
    assert sum(len(struck(book)) for _ in range(100)) == 100


def test_a_count_of_a_share_counts_those_that_it_struck() -> None:
    book = FaultBook(1)
    book.add(Html(share=0.5, count=10), 0.0)
    assert sum(len(struck(book)) for _ in range(200)) == 10


def test_several_faults_strike_in_the_order_they_were_added() -> None:
    book = FaultBook(1)
    book.add(Reset(), 0.0)
    book.add(Html(), 0.0)
    assert struck(book) == [Reset(), Html()]


def test_a_fault_can_be_removed_by_its_number_once() -> None:
    book = FaultBook(1)
    first, second = book.add(Reset(), 0.0), book.add(Html(), 0.0)
    assert (first, second) == (1, 2)
    assert book.remove(first)
    assert not book.remove(first)
    assert struck(book) == [Html()]


def test_clearing_ends_all_and_numbers_go_on() -> None:
    book = FaultBook(1)
    book.add(Reset(), 0.0)
    book.clear()
    assert struck(book) == []
    assert book.add(Html(), 0.0) == 2


def test_the_notes_tell_what_is_left() -> None:
    book = FaultBook(1)
    book.add(Hang(seconds=10, count=3), 0.0)
    book.add(Html(), 0.0)
    book.strike(QUERY, 1.0)
    assert book.notes(4.0) == [
        FaultNote(1, Hang(seconds=10, count=3), 6.0, 2),
        FaultNote(2, Html(), None, None),
    ]


def test_the_notes_leave_out_what_is_over() -> None:
    book = FaultBook(1)
    book.add(Hang(seconds=10), 0.0)
    book.add(Html(count=1), 0.0)
    book.strike(QUERY, 0.0)
    assert book.notes(10.0) == []
