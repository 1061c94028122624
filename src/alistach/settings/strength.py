"""Whether a key could be guessed: too short, made of few characters, repeated, or built from words everyone tries."""

from __future__ import annotations

import re
from typing import Final

LEAST_LENGTH: Final = 24
_LEAST_DISTINCT: Final = 8
_LEAST_BEYOND_WORDS: Final = 16

_WELL_KNOWN: Final = """
    abc abcdef abcdefghijklmnopqrstuvwxyz adm1n admin administrator aliexpress alistach api apikey asdf asdfgh
    asdfghjkl auth change changeit changeme changethis company default demo dev development dummy example fake
    foobar generate here insert internal iloveyou key letmein local long me minimum master my passphrase passw0rd
    passwd password placeholder please prod production put qwerty qwertyuiop random replace replaceme root s3cret
    sample secret secure service staging strong string super temp test testing this token todo user value welcome
    with xxx your zxcvbn zxcvbnm 0123456789 1234567890 123456789 12345678 1234567 123456 12345 1234 123 987654321
    0987654321 deadbeef cafebabe
"""

# Longest first, so that "administrator" is not left as "istrator".
_WORDS: Final = re.compile("|".join(sorted(_WELL_KNOWN.split(), key=len, reverse=True)))
_RUNS: Final = re.compile(r"(.)\1{2,}")


def weakness(key: str) -> str | None:
    """Why `key` is too easy to guess, as the start of a sentence; None when it is not."""
    if len(key) < LEAST_LENGTH:
        return f"it has {len(key)} characters"
    if len(distinct := set(key)) < _LEAST_DISTINCT:
        return f"it has only {len(distinct)} different characters"
    if _is_repeated(key):
        return "it repeats a short text"
    if len(_beyond_words(key)) < _LEAST_BEYOND_WORDS:
        return "it is made of well-known words"
    return None


def _is_repeated(key: str) -> bool:
    longest = min(len(key) // 2, _LEAST_BEYOND_WORDS - 1)
    return any(key[length:] == key[:-length] for length in range(1, longest + 1))


def _beyond_words(key: str) -> str:
    """What is left without well-known words, padding and punctuation."""
    letters = re.sub(r"[^a-z0-9]", "", key.lower())
    return _RUNS.sub("", _WORDS.sub("", letters))
