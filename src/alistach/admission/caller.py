"""Who asks."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a caller may do: everybody asks, the admin also asks past the cache and acts on the service."""

    ANONYMOUS = "anonymous"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """An admitted caller."""

    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether the caller has shown the admin key."""
        return self.role is Role.ADMIN
