"""What was seen lately and how often: the guess at what will be asked next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator


class Recent:
    """The newest distinct items, at most `limit` of them, each with how often it was seen."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: OrderedDict[str, int] = OrderedDict()

    def see(self, items: Iterable[str]) -> None:
        """Items seen now, the newest last."""
        for item in items:
            self._seen[item] = self._seen.get(item, 0) + 1
            self._seen.move_to_end(item)
        while len(self._seen) > self._limit:
            self._seen.popitem(last=False)

    def drop(self, item: str) -> None:
        """Forget an item."""
        self._seen.pop(item, None)

    def newest(self) -> Iterator[tuple[str, int]]:
        """Items with their counts, the newest first; a snapshot."""
        return iter(list(reversed(self._seen.items())))
