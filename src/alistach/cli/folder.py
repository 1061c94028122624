"""The folder where a command runs: its settings, its `.env`, and why it cannot be used."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alistach.cli.refused import Refused
from alistach.settings import Loaded, SettingsError, load

ENV_FILE: Final = Path(".env")


def settings_here() -> Loaded:
    """The settings of the environment and of `.env` here. Raises Refused with every problem."""
    try:
        return load(os.environ, ENV_FILE)
    except SettingsError as error:
        raise Refused(*told(error)) from error


def told(error: SettingsError) -> tuple[str, ...]:
    """The problems, and where to read what is allowed."""
    return (*error.problems, "Every setting is explained in docs/configuration.md.")


def new_key() -> str:
    """An admin key that nobody can guess."""
    return secrets.token_urlsafe(32)


@contextmanager
def opening() -> Iterator[None]:
    """Whatever keeps a gateway from opening, as Refused."""
    from alistach.gateway import PortRefused
    from alistach.storage.refused import StorageRefused

    try:
        yield
    except SettingsError as error:
        raise Refused(*told(error)) from error
    except (StorageRefused, PortRefused) as error:
        raise Refused(error.sentence) from error
