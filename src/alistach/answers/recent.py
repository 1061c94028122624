"""What was seen lately and how often: the guess at what will be asked next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice


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

    def __contains__(self, item: str) -> bool:
        return item in self._seen

    def newest(self, most: int) -> list[tuple[str, int]]:
        """At most so many items with their counts, the newest first."""
        return list(islice(reversed(self._seen.items()), most))
