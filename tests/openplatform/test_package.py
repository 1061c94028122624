"""The package as a library: what it exports, and what importing it brings along."""

from __future__ import annotations

import subprocess
import sys

from alistach import openplatform

PROBE = """
import sys
import aiohttp, msgspec
before = set(sys.modules)
import alistach.openplatform
new = set(sys.modules) - before
outside = {name.partition(".")[0] for name in new} - {"alistach"} - set(sys.stdlib_module_names)
inside = {".".join(name.split(".")[:2]) for name in new if name.startswith("alistach")}
print(sorted(outside), sorted(inside))
"""


def test_importing_it_brings_nothing_but_aiohttp_msgspec_and_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    own = ["alistach", "alistach.errors", "alistach.kit", "alistach.openplatform"]
    assert done.stdout.strip() == f"[] {own}"


def test_what_it_exports_is_there_and_sorted() -> None:
    assert [name for name in openplatform.__all__ if not hasattr(openplatform, name)] == []
    assert len(set(openplatform.__all__)) == len(openplatform.__all__)


def test_the_client_is_one_import_away() -> None:
    assert openplatform.OpenPlatform.__module__ == "alistach.openplatform.client"
