"""What the answers' file takes and gives: entries, which of them are meant, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """Something to keep under a key until `keep_until` (epoch seconds); what `body` means is the asker's affair."""

    key: str
    kind: str
    stored_at: float
    keep_until: float
    tags: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries that meet every condition given; none given means all entries."""

    kind: str | None = None
    tag: str | None = None
    key_prefix: str | None = None
    stored_before: float | None = None

    def matches(self, entry: StoredEntry) -> bool:
        """Whether the entry is meant."""
        return (
            (self.kind is None or self.kind == entry.kind)
            and (self.tag is None or self.tag in entry.tags)
            and (self.key_prefix is None or entry.key.startswith(self.key_prefix))
            and (self.stored_before is None or entry.stored_at < self.stored_before)
        )


@dataclass(frozen=True, slots=True)
class KindUse:
    """How many entries of a kind the file holds, and their bytes at rest."""

    entries: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """Bounds: of the file, of what waits to be written to it, and of the wait for a lock that another program holds."""

    file_bytes: int = 1024 * MEBIBYTE
    wal_bytes: int = 16 * MEBIBYTE
    pending_entries: int = 4096
    pending_bytes: int = 64 * MEBIBYTE
    patience_seconds: float = 5.0


@dataclass(slots=True)
class CacheCounts:
    """What happened since the file was opened.

    The file fails open: `refused` entries found the queue full, `bad_rows` were not what was once written, and
    `read_failures` and `write_failures` count errors of the file itself; none of them reaches the asker.
    """

    written: int = 0
    refused: int = 0
    bad_rows: int = 0
    read_failures: int = 0
    write_failures: int = 0
    evicted: int = 0
