"""The composition root: everything opens in order, a refusal leaves nothing behind, and closing waits for what is under way."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from alistach import settings
from alistach.gateway import Gateway, PortRefused, open_gateway
from alistach.kit.clock import SystemClock
from alistach.kit.redact import Secret
from alistach.storage.lock import DataLock
from alistach.storage.refused import DataLocked, StorageRefused
from tests.asking import ADMIN_KEY, SEARCH, eventually, open_live, open_sandbox, open_service
from tests.leaping import LeapingClock


def loaded(folder: Path, **environ: str) -> settings.Settings:
    """Settings for a folder of the test."""
    given = {"ALISTACH_DATA_DIR": str(folder / "data"), "ALISTACH_LOG_DIR": str(folder / "logs")}
    return settings.load({**given, "ALISTACH_SANDBOX_PORT": "0", **environ}, None).settings


def key() -> Secret:
    return Secret(ADMIN_KEY)


async def test_a_taken_port_of_the_sandbox_is_refused_with_a_sentence_and_nothing_stays_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortRefused) as caught:
            async with open_gateway(loaded(tmp_path, ALISTACH_SANDBOX_PORT=str(port)), key, SystemClock()):
                pass
    assert caught.value.sentence == (
        f"The embedded sandbox cannot listen on port {port} (Address already in use): "
        "stop what uses it, set ALISTACH_SANDBOX_PORT to another port, or remove it to take any free one."
    )
    DataLock.take(tmp_path / "data").release()


async def test_a_data_folder_in_use_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    with DataLock.take(tmp_path / "data"), pytest.raises(DataLocked):
        async with open_gateway(loaded(tmp_path), key, SystemClock()):
            pass
    assert not (tmp_path / "logs").exists()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["alistach.lock"]


async def test_the_admin_key_is_asked_for_once_and_only_under_the_lock(tmp_path: Path) -> None:
    asked: list[bool] = []

    def admin_key() -> Secret:
        with pytest.raises(DataLocked):
            DataLock.take(tmp_path / "data")
        asked.append(True)
        return key()

    async with open_gateway(loaded(tmp_path), admin_key, SystemClock()) as gateway:
        assert gateway.gate.rules.admin_key == key()
    assert asked == [True]


async def test_an_admin_key_that_cannot_be_made_leaves_nothing_open(tmp_path: Path) -> None:
    def admin_key() -> Secret:
        raise StorageRefused("No .env can be written here.")

    with pytest.raises(StorageRefused):
        async with open_gateway(loaded(tmp_path), admin_key, SystemClock()):
            pass
    DataLock.take(tmp_path / "data").release()


async def test_settings_reach_what_they_are_for(tmp_path: Path) -> None:
    given = loaded(
        tmp_path,
        MAX_REQUESTS_PER_SECOND="7",
        MAX_REQUESTS_PER_MINUTE="70",
        ALIEXPRESS_MAX_CALLS_PER_SECOND="3",
        ALLOWED_ORIGINS="https://deals.example",
        ANONYMOUS_ACCESS="false",
        LOG_LEVEL="ERROR",
    )
    async with open_gateway(given, key, SystemClock()) as gateway:
        rules = gateway.gate.rules
        assert (rules.limits.per_second, rules.limits.per_minute) == (7, 70)
        assert (rules.anonymous_access, rules.allowed_origins) == (False, frozenset({"https://deals.example"}))
        assert gateway.platform.governor.view().ceiling == 3.0
        gateway.journal.say("WARNING", "not.said")
        assert gateway.journal.path.read_text() == ""
        assert gateway.settings is given


async def test_the_operators_defaults_are_those_of_a_question_that_names_none(tmp_path: Path) -> None:
    given = {"ALIEXPRESS_CURRENCY": "EUR", "ALIEXPRESS_LANGUAGE": "ES", "ALIEXPRESS_TRACKING_ID": "deals"}
    async with open_live(tmp_path, clock=None, **given) as service:
        answer = (await service.get(f"{SEARCH}&page_size=1")).json
        assert (answer["metadata"]["currency"], answer["metadata"]["language"]) == ("EUR", "ES")
        assert answer["data"]["products"][0]["link"]["tracking_id"] == "deals"
        assert answer["data"]["products"][0]["price"]["currency"] == "EUR"


async def test_the_times_of_the_cache_are_those_of_the_settings(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock, CACHE_SEARCH_TTL="60") as service:
        await service.get(SEARCH)
        clock.leap(50)
        assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"
        clock.leap(11)
        assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=stale"


async def test_without_credentials_there_is_a_sandbox_and_with_them_there_is_none(tmp_path: Path) -> None:
    async with open_service(tmp_path / "a") as service:
        assert service.gateway.sandbox is not None
        assert service.gateway.settings.max_calls_per_second == 1000.0
    async with open_live(tmp_path / "b") as service:
        assert service.gateway.sandbox is None


async def test_the_sandbox_takes_a_free_port_when_its_own_is_taken(tmp_path: Path) -> None:
    given = settings.load(
        {"ALISTACH_DATA_DIR": str(tmp_path / "data"), "ALISTACH_LOG_DIR": str(tmp_path / "logs")}, None
    ).settings
    async with open_sandbox() as other, open_gateway(given, key, SystemClock()) as gateway:
        assert gateway.sandbox is not None
        assert gateway.sandbox.port not in {0, other.port}


async def test_folders_are_made(tmp_path: Path) -> None:
    async with open_service(tmp_path / "deep" / "er"):
        assert {path.name for path in (tmp_path / "deep" / "er").iterdir()} == {"data", "logs"}


async def test_closing_waits_for_a_call_that_nobody_waits_for_any_more(tmp_path: Path) -> None:
    clock = LeapingClock()
    async with open_live(tmp_path, clock=clock) as service:
        service.strike(kind="delay", delay_seconds=0.2, count=1)
        asked = asyncio.create_task(service.get(SEARCH))
        await eventually(lambda: service.calls == 1)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        gateway: Gateway = service.gateway
    assert gateway.metrics.system_calls == 1
    assert gateway.platform.outcomes == {"ok": 1}


async def test_a_failed_task_is_in_the_log(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:

        async def fail() -> None:
            raise ZeroDivisionError("of a test")

        task = service.gateway.tasks.spawn(fail(), "sum")
        await asyncio.gather(task, return_exceptions=True)
        assert service.log[-1].endswith(" ERROR - task.failed task=sum error=\"ZeroDivisionError('of a test')\"")


async def test_a_secret_is_nowhere_in_what_the_gateway_shows_of_itself(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        shown = repr(service.gateway)
        assert ADMIN_KEY not in shown
        assert service.sandbox.options.app_secret not in shown
