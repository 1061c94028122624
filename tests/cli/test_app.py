"""The root of the command line: help, completion, and what is imported when."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

import pytest

from alistach import __version__
from alistach.cli.app import NOUNS, Noun
from tests.cli.helptext import GOLDEN, every_command, help_of
from tests.cli.running import piped
from tests.serving import environment

DOCS = Path(__file__).parent.parent.parent / "docs" / "cli.md"


@pytest.mark.parametrize("words", every_command(), ids=lambda words: " ".join(words) or "alistach")
def test_help_is_as_in_the_golden_file(words: tuple[str, ...]) -> None:
    title = f"$ {' '.join(('alistach', *words, '--help'))}\n"
    golden = GOLDEN.read_text()
    assert title in golden, "write it anew: python -m tests.cli.helptext"
    wanted = title + golden.partition(title)[2].partition("\n$ ")[0].rstrip("\n") + "\n"
    assert help_of(words) == wanted, "write it anew: python -m tests.cli.helptext"


@pytest.mark.parametrize("words", every_command(), ids=lambda words: " ".join(words) or "alistach")
def test_every_command_is_in_the_docs_with_an_example(words: tuple[str, ...]) -> None:
    command = " ".join(("alistach", *words))
    assert re.search(rf"(?m)^\$ {command}\b", DOCS.read_text())


def test_the_docs_name_no_command_that_is_not_there() -> None:
    there = {" ".join(words) for words in every_command()}
    for heading in re.findall(r"(?m)^#+ `alistach ?([^`]*)`", DOCS.read_text()):
        words = " ".join(word for word in heading.split() if word.islower() and word[0].isalpha())
        assert words in there


def test_help_imports_nothing_that_takes_time() -> None:
    script = (
        "import sys; from alistach.cli.app import root\n"
        "root()(['--help'], standalone_mode=False, prog_name='alistach')\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    slow = {"litestar", "aiohttp", "sqlalchemy", "granian", "msgspec", "rich", "asyncio", "http"}
    assert slow.isdisjoint(done.stderr.split())


def test_help_takes_less_than_a_quarter_of_a_second() -> None:
    def seconds() -> float:
        begun = perf_counter()
        subprocess.run([sys.executable, "-m", "alistach", "--help"], env=environment(), capture_output=True, check=True)
        return perf_counter() - begun

    # The least of some: other tests run beside this one.
    assert min(seconds() for _ in range(7)) < 0.25


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_a_summary_is_what_the_command_says_of_itself(noun: Noun) -> None:
    function = getattr(import_module(f"alistach.cli.{noun.name}"), noun.name, None)
    assert (function is not None) == noun.does_something_itself
    assert function is None or (inspect.getdoc(function) or "").splitlines()[0] == noun.summary


def test_the_version_is_said(tmp_path: Path) -> None:
    ran = piped(tmp_path, "--version")
    assert (ran.code, ran.out) == (0, f"alistach {__version__}\n")


def test_no_command_is_wrong_usage_and_shows_which_there_are(tmp_path: Path) -> None:
    ran = piped(tmp_path)
    assert ran.code == 2
    assert "search" in ran.out + ran.err


def test_a_misspelt_command_is_wrong_usage_and_names_the_nearest(tmp_path: Path) -> None:
    ran = piped(tmp_path, "serch", "usb")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "Error: No such command 'serch'. Did you mean 'search'?")


def test_a_group_without_a_verb_shows_its_help(tmp_path: Path) -> None:
    ran = piped(tmp_path, "cache")
    assert ran.code == 2
    assert "Usage: alistach cache" in ran.out + ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown_for_each_shell(tmp_path: Path, shell: str) -> None:
    # Which shell asks cannot be found out under a test, so it is named.
    ran = piped(tmp_path, "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert ran.code == 0
    assert f"_ALISTACH_COMPLETE=complete_{shell}" in ran.out


def test_completion_can_be_installed(tmp_path: Path) -> None:
    settings = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}
    ran = piped(tmp_path, "--install-completion", "bash", **settings)
    assert ran.code == 0
    assert "_ALISTACH_COMPLETE=complete_bash" in (tmp_path / ".bash_completions" / "alistach.sh").read_text()


def complete(folder: Path, line: str) -> list[str]:
    """What bash would offer at the end of a line."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "alistach"],
        cwd=folder,
        env=environment(_ALISTACH_COMPLETE="complete_bash", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def test_commands_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "alistach s") == ["serve", "search", "sandbox"]


def test_verbs_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "alistach cache c") == ["clear"]


def test_options_and_their_choices_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "alistach search --min") == ["--min-price"]
    assert complete(tmp_path, "alistach cache clear --kind p") == ["product"]


def test_without_the_packages_of_the_service_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    # As on a machine with the client library alone: the framework of the command line cannot be found.
    script = "import sys; sys.modules['typer'] = None; from alistach.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        1,
        "The command line needs more than the client library (typer): pip install 'alistach[server]'\n",
    )
