"""Why a command failed."""

from __future__ import annotations

from alistach.cli.refused import Refused


def test_it_keeps_its_sentences_and_fails_with_one_unless_told() -> None:
    refused = Refused("Error: one.", "Try: two.")
    assert (refused.sentences, refused.exit_code, str(refused)) == (
        ("Error: one.", "Try: two."),
        1,
        "Error: one.\nTry: two.",
    )
