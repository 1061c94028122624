"""Chance that repeats."""

from __future__ import annotations

import pytest

from alistach.sandbox.draws import RANGE, Draws


def sequence(seed: int, subject: str, number: int) -> list[int]:
    draws = Draws(seed, subject, number)
    return [draws.word() for _ in range(32)]


def test_there_are_no_more_than_thirty_two() -> None:
    draws = Draws(1, "product", 1)
    for _ in range(32):
        draws.word()
    with pytest.raises(IndexError):
        draws.word()


def test_the_same_subject_draws_the_same() -> None:
    assert sequence(1, "product", 7) == sequence(1, "product", 7)


@pytest.mark.parametrize("other", [(2, "product", 7), (1, "shop", 7), (1, "product", 8)])
def test_another_seed_subject_or_number_draws_something_else(other: tuple[int, str, int]) -> None:
    assert not set(sequence(1, "product", 7)) & set(sequence(*other))


def test_the_first_draws_are_these_on_every_machine() -> None:
    assert sequence(1, "product", 0)[:2] == [2764049706, 356661446]


def test_words_fill_their_range() -> None:
    words = [word for number in range(200) for word in sequence(1, "x", number)]
    assert all(0 <= word < RANGE for word in words)
    assert 0.49 < sum(words) / len(words) / RANGE < 0.51


def test_below_reaches_every_number_and_no_other() -> None:
    assert {Draws(1, "x", number).below(5) for number in range(200)} == {0, 1, 2, 3, 4}


def test_pick_reaches_every_item() -> None:
    assert {Draws(1, "x", number).pick("abc") for number in range(100)} == set("abc")


@pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (3, 15, 45), (50, 450, 550), (100, 1000, 1000)])
def test_chance_comes_true_as_often_as_it_says(percent: int, least: int, most: int) -> None:
    hits = sum(Draws(1, "x", number).chance(percent) for number in range(1000))
    assert least <= hits <= most
