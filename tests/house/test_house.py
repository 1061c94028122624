"""The house's own lints, over the whole repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.house import lints
from tests.house.tree import ROOT, SOURCE, TESTS, astray, below_source, modules, texts, untested

# Why a module has no test file of its own stands beside it.
_TESTED_ELSEWHERE = frozenset(
    {
        "settings/row.py",  # what a row of the table is: test_table.py and test_load.py go through it
        "storage/migrations/env.py",  # run by Alembic: test_migrate.py
        "storage/migrations/versions/v0001_bans_and_calls.py",  # likewise
    }
)
# What the platform itself sends in its published samples.
_SAMPLES = TESTS / "golden" / "samples"


def _findings(paths: Iterable[Path], lint: Callable[[str, str], Iterable[str]]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{finding}"
        for path in paths
        for finding in lint(
            path.read_text(errors="replace"), below_source(path) if path.is_relative_to(SOURCE) else str(path)
        )
    ]


@pytest.mark.parametrize(
    "lint",
    [lints.long_module, lints.long_functions, lints.mutable_state],
    ids=lambda lint: lint.__name__,
)
def test_every_module_passes(lint: Callable[[str], Iterable[str]]) -> None:
    assert _findings(modules(), lambda source, _: lint(source)) == []


@pytest.mark.parametrize(
    "lint",
    [lints.broad_excepts, lints.prints, lints.foreign_drivers],
    ids=lambda lint: lint.__name__,
)
def test_every_module_passes_for_its_room(lint: Callable[[str, str], Iterable[str]]) -> None:
    assert _findings(modules(), lint) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert _findings([*modules(), *TESTS.rglob("*.py")], lambda _, path: lints.forbidden_name(path)) == []


def test_no_test_accepts_one_of_several_statuses() -> None:
    assert _findings(sorted(TESTS.rglob("*.py")), lambda source, _: lints.status_sets(source)) == []


@pytest.mark.parametrize("lint", [lints.machine_paths, lints.registry_hosts], ids=lambda lint: lint.__name__)
def test_no_file_names_a_place_that_a_stranger_lacks(lint: Callable[[str], Iterable[str]]) -> None:
    assert _findings(texts(), lambda source, _: lint(source)) == []


def test_no_file_holds_a_secret() -> None:
    files = [
        path for path in texts() if not path.is_relative_to(_SAMPLES) and path != TESTS / "house" / "test_lints.py"
    ]
    assert _findings(files, lambda source, _: lints.secrets(source)) == []


def test_every_module_has_a_test_file_of_its_name() -> None:
    tests = [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")]
    assert untested([below_source(path) for path in modules()], tests, _TESTED_ELSEWHERE) == []


def test_every_folder_of_tests_mirrors_one_of_the_source() -> None:
    tests = [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")]
    folders = frozenset(below_source(path.parent) for path in modules())
    assert astray(tests, folders) == []


def test_no_exception_to_the_mirror_has_outlived_its_module() -> None:
    assert [module for module in _TESTED_ELSEWHERE if not (SOURCE / module).exists()] == []


def test_every_direct_dependency_has_its_reason() -> None:
    requirements = "\n".join(path.read_text() for path in sorted(ROOT.glob("requirements*.txt")))
    wanted = set(re.findall(r"(?m)^([a-z0-9][a-z0-9-]*)", requirements))
    explained = set(re.findall(r"(?m)^\| `([a-z0-9-]+)` \| \S", (ROOT / "docs" / "dependencies.md").read_text()))
    assert explained == wanted


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_version_has_hashes_and_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.findall(r"(?m)^[a-z0-9._-]+(?:\[[a-z,]+\])?==\S+.*\\\n    --hash=sha256:", text)
    lines = [line for line in text.splitlines() if not line.startswith("    --hash=sha256:")]
    assert len(pins) == len(lines)
    assert "://" not in text
