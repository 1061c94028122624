"""The `.env` format, exactly: KEY=value, quotes, `export`, comments, LF or CRLF. Nothing is expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ASSIGNMENT: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)", re.DOTALL)
_DOUBLE_QUOTED: Final = re.compile(r'[ \t]*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_SINGLE_QUOTED: Final = re.compile(r"[ \t]*'([^']*)'\s*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment: `value` without its quotes and comment, and the line it stands on."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class DotEnv:
    """What a `.env` says, and what is wrong with it."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    has_crlf: bool


def parse(content: bytes) -> DotEnv:
    """Read a whole `.env`; a line that is no assignment becomes a problem that tells its number, never its text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return DotEnv((), (f".env line {line}: not UTF-8; save the file as UTF-8.",), False)
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        try:
            entry = _entry(raw.removesuffix("\r"), number)
        except ValueError as error:
            problems.append(f".env line {number}: {error}.")
            continue
        if entry is None:
            continue
        if entry.name in entries:
            problems.append(
                f".env line {number}: {entry.name} is already on line {entries[entry.name].line}; keep one."
            )
        entries.setdefault(entry.name, entry)
    return DotEnv(tuple(entries.values()), tuple(problems), "\r\n" in text)


def _entry(line: str, number: int) -> Entry | None:
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    found = _ASSIGNMENT.fullmatch(line)
    if found is None:
        raise ValueError("not KEY=value, a comment or an empty line")
    if "\0" in line:
        raise ValueError(f"{found[1]} has a NUL character in it")
    return Entry(found[1], _value(found[1], found[2]), number)


def _value(name: str, text: str) -> str:
    if quoted := _DOUBLE_QUOTED.fullmatch(text):
        return re.sub(r'\\(["\\])', r"\1", quoted[1])
    if quoted := _SINGLE_QUOTED.fullmatch(text):
        return quoted[1]
    if text.lstrip()[:1] in {'"', "'"}:
        raise ValueError(f"the quotes around the value of {name} do not close, or something follows them")
    return re.sub(r"[ \t]#.*", "", text, flags=re.DOTALL)
