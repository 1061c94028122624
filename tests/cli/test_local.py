"""The gateway opened for one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alistach.cli.local import Local
from alistach.settings import Settings, load
from alistach.storage.lock import DataLock
from alistach.storage.refused import DataLocked


def settings(folder: Path) -> Settings:
    given = {
        "ALISTACH_DATA_DIR": str(folder / "data"),
        "ALISTACH_LOG_DIR": str(folder / "logs"),
        "ALISTACH_SANDBOX_PORT": "0",
    }
    return load(given, None).settings


def test_it_answers_as_the_service_would_and_keeps_what_it_learnt(tmp_path: Path) -> None:
    with Local(settings(tmp_path)) as local:
        first = local.ask("GET", "/api/products/search?keywords=usb+cable&page_size=1")
        again = local.ask("GET", "/api/products/search?keywords=usb+cable&page_size=1")
    assert (first.status, first.headers["cache-status"]) == (200, "alistach; fwd=miss; stored")
    assert (again.headers["cache-status"], again.body) == ("alistach; hit", first.body)
    with Local(settings(tmp_path)) as local:
        later = local.ask("GET", "/api/products/search?keywords=usb+cable&page_size=1")
    assert (later.headers["cache-status"], later.body) == ("alistach; hit", first.body)


def test_it_is_let_in_as_the_admin_and_recorded(tmp_path: Path) -> None:
    with Local(settings(tmp_path)) as local:
        reply = local.ask("POST", "/admin/call", {"method": "aliexpress.affiliate.category.get"})
    assert (reply.status, reply.headers["x-upstream-calls"]) == (200, "1")
    assert "categories" in json.loads(reply.body)["data"]
    line = (tmp_path / "logs" / "aliexpress_api.log").read_text().splitlines()[-1]
    assert "POST /admin/call status=200" in line
    assert "caller=admin from=cli" in line


def test_it_holds_the_data_lock_and_gives_it_back(tmp_path: Path) -> None:
    with Local(settings(tmp_path)), pytest.raises(DataLocked):
        DataLock.take(tmp_path / "data")
    DataLock.take(tmp_path / "data").release()


def test_it_does_not_open_beside_another(tmp_path: Path) -> None:
    with DataLock.take(_made(tmp_path / "data")), pytest.raises(DataLocked):
        Local(settings(tmp_path)).__enter__()


def test_nothing_is_asked_before_it_is_open(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="before it is opened"):
        Local(settings(tmp_path)).ask("GET", "/health")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
