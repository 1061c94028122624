"""Names that are no setting: misspelt ones stop the start, those of the former service are ignored and said."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from alistach.settings.table import TABLE

_FORMER_SERVICE: Final = """
    API_TITLE API_VERSION CORS_ORIGINS DEBUG ENABLE_AUDIT_LOG ENABLE_CACHE ENABLE_SECURITY_HEADERS ENVIRONMENT
    INTERNAL_API_KEY JWT_SECRET_KEY LOG_FILE MEMORY_CACHE_SIZE RELOAD SECRET_KEY USE_REDIS WORKERS
"""

FORMER: Final = frozenset(_FORMER_SERVICE.split())

_OURS: Final = ("ALISTACH_", "ALIEXPRESS_", "CACHE_")

_KNOWN: Final = frozenset(TABLE) | {row.also for row in TABLE.values() if row.also is not None}


def problems(environment: Iterable[str], file: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each name that looks like ours in the environment, or stands in `.env`, and is not known."""
    strangers = [
        *((name, "the environment") for name in environment if name.upper().startswith(_OURS) and name not in _KNOWN),
        *((name, ".env") for name in file if name not in _KNOWN and name not in FORMER),
    ]
    return tuple(f"{name} (in {place}) is not a setting; {_hint(name)}" for name, place in sorted(strangers))


def former(file: Iterable[str]) -> tuple[str, ...]:
    """The names in `.env` that only the former service had a use for, in order."""
    return tuple(sorted(FORMER.intersection(file)))


def _hint(name: str) -> str:
    # A low cutoff: a far-off suggestion still shows what names look like, and nothing is done with it.
    near = difflib.get_close_matches(name.upper(), sorted(_KNOWN), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "all settings are in docs/configuration.md."
