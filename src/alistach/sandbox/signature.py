"""Signatures, checked with the sandbox's own arithmetic: a wrong one must not agree with itself."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from alistach.sandbox.options import SandboxOptions


def base_string(parameters: Iterable[tuple[str, str]], path: str) -> str:
    """What is signed: the path of a /rest call (nothing on /sync), then every pair but `sign`, by code point."""
    return path + "".join(name + value for name, value in sorted(parameters) if name != "sign")


def digest(base: str, secret: str, sign_method: str) -> str | None:
    """The signature in upper-case hex; None for a method that does not exist."""
    # MD5 is what the legacy protocol prescribes; nothing here relies on its strength.
    key, text = _bytes(secret), _bytes(base)
    match sign_method:
        case "sha256":
            return hmac.digest(key, text, "sha256").hex().upper()
        case "md5":
            return hashlib.md5(key + text + key, usedforsecurity=False).hexdigest().upper()
        case "hmac":
            return hmac.digest(key, text, "md5").hex().upper()
        case _:
            return None


def agrees(parameters: Iterable[tuple[str, str]], path: str, options: SandboxOptions) -> bool:
    """Whether `sign` is what the app's secret gives for the other parameters."""
    pairs = dict(parameters)
    sign_method = pairs.get("sign_method", "")
    if not _is_accepted(sign_method, path, options):
        return False
    expected = digest(base_string(pairs.items(), path), options.app_secret, sign_method)
    return expected is not None and hmac.compare_digest(_bytes(expected), _bytes(pairs.get("sign", "")))


def _is_accepted(sign_method: str, path: str, options: SandboxOptions) -> bool:
    if sign_method == "md5":
        return options.accept_md5 and not path
    if sign_method == "hmac":
        return options.accept_hmac and not path
    return True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
