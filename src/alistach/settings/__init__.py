"""Every setting, read once: a table of defaults, under `.env`, under the environment."""

from alistach.settings.adminkey import ensure_admin_key
from alistach.settings.load import Loaded, Row, SettingsError, describe, load
from alistach.settings.row import Mode
from alistach.settings.source import Origin
from alistach.settings.table import TABLE, Settings

__all__ = [
    "TABLE",
    "Loaded",
    "Mode",
    "Origin",
    "Row",
    "Settings",
    "SettingsError",
    "describe",
    "ensure_admin_key",
    "load",
]
