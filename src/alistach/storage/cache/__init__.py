"""The answers' file, `data/cache.db`: read in the event loop in microseconds, written by one thread.

It may lose what it holds and never lies: whatever is damaged is dropped, counted and asked for again.
"""

from alistach.storage.cache.entry import CacheCounts, CacheLimits, KindUse, Selection, StoredEntry
from alistach.storage.cache.file import CacheFile

__all__ = ("CacheCounts", "CacheFile", "CacheLimits", "KindUse", "Selection", "StoredEntry")
