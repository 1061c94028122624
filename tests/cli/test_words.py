"""What is said on stderr."""

from __future__ import annotations

import pytest

from alistach.cli.words import say, wrapped


def test_a_long_line_is_broken_between_words_and_keeps_its_indent() -> None:
    assert wrapped("  one two three four", 12) == "  one two\n  three four"


def test_what_has_no_space_stays_whole() -> None:
    assert wrapped("see http://127.0.0.1:8000/health", 10) == "see\nhttp://127.0.0.1:8000/health"


def test_a_pipe_gets_every_line_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say("word " * 40, "second")
    assert capsys.readouterr() == ("", "word " * 40 + "\nsecond\n")
