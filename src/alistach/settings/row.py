"""What is known about one setting: a row of the table."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from alistach.settings.values import Kind


class Mode(enum.StrEnum):
    """Where answers come from: the platform itself, or the embedded sandbox."""

    LIVE = "live"
    SANDBOX = "sandbox"


class Group(enum.StrEnum):
    """The headings under which the settings are explained."""

    SERVICE = "The service"
    PLATFORM = "AliExpress"
    ACCESS = "Who may ask, and how often"
    CACHE = "The cache"
    SANDBOX = "The embedded sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A row of the table; the default is written as an operator would write it, and read like any other value.

    `default_on_sandbox` replaces `default` without live credentials; `unset_says` is what no value at all means.
    """

    name: str
    kind: Kind
    help: str
    group: Group
    example: str
    default: str | None = None
    default_on_sandbox: str | None = None
    unset_says: str = "none"
    secret: bool = False
    also: str | None = None
    field: str = ""
