"""The first level: what was used last, bounded by bytes."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

# What an item costs beside its own bytes and its key: the dictionary slot and the objects around it.
_OVERHEAD_BYTES = 600


class Memory(Generic[V]):
    """A map that forgets what was least recently used once its items weigh more than `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._items: OrderedDict[str, tuple[V, int]] = OrderedDict()
        self.weight_bytes = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: str) -> V | None:
        """The item, now the most recently used."""
        found = self._items.get(key)
        if found is None:
            return None
        self._items.move_to_end(key)
        return found[0]

    def put(self, key: str, item: V, size_bytes: int) -> None:
        """Keep `item`; older ones go if it does not fit. An item larger than the whole bound is not kept."""
        self.drop(key)
        weight = size_bytes + sys.getsizeof(key) + _OVERHEAD_BYTES
        if weight > self._limit_bytes:
            return
        self._items[key] = (item, weight)
        self.weight_bytes += weight
        while self.weight_bytes > self._limit_bytes:
            _, (_, freed) = self._items.popitem(last=False)
            self.weight_bytes -= freed
            self.evicted += 1

    def drop(self, key: str) -> None:
        """Forget the item, if it is there."""
        if (found := self._items.pop(key, None)) is not None:
            self.weight_bytes -= found[1]

    def drop_where(self, doomed: Callable[[V], bool]) -> None:
        """Forget every item that `doomed` names."""
        for key in [key for key, (item, _) in self._items.items() if doomed(item)]:
            self.drop(key)
