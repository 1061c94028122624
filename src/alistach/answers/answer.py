"""An answer as bytes: made once from its entries, and given to everyone who asks the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from alistach.answers.asker import CacheStatus, Found
from alistach.answers.memory import Memory
from alistach.answers.results import Envelope

_encoder = msgspec.json.Encoder()
_WEAKEST_LAST = tuple(CacheStatus)


@dataclass(frozen=True, slots=True)
class Variant:
    """A body made from entries: `made_of` names each with the moment it came (epoch seconds)."""

    body: bytes
    etag: str
    made_of: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one asker receives: the body, where it came from, how old its oldest part is, and the calls it is charged.

    `status` is None for what needed neither cache nor platform.
    `fresh_until` (epoch seconds) is how long the same bytes may be given to others without looking again; 0 for not at all.
    `reason` is the code of the failure that made a stale answer do.
    """

    body: bytes
    etag: str
    status: CacheStatus | None
    received_at: float
    calls: int
    fresh_until: float
    reason: str | None = None


class Variants:
    """Bodies by what was asked, as long as their entries are the same."""

    def __init__(self, memory: Memory[Variant]) -> None:
        self._memory = memory

    def of(self, name: str, made_of: Sequence[Found], make: Callable[[], Envelope[Any]]) -> Variant:
        """The body called `name` made from these entries; `make` is called when there is none yet."""
        sources = tuple((found.entry.key, found.entry.received_at) for found in made_of)
        known = self._memory.get(name)
        if known is not None and known.made_of == sources:
            return known
        variant = encode(make(), sources)
        self._memory.put(name, variant, len(variant.body))
        return variant


def encode(envelope: Envelope[Any], made_of: tuple[tuple[str, float], ...] = ()) -> Variant:
    """The envelope as bytes with their entity tag."""
    body = _encoder.encode(envelope)
    digest = hashlib.blake2b(body, digest_size=9).hexdigest()
    # Weak: the same answer in another content coding has the same tag.
    return Variant(body, f'W/"{digest}"', made_of)


def answer(variant: Variant, founds: Sequence[Found], fresh_until: float, calls: int) -> Answer:
    """The variant as the asker of these entries receives it: as weak as the weakest entry, as old as the oldest."""
    weakest = max(founds, key=lambda found: _WEAKEST_LAST.index(found.status))
    return Answer(
        variant.body,
        variant.etag,
        weakest.status,
        min(found.entry.received_at for found in founds),
        calls,
        fresh_until if weakest.status is not CacheStatus.STALE else 0.0,
        next((found.reason for found in founds if found.reason), None),
    )
