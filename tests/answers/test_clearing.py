"""Clears: what falls under one, and which of them still matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.clearing import Clearing, compacted, is_cleared
from alistach.answers.entry import Content, Entry, Kind, Minted, Node, Resolution, Row, Tree
from tests.answers.making import EPOCH, make_entry, make_window

CONTENTS: dict[Kind, Content] = {
    Kind.SEARCH: make_window("1"),
    Kind.PRODUCT: Row(b"{}"),
    Kind.LINK: Minted("https://s.click.aliexpress.com/e/_x", None),
    Kind.CATEGORIES: Tree((Node("1", "Toys", None),)),
    Kind.RESOLUTION: Resolution(None, None),
}


@pytest.mark.parametrize(
    ("asked_at", "expected"), [(EPOCH - 1, True), (EPOCH, True), (EPOCH + 0.001, False), (EPOCH + 60, False)]
)
def test_only_what_was_asked_for_before_falls_under_a_clear(asked_at: float, expected: bool) -> None:
    assert Clearing(at=EPOCH).covers(make_entry(asked_at=asked_at)) is expected


def test_what_was_asked_before_and_came_after_falls_under_a_clear() -> None:
    assert Clearing(at=EPOCH).covers(make_entry(asked_at=EPOCH - 1, received_at=EPOCH + 1))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_clear_of_everything_spares_links_alone(kind: Kind) -> None:
    assert Clearing(at=EPOCH).covers(make_entry(content=CONTENTS[kind])) is (kind is not Kind.LINK)


@pytest.mark.parametrize("aimed", list(Kind))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_clear_of_a_kind_means_that_kind(aimed: Kind, kind: Kind) -> None:
    assert Clearing(at=EPOCH, kind=aimed).covers(make_entry(content=CONTENTS[kind])) is (aimed is kind)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(("product:1",), True), (("product:2", "product:1"), True), (("product:11",), False), ((), False)],
)
def test_a_clear_of_a_product_means_entries_that_show_it(tags: tuple[str, ...], expected: bool) -> None:
    assert Clearing(at=EPOCH, tag="product:1").covers(make_entry(tags=tags)) is expected


def test_a_clear_of_a_product_spares_its_links() -> None:
    link = make_entry(content=CONTENTS[Kind.LINK], tags=("tracking:default", "product:1"))
    assert not Clearing(at=EPOCH, tag="product:1").covers(link)


def test_a_clear_of_a_tracking_id_means_its_links() -> None:
    mine = make_entry(content=CONTENTS[Kind.LINK], tags=("tracking:default", "product:1"))
    theirs = make_entry(content=CONTENTS[Kind.LINK], tags=("tracking:deals", "product:1"))
    clearing = Clearing(at=EPOCH, tag="tracking:default")
    assert (clearing.covers(mine), clearing.covers(theirs)) == (True, False)


def test_a_clear_by_age_spares_what_is_younger() -> None:
    clearing = Clearing(at=EPOCH, asked_before=EPOCH - 100)
    covered = [clearing.covers(make_entry(asked_at=EPOCH - age)) for age in (101, 100, 99, 0)]
    assert covered == [True, True, False, False]


def test_a_clear_does_not_reach_into_the_future() -> None:
    assert not Clearing(at=EPOCH, asked_before=EPOCH + 100).covers(make_entry(asked_at=EPOCH + 50))


def test_one_clear_of_several_is_enough() -> None:
    clearings = (Clearing(at=EPOCH, kind=Kind.SEARCH), Clearing(at=EPOCH, kind=Kind.PRODUCT))
    assert is_cleared(clearings, make_entry())
    assert not is_cleared(clearings[:1], make_entry())
    assert not is_cleared((), make_entry())


def test_a_later_clear_takes_the_place_of_an_earlier_one_of_the_same_aim() -> None:
    first, second = Clearing(at=EPOCH), Clearing(at=EPOCH + 5)
    assert compacted((second, first), EPOCH - 100) == (second,)


def test_a_clear_by_age_does_not_take_the_place_of_one_that_reaches_further() -> None:
    everything, old = Clearing(at=EPOCH), Clearing(at=EPOCH + 5, asked_before=EPOCH - 50)
    assert compacted((everything, old), EPOCH - 100) == (everything,)


def test_clears_by_age_alone_do_not_pile_up() -> None:
    clearings: tuple[Clearing, ...] = ()
    for second in range(100):
        clearings = compacted((*clearings, Clearing(at=EPOCH + second, asked_before=EPOCH + second - 60)), EPOCH - 1000)
    assert clearings == (Clearing(at=EPOCH + 99, asked_before=EPOCH + 39),)


def test_clears_older_than_any_entry_are_forgotten() -> None:
    assert compacted((Clearing(at=EPOCH - 1), Clearing(at=EPOCH, kind=Kind.SEARCH)), EPOCH) == (
        Clearing(at=EPOCH, kind=Kind.SEARCH),
    )


CLEARINGS = st.builds(
    Clearing,
    at=st.integers(0, 20).map(float),
    kind=st.none() | st.sampled_from(list(Kind)),
    tag=st.sampled_from([None, "product:1", "tracking:a"]),
    asked_before=st.none() | st.integers(0, 20).map(float),
)
ENTRIES = st.builds(
    make_entry,
    asked_at=st.integers(5, 25).map(float),
    content=st.sampled_from(list(CONTENTS.values())),
    tags=st.sampled_from([(), ("product:1",), ("tracking:a", "product:1")]),
)


@given(clearings=st.lists(CLEARINGS, max_size=8), entries=st.lists(ENTRIES, max_size=8))
def test_compacting_changes_nothing_for_entries_that_are_kept(clearings: list[Clearing], entries: list[Entry]) -> None:
    few = compacted(clearings, 5.0)
    assert [is_cleared(few, entry) for entry in entries] == [is_cleared(clearings, entry) for entry in entries]
