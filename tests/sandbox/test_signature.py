"""Signatures: the published vectors, and properties of the string that is signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.signature import agrees, base_string, digest

GOLDEN = Path(__file__).parent.parent / "golden" / "signature_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(GOLDEN.read_text())
NAMES = [vector["name"] for vector in VECTORS]

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
pairs = st.dictionaries(names, st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=8)


def options_for(vector: dict[str, Any]) -> SandboxOptions:
    return SandboxOptions(app_key=vector["params"]["app_key"], app_secret=vector["secret"])


def signed(parameters: dict[str, str], sign_method: str = "sha256", path: str = "") -> dict[str, str]:
    together = {**parameters, "sign_method": sign_method}
    made = digest(base_string(together.items(), path), SandboxOptions().app_secret, sign_method)
    assert made is not None
    return {**together, "sign": made}


def test_there_are_nine_vectors() -> None:
    assert len(VECTORS) == 9


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_the_string_signed_is_the_vectors(vector: dict[str, Any]) -> None:
    assert base_string(vector["params"].items(), vector.get("path", "")) == vector["base_string"]


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_the_digest_is_the_vectors(vector: dict[str, Any]) -> None:
    assert digest(vector["base_string"], vector["secret"], vector["params"]["sign_method"]) == vector["sign"]


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_vector_agrees(vector: dict[str, Any]) -> None:
    parameters = {**vector["params"], "sign": vector["sign"]}
    assert agrees(parameters.items(), vector.get("path", ""), options_for(vector))


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_vector_with_another_secret_does_not_agree(vector: dict[str, Any]) -> None:
    options = SandboxOptions(app_key=vector["params"]["app_key"], app_secret=vector["secret"] + "\r")
    assert not agrees({**vector["params"], "sign": vector["sign"]}.items(), vector.get("path", ""), options)


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_lower_case_signature_does_not_agree(vector: dict[str, Any]) -> None:
    parameters = {**vector["params"], "sign": vector["sign"].lower()}
    assert not agrees(parameters.items(), vector.get("path", ""), options_for(vector))


def test_the_vector_whose_inputs_were_published_elsewhere() -> None:
    base = "app_key12345678methodaliexpress.affiliate.category.getsign_methodsha256timestamp1517820392000"
    expected = "F3ABBAB059750C3CD6D341A2FDA939ECB0FA892120E9196270ED67D6EC1511DD"
    assert digest(base, "helloworld", "sha256") == expected


def test_the_published_md5_example() -> None:
    pairs = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}
    assert digest(base_string(pairs.items(), ""), "testsecret", "md5") == "54C22189FE38F1B7E6E4D701FB82851E"


def test_names_are_sorted_by_code_point() -> None:
    assert base_string({"page_size": "1", "pageSize": "2", "é": "3", "a": "4"}.items(), "") == "a4pageSize2page_size1é3"


def test_leaving_sign_method_out_of_the_string_does_not_agree() -> None:
    made = digest("app_key500001", SandboxOptions().app_secret, "sha256")
    assert not agrees([("app_key", "500001"), ("sign_method", "sha256"), ("sign", str(made))], "", SandboxOptions())


def test_the_rest_prefix_in_the_path_does_not_agree() -> None:
    parameters = signed({"code": "x"}, path="/rest/auth/token/create")
    assert not agrees(parameters.items(), "/auth/token/create", SandboxOptions())


def test_a_sync_signature_does_not_open_rest() -> None:
    assert not agrees(signed({"code": "x"}).items(), "/auth/token/create", SandboxOptions())


@pytest.mark.parametrize("sign_method", ["", "SHA256", "sha512", "hmac-sha256"])
def test_an_unknown_sign_method_does_not_agree(sign_method: str) -> None:
    assert digest("a", "b", sign_method) is None
    assert not agrees([("a", "b"), ("sign_method", sign_method), ("sign", "None")], "", SandboxOptions())


@pytest.mark.parametrize("sign", ["", "é", "\udcff", "A" * 64])
def test_a_made_up_signature_does_not_agree(sign: str) -> None:
    assert not agrees([("a", "b"), ("sign_method", "sha256"), ("sign", sign)], "", SandboxOptions())


def test_md5_is_refused_when_switched_off() -> None:
    parameters = signed({"a": "b"}, "md5")
    assert agrees(parameters.items(), "", SandboxOptions())
    assert not agrees(parameters.items(), "", SandboxOptions(accept_md5=False))


def test_hmac_is_refused_when_switched_off() -> None:
    parameters = signed({"a": "b"}, "hmac")
    assert agrees(parameters.items(), "", SandboxOptions())
    assert not agrees(parameters.items(), "", SandboxOptions(accept_hmac=False))


@pytest.mark.parametrize("sign_method", ["md5", "hmac"])
def test_rest_takes_sha256_only(sign_method: str) -> None:
    parameters = signed({"a": "b"}, sign_method, "/auth/token/create")
    assert not agrees(parameters.items(), "/auth/token/create", SandboxOptions())


@given(pairs, st.randoms())
def test_the_order_in_which_parameters_come_does_not_matter(parameters: dict[str, str], chance: Any) -> None:
    shuffled = list(parameters.items())
    chance.shuffle(shuffled)
    assert base_string(shuffled, "") == base_string(parameters.items(), "")


@given(pairs, st.text(max_size=10))
def test_the_signature_itself_is_not_signed(parameters: dict[str, str], sign: str) -> None:
    without = {name: value for name, value in parameters.items() if name != "sign"}
    assert base_string({**without, "sign": sign}.items(), "") == base_string(without.items(), "")


@given(pairs)
def test_every_name_and_value_is_in_the_string(parameters: dict[str, str]) -> None:
    without = {name: value for name, value in parameters.items() if name != "sign"}
    base = base_string(without.items(), "/p")
    assert len(base) == 2 + sum(len(name) + len(value) for name, value in without.items())
    assert all(name + value in base for name, value in without.items())


@given(pairs, names)
def test_a_parameter_added_after_signing_does_not_agree(parameters: dict[str, str], value: str) -> None:
    made = signed({f"x{name}": text for name, text in parameters.items()})
    assert not agrees([*made.items(), ("tracking_id", value)], "", SandboxOptions())


@given(pairs)
def test_what_was_signed_agrees(parameters: dict[str, str]) -> None:
    made = signed({f"x{name}": text for name, text in parameters.items()})
    assert agrees(made.items(), "", SandboxOptions())
