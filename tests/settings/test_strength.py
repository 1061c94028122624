"""Keys that could be guessed are told apart from random ones."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.settings.strength import LEAST_LENGTH, weakness


@pytest.mark.parametrize("key", ["", "x", "changeme", "your_key", "admin", "Tr0ub4dor&3", "aB3$eF6&hI9)kL2^nO5*qR8"])
def test_a_short_key_is_weak(key: str) -> None:
    assert weakness(key) == f"it has {len(key)} characters"


@pytest.mark.parametrize(
    ("key", "distinct"),
    [("a" * 40, 1), ("01" * 20, 2), ("abcabcabcabcabcabcabcabcabc", 3), ("1234567" * 5, 7), ("changeme" * 4, 7)],
)
def test_a_key_of_few_characters_is_weak(key: str, distinct: int) -> None:
    assert weakness(key) == f"it has only {distinct} different characters"


@pytest.mark.parametrize(
    "key",
    [
        "your-admin-key" * 2,
        "change_me_now-change_me_now-",
        "x7Kq9LmZ" * 4,
        "x7Kq9LmZpQ" * 2 + "x7Kq9",
        "0123456789abcde" * 3,
    ],
)
def test_a_repeated_text_is_weak(key: str) -> None:
    assert weakness(key) == "it repeats a short text"


@pytest.mark.parametrize(
    "key",
    [
        "your-admin-key-here-please",
        "YOUR_ADMIN_API_KEY_HERE_1234",
        "changeme-changeme-changeme-admin",
        "changeme1234567890changeme1234567890!",
        "change-this-to-a-random-secret-key",
        "replace_with_your_secret_key",
        "my-super-secret-admin-password",
        "password1234567890qwertyuiop",
        "test-admin-key-000000000000000000",
        "admin!!!!!!!!!!!!!!!!!!!!!!!!-key-Test",
        "0123456789abcdef0123456789-test",
        "abcdefghijklmnopqrstuvwxyz",
        "insert-your-internal-api-key-here",
        "alistach-admin-default-key",
        "dev-secret-key-change-in-production",
        "xxxxxxxxxxxx-secret-token-xxxxxxxxxxxx",
        "S3cret-P4ssw0rd-Adm1n-Pa-ssword",
    ],
)
def test_well_known_words_make_a_key_weak_however_they_are_padded(key: str) -> None:
    assert weakness(key) == "it is made of well-known words"


@pytest.mark.parametrize(
    "key",
    [
        "Zk3vN8qLr2XwTb6YcJ5hGd9S",
        "9f86d081884c7d659a2feaa0c55ad015",
        "-_x0Qm7Rk2Vd9Lp4Zs8Wn6Tb1Yc5Hg3Jf",
        "8d0c52ad-3c41-4b0e-9f47-6f2f3f2d7a10",
        "correct-horse-battery-staple-orbit",
        "admin-Zk3vN8qLr2XwTb6YcJ5hGd9S",
    ],
)
def test_a_random_key_is_not_weak(key: str) -> None:
    assert weakness(key) is None


def test_the_shortest_key_allowed_has_24_characters() -> None:
    assert LEAST_LENGTH == 24
    assert weakness("Zk3vN8qLr2XwTb6YcJ5hGd9") == "it has 23 characters"


def test_what_a_random_generator_makes_is_never_refused() -> None:
    source = random.Random(2)
    made = [base64.urlsafe_b64encode(source.randbytes(32)).decode().rstrip("=") for _ in range(5000)]
    assert [key for key in made if weakness(key) is not None] == []


@given(st.text(max_size=80))
def test_any_text_gets_a_verdict(key: str) -> None:
    assert weakness(key) is None or len(str(weakness(key))) > 10
