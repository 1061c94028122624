"""The table as operators read it: `docs/configuration.md` and `.env.example`, both written from here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from alistach.settings.names import FORMER
from alistach.settings.row import Group, Setting
from alistach.settings.table import TABLE

_HEAD: Final = """\
# Configuration

<!-- Written from the table in `src/alistach/settings/table.py`; a test fails when this page lags behind it. -->

Every setting is read once, at the start: from the environment, else from `.env` in the folder where the service is
started, else the default below. An empty value is the same as none. `alistach config show` tells what each setting
is and where it came from; `alistach config check` reads them all without starting anything.

A wrong value stops the start. So does an unknown name in `.env`, or one in the environment that begins with
`ALISTACH_`, `ALIEXPRESS_` or `CACHE_`. All problems are told at once, each with the setting and what is allowed.

Line ends, spaces and quotes around a value, which a copy and paste leaves behind, are cut, and the start says so.
"""

_TAIL: Final = """\
## What must go together

- `ALIEXPRESS_APP_KEY` and `ALIEXPRESS_APP_SECRET`: both for the platform, neither for the embedded sandbox. With
  `ALIEXPRESS_API_URL`, both are needed.
- `ALIEXPRESS_API_URL`: a trailing `/sync` or `/rest` is cut, and said. Plain http is refused, but for loopback and
  the hosts named in `ALISTACH_INSECURE_UPSTREAM_HOSTS`: the calls carry what your account can see.
- `CACHE_PRICE_TTL` must be at most `CACHE_PRODUCT_TTL`.
- `ADMIN_API_KEY`: when there is none, one is made at the first start, appended to `.env` (mode 0600), and shown
  once. Keys that are short, repetitive or built from words such as `changeme` or `your_key` are refused.

## The `.env` file

`KEY=value`, one a line; `export` before it, blank lines, comments (`#` at the start of a line or after a space), LF
or CRLF. A value may stand in `'single'` or `"double"` quotes; in double ones, `\\"` and `\\\\` stand for `"` and
`\\`. Nothing is expanded, and no value goes over more than one line. Any other line stops the start with its
number.
"""

_FORMER: Final = """\
These names of the service that came before mean nothing here. In `.env` they are ignored, and the start lists them:
{names}.
"""


def configuration() -> str:
    """The text of `docs/configuration.md`."""
    groups = "\n".join("\n".join(_group(group)) for group in Group)
    names = textwrap.fill(", ".join(f"`{name}`" for name in sorted(FORMER)), 120)
    return "\n".join((_HEAD, groups, _TAIL, _FORMER.format(names=names)))


def env_example() -> str:
    """The text of `.env.example`: every setting commented out, so that a plain copy changes nothing."""
    head = "# Copy to .env and uncomment what you change. Explained in docs/configuration.md.\n"
    return "\n".join((head, *(_example(row) for row in TABLE.values())))


def write(root: Path) -> None:
    """Write both files below `root`, the top of the repository."""
    (root / "docs" / "configuration.md").write_text(configuration(), encoding="utf-8")
    (root / ".env.example").write_text(env_example(), encoding="utf-8")


def _group(group: Group) -> Iterator[str]:
    yield f"## {group}\n"
    yield "| setting | default | allowed | what it is for |"
    yield "|---|---|---|---|"
    for row in TABLE.values():
        if row.group is group:
            yield f"| `{row.name}` | {_default(row)} | {row.kind.allowed} | {row.help}{_for_example(row)} |"
    yield ""


def _default(row: Setting) -> str:
    if row.default_on_sandbox is not None:
        return f"`{row.default}`; `{row.default_on_sandbox}` on the embedded sandbox"
    return f"`{row.default}`" if row.default else row.unset_says


def _for_example(row: Setting) -> str:
    return f" Example: `{row.example}`." if row.example else ""


def _example(row: Setting) -> str:
    note = f" On the embedded sandbox: {row.default_on_sandbox}." if row.default_on_sandbox else ""
    help_lines = "".join(f"# {line}\n" for line in textwrap.wrap(row.help.replace("`", "") + note, 110))
    value = "" if row.secret else row.default or row.example
    return f"{help_lines}#{row.name}={value}\n"
