"""Entries: packed and unpacked without loss, and nothing else taken for one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.answers.entry import Content, Entry, Kind, Minted, Node, Resolution, Row, Tree, Window, pack, unpack
from alistach.answers.freshness import FreshnessClass
from tests.answers.making import EPOCH, key_of, make_entry, make_window

TEXTS = st.text(max_size=20)
TEXTS_OR_NONE = st.none() | TEXTS
NODES = st.builds(Node, TEXTS, TEXTS, TEXTS_OR_NONE)
WINDOWS = st.lists(st.tuples(TEXTS, st.binary(max_size=20)), max_size=5).flatmap(
    lambda pairs: st.builds(
        Window,
        st.just(tuple(one for one, _ in pairs)),
        st.just(tuple(raw for _, raw in pairs)),
        st.integers(0, 50),
        st.integers(0, 10**6),
    )
)
CONTENTS: st.SearchStrategy[Content] = st.one_of(
    WINDOWS,
    st.builds(Row, st.none() | st.binary(max_size=50)),
    st.builds(Minted, TEXTS_OR_NONE, TEXTS_OR_NONE),
    st.builds(Tree, st.lists(NODES, max_size=4).map(tuple)),
    st.builds(Resolution, TEXTS_OR_NONE, TEXTS_OR_NONE),
)
MOMENTS = st.floats(0, 4e9)


@given(CONTENTS, st.sampled_from(list(FreshnessClass)), MOMENTS, MOMENTS, st.lists(TEXTS, max_size=3).map(tuple))
def test_an_entry_comes_back_as_it_was(
    content: Content, freshness: FreshnessClass, asked_at: float, received_at: float, tags: tuple[str, ...]
) -> None:
    kind = make_entry(content=content).kind
    entry = Entry(key_of("x", kind.value), freshness, asked_at, received_at, content, tags)
    assert unpack(entry.key, tags, pack(entry)) == entry


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make_window(), Kind.SEARCH),
        (Row(None), Kind.PRODUCT),
        (Minted(None, None), Kind.LINK),
        (Tree(()), Kind.CATEGORIES),
        (Resolution(None, None), Kind.RESOLUTION),
    ],
)
def test_the_content_says_what_an_entry_is_about(content: Content, kind: Kind) -> None:
    assert make_entry(content=content).kind is kind


@given(st.binary(max_size=60))
def test_bytes_that_are_no_entry_raise_value_error_and_nothing_else(packed: bytes) -> None:
    with pytest.raises(ValueError, match="no entry"):
        unpack(key_of("1"), (), packed)


@given(st.integers(0, 40))
def test_a_truncated_entry_is_none(length: int) -> None:
    packed = pack(make_entry(content=Row(b"a row of some length, longer than forty bytes")))
    with pytest.raises(ValueError, match="no entry"):
        unpack(key_of("1"), (), packed[:length])


@pytest.mark.parametrize(
    "members",
    [
        ("detail", EPOCH, EPOCH),
        ("detail", "now", EPOCH, ["row", b""]),
        ("detail", EPOCH, EPOCH, ["spell", b""]),
        ("of another version", EPOCH, EPOCH, ["row", b""]),
        ("detail", EPOCH, EPOCH, ["row", 7]),
        {"freshness": "detail"},
    ],
)
def test_what_another_version_packed_is_not_misread(members: object) -> None:
    with pytest.raises(ValueError, match="no entry"):
        unpack(key_of("1"), (), msgspec.msgpack.encode(members))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PRODUCT])
def test_an_entry_of_another_kind_than_its_key_names_is_refused(kind: Kind) -> None:
    with pytest.raises(ValueError, match="does not name a product"):
        unpack(key_of("1", kind.value), (), pack(make_entry()))


def test_a_window_with_fewer_rows_than_products_is_refused() -> None:
    key = key_of("x", "search")
    torn = pack(make_entry(key, content=Window(("1", "2"), (b"1",), 2, 2)))
    with pytest.raises(ValueError, match="this one is not"):
        unpack(key, (), torn)


def test_the_expected_content_is_given_out() -> None:
    assert make_entry(content=Row(b"raw")).expect(Row) == Row(b"raw")


def test_another_content_than_expected_is_a_defect() -> None:
    with pytest.raises(TypeError, match="holds a Row, not a Window"):
        make_entry().expect(Window)


def test_a_window_without_rows_is_whole() -> None:
    key = key_of("x", "search")
    empty = make_entry(key, freshness=FreshnessClass.EMPTY, content=make_window(total=0))
    assert unpack(key, (), pack(empty)) == empty


@pytest.mark.parametrize("freshness", list(FreshnessClass))
def test_every_class_of_freshness_comes_back(freshness: FreshnessClass) -> None:
    entry = make_entry(freshness=freshness)
    assert unpack(entry.key, (), pack(entry)).freshness is freshness


def test_a_row_is_kept_as_the_bytes_that_came() -> None:
    raw = '{"product_id":1005006338829917,"sku_id":12000036815593862,"price":"15.680","title":"Stra\u00dfe"}'.encode()
    assert unpack(key_of("1"), (), pack(make_entry(content=Row(raw)))).content == Row(raw)


def test_tags_are_those_kept_beside_the_entry() -> None:
    packed = pack(make_entry(tags=("product:1",)))
    assert unpack(key_of("1"), ("product:2",), packed).tags == ("product:2",)
