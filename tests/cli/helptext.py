"""The help of every command, one after the other; run as a module it writes the golden file anew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alistach.cli.app import NOUNS
from tests.serving import environment

GOLDEN = Path(__file__).parent.parent / "golden" / "help.txt"


def every_command() -> tuple[tuple[str, ...], ...]:
    """The words of each command, `alistach` itself first."""
    found: list[tuple[str, ...]] = [()]
    for noun in NOUNS:
        found.append((noun.name,))
        found += [(noun.name, verb.replace("_", "-")) for verb in noun.verbs]
    return tuple(found)


def help_of(words: tuple[str, ...]) -> str:
    """What a command says with --help, on 80 columns."""
    command = [sys.executable, "-m", "alistach", *words, "--help"]
    done = subprocess.run(command, env=environment(COLUMNS="80"), capture_output=True, text=True, check=True)
    title = " ".join(("alistach", *words, "--help"))
    return f"$ {title}\n{done.stdout.strip()}\n"


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(help_of(words) for words in every_command()))
