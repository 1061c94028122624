"""NAME=VALUE on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from alistach.cli.refused import Refused


def pairs(written: Iterable[str]) -> dict[str, str]:
    """The values by name. Raises Refused for anything that is no pair."""
    found: dict[str, str] = {}
    for one in written:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise Refused(f"Error: {one} is not NAME=VALUE.", "Try: such as page_size=5.", exit_code=2)
        if name in found:
            raise Refused(f"Error: {name} is given more than once.", "Try: with one of them.", exit_code=2)
        found[name] = value
    return found
