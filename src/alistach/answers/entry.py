"""What is known: an entry holds the platform's own rows, lossless, and when they came."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from alistach.answers.freshness import FreshnessClass


class Window(msgspec.Struct, frozen=True, tag="window", array_like=True):
    """One of the platform's largest pages of a search: `rows` are raw JSON rows, `product_ids` theirs in the same order.

    `received` counts the rows as they came, before products of earlier windows were taken out.
    """

    product_ids: tuple[str, ...]
    rows: tuple[bytes, ...]
    received: int
    total: int


class Row(msgspec.Struct, frozen=True, tag="row", array_like=True):
    """One product's raw JSON row, or None where the platform has no such product to show."""

    raw: bytes | None


class Minted(msgspec.Struct, frozen=True, tag="minted", array_like=True):
    """A short link made by `link.generate`, or the reason why the page cannot have one."""

    url: str | None
    reason: str | None


class Node(msgspec.Struct, frozen=True, array_like=True):
    """A category of the tree."""

    id: str
    name: str
    parent_id: str | None


class Tree(msgspec.Struct, frozen=True, tag="tree", array_like=True):
    """The whole category tree, in the platform's order."""

    nodes: tuple[Node, ...]


class Resolution(msgspec.Struct, frozen=True, tag="resolution", array_like=True):
    """Where a short link leads: a page of AliExpress, with its product id if it shows one; both None for a dead link."""

    canonical_url: str | None
    product_id: str | None


Content = Window | Row | Minted | Tree | Resolution


class Kind(enum.StrEnum):
    """What an entry is about; a clear may name one."""

    SEARCH = "search"
    PRODUCT = "product"
    LINK = "link"
    CATEGORIES = "categories"
    RESOLUTION = "resolution"


C = TypeVar("C", Window, Row, Minted, Tree, Resolution)

_KINDS: dict[type[Content], Kind] = {
    Window: Kind.SEARCH,
    Row: Kind.PRODUCT,
    Minted: Kind.LINK,
    Tree: Kind.CATEGORIES,
    Resolution: Kind.RESOLUTION,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`asked_at` is when the call that brought it began and `received_at` when it ended (epoch seconds).

    `tags` name what a clear may aim at: `product:<id>`, `tracking:<id>`.
    """

    key: str
    freshness: FreshnessClass
    asked_at: float
    received_at: float
    content: Content
    tags: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the entry is about."""
        return _KINDS[type(self.content)]

    def expect(self, content: type[C]) -> C:
        """The content, which the key says is of this type; raises TypeError when the store holds another."""
        if not isinstance(self.content, content):
            raise TypeError(f"{self.key} holds a {type(self.content).__name__}, not a {content.__name__}")
        return self.content


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, float, float, Content])


def pack(entry: Entry) -> bytes:
    """The entry as stored; its key and tags are kept beside it."""
    return _encoder.encode((entry.freshness.value, entry.asked_at, entry.received_at, entry.content))


def unpack(key: str, tags: tuple[str, ...], packed: bytes) -> Entry:
    """The entry of `packed`; raises ValueError when it is not one, or not one of this key."""
    try:
        freshness, asked_at, received_at, content = _decoder.decode(packed)
        entry = Entry(key, FreshnessClass(freshness), asked_at, received_at, content, tags)
    except (msgspec.DecodeError, ValueError) as error:
        raise ValueError(f"no entry: {error}") from error
    if not key.startswith(f'["{entry.kind.value}"'):
        raise ValueError(f"{key} does not name a {entry.kind.value}")
    if isinstance(content, Window) and len(content.product_ids) != len(content.rows):
        raise ValueError("a window with as many rows as products is whole; this one is not")
    return entry
