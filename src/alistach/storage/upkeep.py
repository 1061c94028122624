"""What the files need while the service runs: checkpoints, so that `cp` has everything; pruning; a word when they fail."""

from __future__ import annotations

from typing import Protocol

from alistach.kit.clock import Clock
from alistach.storage.cache import CacheFile
from alistach.storage.database import Database
from alistach.storage.refused import StorageFailed

# A plain copy of a running service's files lacks at most what is younger than this.
CHECKPOINT_SECONDS = 3.0
_PRUNE_SECONDS = 3600.0


class Say(Protocol):
    """Writes a line of the log: its level, an event name, fields."""

    def __call__(self, level: str, event: str, **fields: object) -> None: ...


class Upkeep:
    """Runs until it is cancelled. `say` is told when a file begins to fail and when it works again."""

    def __init__(self, cache: CacheFile, database: Database, clock: Clock, say: Say) -> None:
        self._cache, self._database, self._clock, self._say = cache, database, clock, say
        self._failing: dict[str, str] = {}
        self._prune_at = clock.monotonic() + _PRUNE_SECONDS

    async def run(self) -> None:
        """See to the files again and again."""
        while True:
            await self._clock.sleep(CHECKPOINT_SECONDS)
            await self.once()

    async def once(self) -> None:
        """See to the files now."""
        await self._database.checkpoint()
        try:
            await self._cache.checkpoint()
            if self._clock.monotonic() >= self._prune_at:
                self._prune_at = self._clock.monotonic() + _PRUNE_SECONDS
                await self._cache.prune(self._clock.now())
        except StorageFailed as error:
            self._tell("cache.db", str(error))
        else:
            self._tell("cache.db", self._cache.reason)
        self._tell("audit.db", self._database.reason)

    def _tell(self, file: str, reason: str | None) -> None:
        if reason is not None and file not in self._failing:
            self._say("ERROR", "file.failing", file=file, reason=reason)
            self._failing[file] = reason
        elif reason is None and self._failing.pop(file, None) is not None:
            self._say("WARNING", "file.works_again", file=file)
