"""Answers as bytes: made once, as weak as their weakest entry and as old as their oldest."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from alistach.answers.answer import Answer, Variants, answer, encode
from alistach.answers.asker import CacheStatus, Found
from alistach.answers.memory import Memory
from alistach.answers.results import CategoriesList, Envelope, Metadata, ShownCategory
from tests.answers.making import EPOCH, MEBIBYTE, key_of, make_entry

HIT, COLLAPSED, MISS, STALE = CacheStatus.HIT, CacheStatus.COLLAPSED, CacheStatus.MISS, CacheStatus.STALE


def envelope(name: str = "Toys") -> Envelope[CategoriesList]:
    return Envelope(data=CategoriesList((ShownCategory("1", name, None),)), metadata=Metadata(source="sandbox"))


def found(status: CacheStatus = HIT, key: str = "1", came: float = EPOCH, reason: str | None = None) -> Found:
    return Found(make_entry(key_of(key), asked_at=came), status, reason)


class Maker:
    """Makes envelopes, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Envelope[CategoriesList]:
        self.made += 1
        return envelope(f"Toys {self.made}")


def test_a_body_is_the_envelope_as_json() -> None:
    assert msgspec.json.decode(encode(envelope()).body) == {
        "success": True,
        "data": {"categories": [{"id": "1", "name": "Toys", "parent_id": None}]},
        "metadata": {
            "source": "sandbox",
            "currency": None,
            "language": None,
            "ship_to_country": None,
            "price_as_of": None,
        },
    }


def test_the_entity_tag_is_weak_and_a_digest_of_the_body() -> None:
    variant = encode(envelope())
    assert variant.etag == f'W/"{hashlib.blake2b(variant.body, digest_size=9).hexdigest()}"'


def test_other_bodies_have_other_entity_tags() -> None:
    assert encode(envelope("Toys")).etag != encode(envelope("Toy")).etag


def test_a_body_is_made_once_for_the_same_entries() -> None:
    variants, make = Variants(Memory(MEBIBYTE)), Maker()
    first = variants.of("name", [found()], make)
    assert variants.of("name", [found(STALE)], make) is first
    assert make.made == 1


@pytest.mark.parametrize(
    "entries", [[found(came=EPOCH + 1)], [found(key="2")], [found(), found(key="2")], [found(key="2"), found()]]
)
def test_a_body_is_made_anew_when_an_entry_is_another(entries: list[Found]) -> None:
    variants, make = Variants(Memory(MEBIBYTE)), Maker()
    variants.of("name", [found()], make)
    assert b"Toys 2" in variants.of("name", entries, make).body


def test_a_body_of_another_name_is_another() -> None:
    variants, make = Variants(Memory(MEBIBYTE)), Maker()
    variants.of("name", [found()], make)
    assert b"Toys 2" in variants.of("other name", [found()], make).body


def test_a_body_too_large_to_keep_is_still_given() -> None:
    variants, make = Variants(Memory(10)), Maker()
    assert b"Toys 1" in variants.of("name", [found()], make).body
    assert b"Toys 2" in variants.of("name", [found()], make).body


def test_an_answer_carries_what_it_was_charged_and_how_long_it_is_fresh() -> None:
    variant = encode(envelope())
    assert answer(variant, [found(MISS)], EPOCH + 60, 2) == Answer(
        variant.body, variant.etag, MISS, EPOCH, 2, EPOCH + 60, None
    )


@pytest.mark.parametrize(
    ("statuses", "weakest"),
    [
        ([HIT], HIT),
        ([HIT, COLLAPSED], COLLAPSED),
        ([MISS, COLLAPSED, HIT], MISS),
        ([STALE, HIT], STALE),
        ([MISS, STALE], STALE),
        ([STALE, MISS, COLLAPSED], STALE),
    ],
)
def test_an_answer_is_as_weak_as_its_weakest_entry(statuses: list[CacheStatus], weakest: CacheStatus) -> None:
    founds = [found(status, str(number)) for number, status in enumerate(statuses)]
    assert answer(encode(envelope()), founds, EPOCH + 60, 0).status is weakest


def test_an_answer_with_a_stale_part_is_for_nobody_else() -> None:
    assert answer(encode(envelope()), [found(MISS), found(STALE)], EPOCH + 60, 1).fresh_until == 0.0


def test_an_answer_is_as_old_as_its_oldest_entry() -> None:
    founds = [found(came=EPOCH + 5), found(came=EPOCH - 5), found(came=EPOCH)]
    assert answer(encode(envelope()), founds, EPOCH + 60, 0).received_at == EPOCH - 5


def test_an_answer_names_the_first_failure_that_made_a_stale_entry_do() -> None:
    founds = [found(), found(STALE, reason="upstream_down"), found(STALE, reason="upstream_banned")]
    assert answer(encode(envelope()), founds, EPOCH, 0).reason == "upstream_down"
