"""What is not exactly what was written is never returned."""

from __future__ import annotations

import math
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from alistach.storage.cache.entry import StoredEntry
from alistach.storage.cache.row import FORMAT, LARGEST_BODY, BadRow, Row, RowCodec, identity

_ENTRY = StoredEntry("search:1", "search", 100.25, 900.5, ("product:1", "tracking:a"), b'{"rows": [1, 2, 3]}' * 20)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_MOMENT = st.floats(allow_nan=False)
_ENTRIES = st.builds(StoredEntry, _TEXT, _TEXT, _MOMENT, _MOMENT, st.lists(_TEXT, max_size=4).map(tuple), st.binary())


@pytest.fixture
def codec() -> RowCodec:
    return RowCodec()


def _forged(row: Row, **changes: object) -> Row:
    """The row with other values and a checksum that fits them."""
    names = ("key", "kind", "format", "stored_at", "keep_until", "tags", "checksum", "body")
    values = dict(zip(names, row, strict=True)) | changes
    head = tuple(values[name] for name in names[:6])
    body = values["body"]
    assert isinstance(body, bytes)
    values["checksum"] = zlib.crc32(body, zlib.crc32(repr(head).encode()))
    return tuple(values.values())  # type: ignore[return-value]


@pytest.mark.parametrize("version", [FORMAT - 1, FORMAT + 1, -1])
def test_a_row_of_another_format_is_bad_even_with_a_fitting_checksum(codec: RowCodec, version: int) -> None:
    with pytest.raises(BadRow, match="another format"):
        codec.unpack(_forged(codec.pack(_ENTRY), format=version))


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "search:2"), (1, "product"), (3, 100.5), (4, 901.0), (5, "[]"), (6, 0)],
)
def test_a_changed_column_is_bad(codec: RowCodec, place: int, value: object) -> None:
    row = list(codec.pack(_ENTRY))
    row[place] = value
    with pytest.raises(BadRow, match="checksum"):
        codec.unpack(tuple(row))  # type: ignore[arg-type]


def test_every_truncation_of_the_body_is_bad(codec: RowCodec) -> None:
    *rest, body = codec.pack(_ENTRY)
    for length in range(len(body)):
        with pytest.raises(BadRow):
            codec.unpack((*rest, body[:length]))  # type: ignore[arg-type]


def test_a_forged_body_that_is_no_zstd_is_bad(codec: RowCodec) -> None:
    with pytest.raises(BadRow):
        codec.unpack(_forged(codec.pack(_ENTRY), body=b"not compressed"))


def test_a_forged_body_that_breaks_off_is_bad(codec: RowCodec) -> None:
    row = codec.pack(_ENTRY)
    with pytest.raises(BadRow, match="cannot be read"):
        codec.unpack(_forged(row, body=row[7][:-3]))


def test_a_forged_body_that_hides_its_size_is_bad(codec: RowCodec) -> None:
    frame = zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 100)
    with pytest.raises(BadRow, match="unknown or beyond bounds"):
        codec.unpack(_forged(codec.pack(_ENTRY), body=frame))


def test_a_forged_body_that_would_fill_the_memory_is_bad(codec: RowCodec) -> None:
    frame = zstandard.ZstdCompressor().compress(bytes(LARGEST_BODY + 1))
    with pytest.raises(BadRow, match="unknown or beyond bounds"):
        codec.unpack(_forged(codec.pack(_ENTRY), body=frame))


@pytest.mark.parametrize("tags", ["", "{}", "[1]", "not json", '["open'])
def test_forged_tags_that_are_no_list_of_texts_are_bad(codec: RowCodec, tags: str) -> None:
    with pytest.raises(BadRow, match="cannot be read"):
        codec.unpack(_forged(codec.pack(_ENTRY), tags=tags))


@pytest.mark.parametrize(
    "entry",
    [
        StoredEntry("nan", "search", math.nan, 1.0, (), b""),
        StoredEntry("nan", "search", 1.0, math.nan, (), b""),
        StoredEntry("half a \ud800 character", "search", 1.0, 1.0, (), b""),
        StoredEntry("tag", "search", 1.0, 1.0, ("\udfff",), b""),
        StoredEntry("large", "search", 1.0, 1.0, (), bytes(LARGEST_BODY + 1)),
    ],
)
def test_what_no_row_can_hold_is_said_when_it_is_packed(codec: RowCodec, entry: StoredEntry) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some come from the text encoder
        codec.pack(entry)


def test_a_body_is_compressed_at_rest(codec: RowCodec) -> None:
    assert len(codec.pack(_ENTRY)[7]) < len(_ENTRY.body) / 4


def test_rows_of_one_key_are_told_apart_by_their_checksums(codec: RowCodec) -> None:
    older = codec.pack(_ENTRY)
    newer = codec.pack(StoredEntry(_ENTRY.key, "search", 101.0, 900.5, (), b"newer"))
    assert identity(older) == ("search:1", older[6])
    assert identity(older) != identity(newer)


@given(_ENTRIES)
def test_what_was_packed_comes_back_exactly(entry: StoredEntry) -> None:
    codec = RowCodec()
    assert codec.unpack(codec.pack(entry)) == entry


@given(_ENTRIES, st.data())
def test_any_flipped_bit_of_a_body_is_noticed(entry: StoredEntry, data: st.DataObject) -> None:
    codec = RowCodec()
    *rest, body = codec.pack(entry)
    place = data.draw(st.integers(0, len(body) - 1))
    flipped = bytearray(body)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadRow):
        codec.unpack((*rest, bytes(flipped)))  # type: ignore[arg-type]
