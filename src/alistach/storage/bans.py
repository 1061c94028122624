"""Which app keys the platform has banned, so that a restart does not forget it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from alistach.storage.tables import BANS
from alistach.storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Ban:
    """The last ban of an app key (by fingerprint): until when, and the calls a second that may be tried after it."""

    app_key: str
    banned_until: float
    pace: float
    seen_at: float


def find(connection: Connection, app_key: str) -> Ban | None:
    """The last ban of this app key, over or not."""
    row = connection.execute(select(BANS).where(BANS.c.app_key == app_key)).one_or_none()
    return None if row is None else Ban(*row)


def save(connection: Connection, ban: Ban) -> None:
    """Remember the ban in place of the one before."""
    upsert(connection, BANS, asdict(ban))
