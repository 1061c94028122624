"""Secrets stay out of sight, whatever a text is done with."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.kit.redact import MASK, Secret, redact

TEXT = "sandbox-secret-0123456789abcdef"


class Holder(msgspec.Struct):
    secret: Secret


def test_a_secret_cannot_be_encoded_by_msgspec() -> None:
    with pytest.raises(TypeError) as caught:
        msgspec.json.encode(Holder(Secret(TEXT)))
    assert TEXT not in str(caught.value)


def test_a_secret_cannot_be_turned_into_builtins() -> None:
    with pytest.raises(TypeError) as caught:
        msgspec.to_builtins(Holder(Secret(TEXT)))
    assert TEXT not in str(caught.value)


def test_a_secret_cannot_be_encoded_by_json() -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"secret": Secret(TEXT)})
    assert str(caught.value) == "Object of type Secret is not JSON serializable"


def test_json_with_str_as_a_fallback_shows_the_mask() -> None:
    assert json.dumps([Secret(TEXT)], default=str) == '["***"]'


def test_a_secret_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="A secret cannot be pickled or copied deeply"):
        pickle.dumps(Secret(TEXT))


def test_a_secret_cannot_be_copied_deeply() -> None:
    with pytest.raises(TypeError, match="A secret cannot be pickled or copied deeply"):
        copy.deepcopy([Secret(TEXT)])


def test_a_secret_has_no_dict_to_look_into() -> None:
    assert not hasattr(Secret(TEXT), "__dict__")


def test_a_traceback_with_locals_does_not_show_the_secret() -> None:
    def fail(secret: Secret) -> None:
        raise ValueError(f"refused {secret} ({secret!r})")

    try:
        fail(Secret(TEXT))
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "refused *** (Secret(***))" in shown
    assert TEXT not in shown


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (repr(Secret(TEXT)), "Secret(***)"),
        (str(Secret(TEXT)), "***"),
        (f"{Secret(TEXT)}", "***"),
        (f"{Secret(TEXT):>5}", "  ***"),
        (f"{Secret(TEXT)!r}", "Secret(***)"),
        ("%s" % Secret(TEXT), "***"),  # noqa: UP031 (old code formats so, and must not leak either)
        (repr(Holder(Secret(TEXT))), "Holder(secret=Secret(***))"),
    ],
)
def test_every_way_to_show_a_secret_masks_it(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_secret_is_revealed_on_demand() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_secrets_of_the_same_text_are_equal_and_hash_alike() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert len({Secret(TEXT), Secret(TEXT)}) == 1


def test_secrets_of_different_texts_differ() -> None:
    assert Secret(TEXT) != Secret(TEXT + "x")


def test_a_secret_never_equals_a_plain_text() -> None:
    assert (Secret(TEXT) == TEXT, Secret(TEXT).__eq__(TEXT)) == (False, NotImplemented)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [("", False), (TEXT[:-1], False), (TEXT.upper(), False), ("größe", False), ("\udcff", False), (TEXT, True)],
)
def test_a_secret_matches_only_its_own_text(candidate: str, expected: bool) -> None:
    assert Secret(TEXT).matches(candidate) is expected


def test_a_text_without_the_secret_is_left_alone() -> None:
    assert redact("status=200 path=/health", [Secret(TEXT)]) == "status=200 path=/health"


def test_no_secrets_leave_the_text_alone() -> None:
    assert redact("status=200", []) == "status=200"


def test_an_empty_secret_masks_nothing() -> None:
    assert redact("status=200", [Secret("")]) == "status=200"


def test_each_occurrence_is_masked() -> None:
    assert redact(f"{TEXT}, again {TEXT}.", [Secret(TEXT)]) == "***, again ***."


def test_several_secrets_are_masked() -> None:
    assert redact("key=alpha&secret=omega", [Secret("alpha"), Secret("omega")]) == "key=***&secret=***"


def test_a_secret_inside_another_leaves_nothing_of_the_longer() -> None:
    assert redact("a=abcdef;", [Secret("cd"), Secret("abcdef")]) == "a=***;"


def test_overlapping_secrets_are_masked_as_one_stretch() -> None:
    assert redact("<abcdef>", [Secret("abcd"), Secret("cdef")]) == "<***>"


def test_a_secret_that_overlaps_itself_leaves_no_tail() -> None:
    assert redact("<ababa>", [Secret("aba")]) == "<***>"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("a+b/c=", "https://h/?sign=a%2Bb%2Fc%3D"),
        ("two words", "https://h/?sign=two+words"),
        ("two words", "https://h/?sign=two%20words"),
        ("a/b c", "https://h/?sign=a/b%20c"),
    ],
)
def test_a_secret_in_a_url_is_masked_too(secret: str, text: str) -> None:
    assert redact(text, [Secret(secret)]) == "https://h/?sign=***"


def test_a_secret_in_json_is_masked_too() -> None:
    assert redact(json.dumps({"secret": 'a"b\\c'}), [Secret('a"b\\c')]) == '{"secret": "***"}'


def test_a_secret_outside_unicode_is_masked_too() -> None:
    assert redact("key=\udcff!", [Secret("\udcff")]) == f"key={MASK}!"


@given(st.text("ab%", max_size=30), st.lists(st.text("ab%", min_size=1, max_size=4), max_size=4))
def test_what_is_left_of_a_text_holds_no_secret(text: str, secrets: list[str]) -> None:
    left = redact(text, [Secret(secret) for secret in secrets]).split(MASK)
    assert [part for part in left if any(secret in part for secret in secrets)] == []


@given(st.text(max_size=20), st.text(max_size=20), st.text("xyz", min_size=4, max_size=8))
def test_the_text_around_a_secret_stays(before: str, after: str, secret: str) -> None:
    quiet_before, quiet_after = (
        before.translate({ord(c): None for c in "xyz"}),
        after.translate({ord(c): None for c in "xyz"}),
    )
    assert redact(quiet_before + secret + quiet_after, [Secret(secret)]) == quiet_before + MASK + quiet_after
