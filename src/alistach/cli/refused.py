"""Why a command did not do what it was asked, and what to try."""

from __future__ import annotations


class Refused(Exception):
    """Told as it is, without a traceback; exit code 1 means failed, 2 wrongly used."""

    def __init__(self, *sentences: str, exit_code: int = 1) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.exit_code = exit_code
