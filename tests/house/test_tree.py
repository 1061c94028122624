"""Which test mirrors which module."""

from __future__ import annotations

from tests.house.tree import ROOT, astray, modules, texts, untested


def test_a_module_without_a_test_file_is_found() -> None:
    tests = ["storage/test_lock.py", "web/test_database.py", "test_errors.py", "kit/test_clockwork.py"]
    module_names = ["storage/lock.py", "storage/database.py", "errors.py", "kit/clock.py", "kit/__init__.py"]
    assert untested(module_names, tests, frozenset()) == ["storage/database.py", "kit/clock.py"]


def test_a_test_file_may_be_one_of_several() -> None:
    assert untested(["web/app.py"], ["web/test_app_limits.py"], frozenset()) == []


def test_an_allowed_module_needs_no_test_file() -> None:
    assert untested(["web/app.py"], [], frozenset({"web/app.py"})) == []


def test_a_folder_of_tests_that_mirrors_nothing_is_found() -> None:
    tests = ["storage/test_lock.py", "store/test_lock.py", "flow/test_search.py", "test_errors.py"]
    assert astray(tests, frozenset({"storage", "kit"})) == ["store/test_lock.py"]


def test_the_tree_is_the_repository() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in texts()}
    assert {"pyproject.toml", "src/alistach/errors.py", ".ci/run"} <= names
    assert [name for name in names if name.endswith(".lock")] == []
    assert ROOT / "src" / "alistach" / "errors.py" in modules()
