"""The platform's request signatures: a keyed digest over every parameter, in code point order of the names."""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections.abc import Mapping
from typing import assert_never

from alistach.errors import InvalidParameters, ParameterProblem


class SignMethod(enum.StrEnum):
    """How the base string is digested. `md5` and `hmac` are the legacy gateway's; /rest takes `sha256` only."""

    SHA256 = "sha256"
    MD5 = "md5"
    HMAC = "hmac"


def sent_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters that go on the wire: those with an empty name or value are neither sent nor signed.

    Raises InvalidParameters for text that has no UTF-8 form (a lone surrogate), since it cannot be signed.
    """
    kept = {name: value for name, value in parameters.items() if name and value}
    problems = tuple(
        ParameterProblem(ascii(name).strip("'"), "is not valid Unicode text")
        for name, value in kept.items()
        if not (_is_unicode(name) and _is_unicode(value))
    )
    if problems:
        raise InvalidParameters("A parameter holds text that is not valid Unicode.", problems=problems)
    return kept


def base_string(parameters: Mapping[str, str], path: str = "") -> str:
    """What is signed: the path (of a /rest call, without `/rest`), then each name and raw value, `sign` left out."""
    pairs = sorted((name, value) for name, value in parameters.items() if name and value and name != "sign")
    return path + "".join(name + value for name, value in pairs)


def signature(parameters: Mapping[str, str], secret: str, method: SignMethod, path: str = "") -> str:
    """The value of `sign`, upper-case hex. `sign_method` must be among the parameters: it is signed like any other."""
    base, key = base_string(parameters, path).encode(), secret.encode()
    match method:
        case SignMethod.SHA256:
            digest = hmac.new(key, base, hashlib.sha256).hexdigest()
        case SignMethod.HMAC:
            digest = hmac.new(key, base, hashlib.md5).hexdigest()
        case SignMethod.MD5:
            digest = hashlib.md5(key + base + key, usedforsecurity=False).hexdigest()
        case _:
            assert_never(method)
    return digest.upper()


def signed(parameters: Mapping[str, str], secret: str, method: SignMethod, path: str = "") -> dict[str, str]:
    """The form to send: what `sent_parameters` keeps, with `sign_method` and `sign`."""
    form = sent_parameters({**parameters, "sign_method": method.value})
    return {**form, "sign": signature(form, secret, method, path)}


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
