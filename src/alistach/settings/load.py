"""Reading the settings: from the environment and `.env` to values, or to every problem at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from alistach.kit.redact import MASK
from alistach.settings import dotenv, names, rules
from alistach.settings.row import Setting
from alistach.settings.source import Given, Origin, collect
from alistach.settings.table import TABLE, Settings

_SHOWN_CHARACTERS = 100


class SettingsError(Exception):
    """The start is refused; `problems` has a sentence for each thing to put right."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, where the value of each came from, and what was cut or ignored on the way."""

    settings: Settings
    origins: Mapping[str, Origin]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as it may be shown: a secret only as `set` or `not set`."""

    name: str
    value: str
    origin: Origin
    help: str


def load(environ: Mapping[str, str], env_file: Path | None) -> Loaded:
    """The settings of the environment and `.env`, the environment first; raises SettingsError with all problems."""
    file = _read(env_file)
    written = {entry.name: entry.value for entry in file.entries}
    given, notices = collect(environ, written)
    settings, refused = _settings(given)
    broken = rules.problems(settings, given, refused.keys())
    problems = (*file.problems, *names.problems(environ, written), *refused.values(), *broken)
    if problems:
        raise SettingsError(problems)
    origins = {name: given[name].origin if name in given else Origin.DEFAULT for name in TABLE}
    said = (*_said(file, env_file), *notices, *rules.notices(settings, given))
    return Loaded(settings, MappingProxyType(origins), said)


def describe(loaded: Loaded) -> tuple[Row, ...]:
    """Every setting as an operator may see it, in the order of the table."""
    return tuple(
        Row(row.name, _shown(row, getattr(loaded.settings, row.field)), loaded.origins[row.name], row.help)
        for row in TABLE.values()
    )


def _read(env_file: Path | None) -> dotenv.DotEnv:
    if env_file is None:
        return dotenv.parse(b"")
    try:
        return dotenv.parse(env_file.read_bytes())
    except FileNotFoundError:
        return dotenv.parse(b"")
    except OSError as error:
        return dotenv.DotEnv((), (f"{env_file} cannot be read: {error.strerror}.",), False)


def _said(file: dotenv.DotEnv, env_file: Path | None) -> list[str]:
    said = ["The Windows line ends (CRLF) of .env were cut."] if file.has_crlf else []
    if ignored := names.former(entry.name for entry in file.entries):
        said.append(f"Ignored in .env, since only the former service used them: {', '.join(ignored)}.")
    holds_secret = any(entry.name in TABLE and TABLE[entry.name].secret and entry.value for entry in file.entries)
    if holds_secret and env_file is not None and (mode := env_file.stat().st_mode & 0o777) & 0o077:
        said.append(f".env holds secrets and is open to other users (mode {mode:04o}); run: chmod 600 {env_file}")
    return said


def _settings(given: Mapping[str, Given]) -> tuple[Settings, dict[str, str]]:
    """The settings, with defaults where a value was refused, and a sentence for each refused one by its name."""
    is_live = "ALIEXPRESS_APP_KEY" in given
    values: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for row in TABLE.values():
        values[row.field] = _default(row, is_live)
        if (one := given.get(row.name)) is not None:
            try:
                values[row.field] = _value(row, one.text)
            except ValueError as reason:
                refused[row.name] = _refusal(row, one, str(reason))
    return Settings(**values), refused


def _value(row: Setting, text: str) -> object:
    if not text.isprintable():
        raise ValueError("it has a line end or another control character in it")
    return row.kind.read(text)


def _default(row: Setting, is_live: bool) -> object:
    text = row.default if is_live or row.default_on_sandbox is None else row.default_on_sandbox
    return None if text is None else row.kind.read(text)


def _refusal(row: Setting, given: Given, reason: str) -> str:
    why = f"{reason}; it" if reason else "it"
    return f"{given.name} {_value_in_error(row, given)} ({given.origin}): {why} must be {row.kind.allowed}."


def _value_in_error(row: Setting, given: Given) -> str:
    if row.secret:
        return "is set to a value that is not shown"
    # An address may carry a password, and a control character would break the line it is shown on.
    masked = re.sub(r"//.*@", f"//{MASK}@", given.text, flags=re.DOTALL)
    text = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in masked)
    return f'is "{text[:_SHOWN_CHARACTERS]}{"…" if len(text) > _SHOWN_CHARACTERS else ""}"'


def _shown(row: Setting, value: object) -> str:
    if row.secret:
        return "not set" if value is None else "set"
    if value is None or value == ():
        return row.unset_says.replace("`", "")
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
