"""What is said to the reader on stderr, never to the pipe on stdout."""

from __future__ import annotations

import shutil
import sys
import textwrap


def say(*lines: str) -> None:
    """Say each line; on a terminal, between words where it is too long."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = tuple(wrapped(line, width) for line in lines)
    print("\n".join(lines), file=sys.stderr, flush=True)


def wrapped(line: str, width: int) -> str:
    """The line broken between words, each part indented like the first; what cannot be broken stays whole."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
