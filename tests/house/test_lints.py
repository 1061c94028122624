"""Each lint finds what it is for, and nothing else."""

from __future__ import annotations

import pytest

from tests.house import lints


def _function(statements: int) -> str:
    return "def deed() -> None:\n" + "    pass\n" * statements


def test_a_long_module_is_found() -> None:
    assert list(lints.long_module("pass\n" * 301)) == ["301 lines, more than 300: split it by noun"]
    assert list(lints.long_module("pass\n" * 300)) == []


def test_a_long_function_is_found_with_what_is_nested_in_it() -> None:
    nested = "def outer() -> None:\n" + "    if True:\n        pass\n" * 21
    assert list(lints.long_functions(_function(41))) == ["1: deed has 41 statements, more than 40"]
    assert list(lints.long_functions(nested)) == ["1: outer has 42 statements, more than 40"]
    assert list(lints.long_functions(_function(40))) == []


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException as error", " (ValueError, Exception)"])
def test_a_broad_except_is_found(caught: str) -> None:
    source = f"try:\n    pass\nexcept{caught}:\n    pass\n"
    assert list(lints.broad_excepts(source, "answers/batch.py")) == ["3: a broad except"]
    assert list(lints.broad_excepts(source, "kit/tasks.py")) == ["3: a broad except without its reason on the line"]


def test_a_broad_except_at_an_edge_needs_its_reason_on_the_line() -> None:
    bare = "try:\n    pass\nexcept Exception:  # noqa: BLE001\n    pass\n"
    reasoned = "try:\n    pass\nexcept Exception:  # noqa: BLE001 - a defect must not end the service\n    pass\n"
    assert list(lints.broad_excepts(bare, "web/app.py")) == ["3: a broad except without its reason on the line"]
    assert list(lints.broad_excepts(reasoned, "web/app.py")) == []
    assert list(lints.broad_excepts("try:\n    pass\nexcept ValueError:\n    pass\n", "answers/batch.py")) == []


def test_a_print_is_found_outside_the_command_line() -> None:
    assert list(lints.prints("print('hello')", "web/app.py")) == ["1: print"]
    assert list(lints.prints("print('hello')", "cli/serve.py")) == []
    assert list(lints.prints("text = 'print(1)'", "web/app.py")) == []


@pytest.mark.parametrize("sequence", ["[200, 500]", "(200, 500)", "{200, 500}"])
def test_a_set_of_statuses_is_found(sequence: str) -> None:
    assert list(lints.status_sets(f"assert response.status_code in {sequence}")) == [
        "1: any of several statuses will do"
    ]


@pytest.mark.parametrize("fine", ["assert status == 200", "assert status not in (500, 502)", "assert key in (1, 2)"])
def test_a_single_status_is_fine(fine: str) -> None:
    assert list(lints.status_sets(fine)) == []


@pytest.mark.parametrize(
    ("source", "path", "finding"),
    [
        ("import sqlalchemy.orm", "web/app.py", "1: imports sqlalchemy.orm, which only storage/ may"),
        ("from sqlite3 import connect", "storage/database.py", "1: imports sqlite3, which only storage/cache/ may"),
        ("def f():\n    import alembic", "gateway.py", "2: imports alembic, which only storage/ may"),
        (
            "import aiohttp",
            "openplatform/client.py",
            "1: imports aiohttp, which only openplatform/transport.py and sandbox/ may",
        ),
    ],
)
def test_a_driver_outside_its_room_is_found(source: str, path: str, finding: str) -> None:
    assert list(lints.foreign_drivers(source, path)) == [finding]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import aiohttp", "openplatform/transport.py"),
        ("from aiohttp import web", "sandbox/server.py"),
        ("import sqlite3", "storage/cache/table.py"),
        ("from sqlalchemy import select", "storage/bans.py"),
        ("import json", "web/app.py"),
        ("from . import redis", "web/app.py"),
    ],
)
def test_a_driver_in_its_room_is_fine(source: str, path: str) -> None:
    assert list(lints.foreign_drivers(source, path)) == []


@pytest.mark.parametrize("path", ["web/utils.py", "helpers/money.py", "kit/common.py"])
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert len(list(lints.forbidden_name(path))) == 1
    assert list(lints.forbidden_name("kit/money.py")) == []


@pytest.mark.parametrize(
    "source",
    ["seen = {}", "_cache: dict[str, int] = dict()", "known = [1]", "rest = defaultdict(list)", "x = {i for i in ()}"],
)
def test_a_mutable_module_name_is_found(source: str) -> None:
    assert list(lints.mutable_state(source)) == [f"1: {source.partition('=')[0].partition(':')[0].strip()} can change"]


def test_a_global_is_found() -> None:
    assert list(lints.mutable_state("_it = None\ndef f():\n    global _it\n    _it = 1\n")) == ["3: global _it"]


@pytest.mark.parametrize(
    "source",
    ["_TABLE = {1: 2}", "__all__ = ['a']", "names: Final = [1]", "pair = (1, 2)", "class A:\n    x = {}", "limit = 3"],
)
def test_what_does_not_change_is_fine(source: str) -> None:
    assert list(lints.mutable_state(source)) == []


@pytest.mark.parametrize(
    "text", ["see ../sha" + "red/design.md", "cd /wo" + "rk/main", "'/ro" + "ot/.venv'", "/ho" + "me/me/x"]
)
def test_a_path_of_this_machine_is_found(text: str) -> None:
    assert len(list(lints.machine_paths(text))) == 1


@pytest.mark.parametrize("text", ["/var/x", "https://a.example/work/x", "the ~/home/x", "./work/x", "src/root/x"])
def test_a_path_of_any_machine_is_fine(text: str) -> None:
    assert list(lints.machine_paths(text)) == []


@pytest.mark.parametrize(
    "text", ["https://py" + "pi.org/simple", "files.python" + "hosted.org", "registry.npm" + "js.org"]
)
def test_a_registry_host_is_found(text: str) -> None:
    assert len(list(lints.registry_hosts(text))) == 1
    assert list(lints.registry_hosts("pip install alistach")) == []


@pytest.mark.parametrize(
    "text",
    [
        "app_secret = 'Zk8vQ2mX7rT4'",
        '"ALIEXPRESS_APP_SECRET": "a94a8fe5ccb19ba6"',
        "ADMIN_API_KEY=9f86d081884c7d659a2f",
        "export DB_PASSWORD=hunter2hunter2",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE" + " KEY-----",
    ],
)
def test_a_secret_is_found(text: str) -> None:
    assert len(list(lints.secrets(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "app_secret = 'sandbox-secret-0123456789abcdef'",
        "secret = 'helloworld'",
        "secret: str = 'testsecret'",
        "ADMIN_API_KEY=",
        "ADMIN_API_KEY=<at least 24 characters>",
        "token = settings.token_of_the_operator_1",
        "admin_key = 'wrong-key-0123456789'",
        "sign_method = 'sha256'",
    ],
)
def test_what_is_nobodys_secret_is_fine(text: str) -> None:
    assert list(lints.secrets(text)) == []
