"""An entry as a row of the answers' file: compressed, checked, and of a known format. Pure."""

from __future__ import annotations

import math
import zlib

import msgspec
import zstandard

from alistach.storage.cache.entry import MEBIBYTE, StoredEntry

# Raised when the meaning of a row or of a body changes: rows of any other format are dropped, not misread.
FORMAT = 1
# The values of a row, in this order.
COLUMNS = "key, kind, format, stored_at, keep_until, tags, checksum, body"

# A checksum can be forged, so a row may still lie about how large its body becomes.
LARGEST_BODY = 64 * MEBIBYTE
_ZSTD_LEVEL = 3

Row = tuple[str, str, int, float, float, str, int, bytes]


class BadRow(ValueError):
    """The row is damaged, of another format, or was never written by this program."""


def identity(row: Row) -> tuple[str, int]:
    """What tells this very row from a newer one of the same key: key and checksum."""
    return row[0], row[6]


class RowCodec:
    """Writes and reads rows. One thread may write while another reads."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()
        self._tags = msgspec.json.Decoder(tuple[str, ...])

    def pack(self, entry: StoredEntry) -> Row:
        """The values of the entry's row; raises ValueError for what no row can hold."""
        if math.isnan(entry.stored_at) or math.isnan(entry.keep_until) or len(entry.body) > LARGEST_BODY:
            raise ValueError(f"no row can hold the entry {entry.key!r}")
        # Half a surrogate pair is a text to Python, but not to SQLite: found here, it does not fail its whole batch.
        f"{entry.key}{entry.kind}".encode()
        body = self._compressor.compress(entry.body)
        tags = msgspec.json.encode(entry.tags).decode()
        head = (entry.key, entry.kind, FORMAT, float(entry.stored_at), float(entry.keep_until), tags)
        return (*head, _checksum(head, body), body)

    def unpack(self, row: Row) -> StoredEntry:
        """The entry of a row; raises BadRow."""
        key, kind, version, stored_at, keep_until, tags, checksum, body = row
        if version != FORMAT:
            raise BadRow("the row is of another format")
        if checksum != _checksum((key, kind, version, stored_at, keep_until, tags), body):
            raise BadRow("the row does not match its checksum")
        try:
            return StoredEntry(key, kind, stored_at, keep_until, self._tags.decode(tags), self._decompress(body))
        except (msgspec.DecodeError, zstandard.ZstdError) as error:
            raise BadRow("the row's tags or body cannot be read") from error

    def _decompress(self, body: bytes) -> bytes:
        if not 0 <= zstandard.frame_content_size(body) <= LARGEST_BODY:
            raise BadRow("the body's size is unknown or beyond bounds")
        return self._decompressor.decompress(body)


def _checksum(head: tuple[str, str, int, float, float, str], body: bytes) -> int:
    # The key is part of it: a row that was moved under another key must not answer for it.
    return zlib.crc32(body, zlib.crc32(repr(head).encode()))
