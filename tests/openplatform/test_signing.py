"""Signatures: every published vector, and what must and must not change them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alistach.errors import InvalidParameters
from alistach.openplatform.signing import SignMethod, base_string, sent_parameters, signature, signed
from tests.openplatform.stand_ins import GOLDEN

VECTORS: list[dict[str, Any]] = msgspec.json.decode((GOLDEN / "signature_vectors.json").read_bytes())
METHODS = {
    "iop-sha256-sync": SignMethod.SHA256,
    "iop-sha256-rest": SignMethod.SHA256,
    "top-md5": SignMethod.MD5,
    "top-hmac": SignMethod.HMAC,
}
SECRET = "sandbox-secret-0123456789abcdef"

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
parameter_sets = st.dictionaries(words.filter(lambda name: name != "sign"), words, min_size=1, max_size=8)
methods = st.sampled_from(SignMethod)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_text_that_has_no_utf8_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        sent_parameters({"keywords": text, "sort": "x"})
    assert [problem.parameter for problem in caught.value.problems] == ["keywords"]


def test_a_name_that_has_no_utf8_form_is_refused_in_ascii() -> None:
    with pytest.raises(InvalidParameters) as caught:
        sent_parameters({"\ud800": "x"})
    assert [problem.parameter for problem in caught.value.problems] == ["\\ud800"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_vector_gives_its_base_string(vector: dict[str, Any]) -> None:
    assert base_string(vector["params"], vector.get("path", "")) == vector["base_string"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_vector_gives_its_sign(vector: dict[str, Any]) -> None:
    made = signature(vector["params"], vector["secret"], METHODS[vector["algo"]], vector.get("path", ""))
    assert made == vector["sign"]


def test_there_are_vectors_for_every_algorithm() -> None:
    assert {vector["algo"] for vector in VECTORS} == set(METHODS)


@pytest.mark.parametrize(
    ("secret", "parameters", "method", "sign"),
    [
        (
            "helloworld",
            {
                "app_key": "12345678",
                "method": "aliexpress.affiliate.category.get",
                "sign_method": "sha256",
                "timestamp": "1517820392000",
            },
            SignMethod.SHA256,
            "F3ABBAB059750C3CD6D341A2FDA939ECB0FA892120E9196270ED67D6EC1511DD",
        ),
        (
            "testsecret",
            {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"},
            SignMethod.MD5,
            "54C22189FE38F1B7E6E4D701FB82851E",
        ),
    ],
    ids=["V10", "V11"],
)
def test_values_published_by_other_projects_are_reproduced(
    secret: str, parameters: dict[str, str], method: SignMethod, sign: str
) -> None:
    assert signature(parameters, secret, method) == sign


def test_names_are_ordered_by_code_point() -> None:
    named = {"page_size": "1", "pageSize": "2", "pagesize": "3", "Page": "4", "é": "5"}
    assert base_string(named) == "Page4pageSize2page_size1pagesize3é5"


def test_the_signed_form_is_what_was_given_with_method_and_sign() -> None:
    form = signed({"app_key": "1", "keywords": "", "": "x", "sort": "a"}, "s", SignMethod.MD5)
    assert form == {
        "app_key": "1",
        "sort": "a",
        "sign_method": "md5",
        "sign": signature({"app_key": "1", "sort": "a", "sign_method": "md5"}, "s", SignMethod.MD5),
    }


@given(parameter_sets, methods, st.randoms())
def test_the_order_of_parameters_does_not_matter(parameters: dict[str, str], method: SignMethod, shuffle: Any) -> None:
    pairs = list(parameters.items())
    shuffle.shuffle(pairs)
    assert signature(dict(pairs), SECRET, method) == signature(parameters, SECRET, method)


@given(parameter_sets, methods, words)
def test_empty_names_and_values_do_not_count(parameters: dict[str, str], method: SignMethod, name: str) -> None:
    assume(name not in parameters)
    more = {**parameters, name: "", "": "value"}
    assert signature(more, SECRET, method) == signature(parameters, SECRET, method)
    assert sent_parameters(more) == parameters


@given(parameter_sets, methods, words)
def test_the_sign_itself_does_not_count(parameters: dict[str, str], method: SignMethod, sign: str) -> None:
    assert signature({**parameters, "sign": sign}, SECRET, method) == signature(parameters, SECRET, method)


@given(parameter_sets, methods, words, st.data())
def test_another_value_makes_another_sign(
    parameters: dict[str, str], method: SignMethod, value: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(parameters)))
    assume(parameters[name] != value)
    assert signature({**parameters, name: value}, SECRET, method) != signature(parameters, SECRET, method)


@given(parameter_sets, methods, words)
def test_one_parameter_more_makes_another_sign(parameters: dict[str, str], method: SignMethod, name: str) -> None:
    assume(name not in parameters and name != "sign")
    assert signature({**parameters, name: "1"}, SECRET, method) != signature(parameters, SECRET, method)


@given(parameter_sets, methods, words, words)
def test_another_secret_makes_another_sign(
    parameters: dict[str, str], method: SignMethod, one: str, other: str
) -> None:
    # Keys of HMAC are filled up with zero bytes, so those at the end make no difference.
    assume(one.rstrip("\0") != other.rstrip("\0"))
    assert signature(parameters, one, method) != signature(parameters, other, method)


@given(parameter_sets, methods)
def test_a_sign_is_upper_case_hex_of_the_digests_length(parameters: dict[str, str], method: SignMethod) -> None:
    made = signature(parameters, SECRET, method)
    assert len(made) == (64 if method is SignMethod.SHA256 else 32)
    assert set(made) <= set("0123456789ABCDEF")


@given(parameter_sets)
def test_the_path_counts(parameters: dict[str, str]) -> None:
    plain = signature(parameters, SECRET, SignMethod.SHA256)
    assert signature(parameters, SECRET, SignMethod.SHA256, "/auth/token/create") != plain
