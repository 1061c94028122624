"""What an operator has cleared: entries asked for before that moment serve for failures alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from alistach.answers.entry import Entry, Kind


class Clearing(msgspec.Struct, frozen=True, kw_only=True):
    """One clear: when (epoch seconds), and what it aimed at; a member that is None aims at everything.

    `asked_before` spares entries younger than the clear wants. Links are never meant unless they are named.
    """

    at: float
    kind: Kind | None = None
    tag: str | None = None
    asked_before: float | None = None

    @property
    def newest(self) -> float:
        """The last moment at which an entry that falls under this clear was asked for."""
        return self.at if self.asked_before is None else min(self.asked_before, self.at)

    def covers(self, entry: Entry) -> bool:
        """Whether the entry, as old as it is, falls under this clear."""
        if entry.asked_at > self.newest:
            return False
        if self.tag is not None and self.tag not in entry.tags:
            return False
        return self.aims_at(entry.kind)

    def aims_at(self, kind: Kind) -> bool:
        """Whether entries of this kind are meant at all."""
        if self.kind is not None:
            return kind is self.kind
        return kind is not Kind.LINK or (self.tag or "").startswith("tracking:")


def is_cleared(clearings: Iterable[Clearing], entry: Entry) -> bool:
    """Whether any clear covers the entry."""
    return any(clearing.covers(entry) for clearing in clearings)


def compacted(clearings: Iterable[Clearing], oldest_kept: float) -> tuple[Clearing, ...]:
    """The clears that still matter: not older than any entry can be, and not repeated by one that reaches further."""
    furthest: dict[tuple[object, ...], Clearing] = {}
    for clearing in sorted(clearings, key=lambda clearing: clearing.newest):
        if clearing.newest >= oldest_kept:
            furthest[clearing.kind, clearing.tag] = clearing
    return tuple(furthest.values())
