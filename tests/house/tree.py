"""The files of the repository, as git knows them, and which test mirrors which module."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "alistach"
TESTS = ROOT / "tests"

# Folders of tests that mirror no folder of the source (docs/design.md §8).
OTHER_TESTS = frozenset({"flow", "faults", "properties", "golden", "clients", "browser", "containers", "house"})


@cache
def texts() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository and is text; locks are nobody's writing."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return tuple(path for path in paths if path.is_file() and path.suffix != ".lock" and b"\0" not in path.read_bytes())


def modules() -> list[Path]:
    """Every module of the source."""
    return sorted(SOURCE.rglob("*.py"))


def below_source(path: Path) -> str:
    """`storage/lock.py` and the like."""
    return path.relative_to(SOURCE).as_posix()


def untested(modules: list[str], tests: list[str], allowed: frozenset[str]) -> list[str]:
    """Modules that neither have a test file of their name (`test_lock.py`, `test_lock_faults.py`) nor are allowed not to."""
    missing = []
    for module in modules:
        folder, _, name = module.removesuffix(".py").rpartition("/")
        stem = f"{folder}/test_{name}" if folder else f"test_{name}"
        has_test = any(test == f"{stem}.py" or test.startswith(f"{stem}_") for test in tests)
        if not has_test and name not in {"__init__", "__main__"} and module not in allowed:
            missing.append(module)
    return missing


def astray(tests: list[str], folders: frozenset[str]) -> list[str]:
    """Test files whose folder mirrors nothing."""
    return [
        test
        for test in tests
        if (folder := test.rpartition("/")[0]) and folder.split("/")[0] not in OTHER_TESTS and folder not in folders
    ]
