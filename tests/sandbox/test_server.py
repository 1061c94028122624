"""The sandbox as a server: ports, starting, stopping, two at once."""

from __future__ import annotations

import errno
import io
import signal
import socket
import time

import aiohttp
import pytest

from alistach.kit.clock import SystemClock
from alistach.sandbox import Sandbox, SandboxOptions, faults
from tests.sandbox.calling import CATEGORIES, QUERY, Caller, sign
from tests.steered import SteeredClock

SMALL = SandboxOptions(products=10)


async def about(base_url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(base_url + "/sandbox") as response:
        return response.status


async def test_a_taken_port_is_an_error_when_no_other_will_do(clock: SteeredClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(OSError, match="in use") as raised:
            await Sandbox(SMALL, clock).start(port=taken.getsockname()[1], fall_back_to_free_port=False)
        assert raised.value.errno == errno.EADDRINUSE


async def test_a_taken_port_is_replaced_by_a_free_one(clock: SteeredClock) -> None:
    sandbox = Sandbox(SMALL, clock)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        await sandbox.start(port=taken.getsockname()[1])
        assert sandbox.port not in {0, taken.getsockname()[1]}
        assert await about(sandbox.base_url) == 200
        await sandbox.stop()


async def test_another_trouble_with_the_address_is_an_error(clock: SteeredClock) -> None:
    with pytest.raises(OSError, match=r"."):
        await Sandbox(SMALL, clock).start(host="203.0.113.1", port=0)


async def test_the_port_asked_for_is_used(clock: SteeredClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sandbox = Sandbox(SMALL, clock)
    await sandbox.start(port=port, fall_back_to_free_port=False)
    assert (sandbox.port, sandbox.base_url) == (port, f"http://127.0.0.1:{port}")
    await sandbox.stop()


def test_before_the_start_there_is_no_port(clock: SteeredClock) -> None:
    assert Sandbox(SMALL, clock).port == 0


async def test_stopping_twice_or_before_the_start_does_no_harm(clock: SteeredClock) -> None:
    sandbox = Sandbox(SMALL, clock)
    await sandbox.stop()
    await sandbox.start(port=0)
    await sandbox.stop()
    await sandbox.stop()


async def test_after_the_stop_nobody_answers(clock: SteeredClock) -> None:
    sandbox = Sandbox(SMALL, clock)
    await sandbox.start(port=0)
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await about(sandbox.base_url)


async def test_it_can_be_started_again(clock: SteeredClock) -> None:
    sandbox = Sandbox(SMALL, clock)
    for _ in range(2):
        await sandbox.start(port=0)
        async with aiohttp.ClientSession() as session:
            assert (await Caller(sandbox, session, clock).send({}))[0] == 200
        await sandbox.stop()
    assert sandbox.calls.count() == 2


async def test_faults_can_be_ended_in_process(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Html())
    assert (await caller.text(CATEGORIES)).startswith("<!DOCTYPE html>")
    caller.sandbox.clear_faults()
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200


async def test_two_run_side_by_side_and_share_nothing(clock: SteeredClock) -> None:
    one, other = Sandbox(SMALL, clock), Sandbox(SandboxOptions(products=10, app_key="7"), clock)
    await one.start(port=0)
    await other.start(port=0)
    async with aiohttp.ClientSession() as session:
        parameters = Caller(one, session, clock).parameters(CATEGORIES)
        texts = [(await Caller(box, session, clock).send(sign(parameters)))[1] for box in (one, other)]
    await one.stop()
    await other.stop()
    assert ["InvalidAppKey" in text for text in texts] == [False, True]
    assert (one.calls.count(), other.calls.count()) == (1, 1)


async def test_it_listens_on_ipv6(clock: SteeredClock) -> None:
    sandbox = Sandbox(SMALL, clock)
    await sandbox.start(host="::1", port=0)
    assert sandbox.base_url == f"http://[::1]:{sandbox.port}"
    assert await about(sandbox.base_url) == 200
    await sandbox.stop()


async def test_it_leaves_signals_alone(clock: SteeredClock) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    sandbox = Sandbox(SMALL, clock)
    await sandbox.start(port=0)
    during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    await sandbox.stop()
    assert during == before


async def test_it_runs_on_the_machines_own_clock() -> None:
    clock = SystemClock()
    sandbox = Sandbox(SMALL, clock)
    await sandbox.start(port=0)
    common = {"app_key": "500001", "method": CATEGORIES, "sign_method": "sha256"}
    signed = sign({**common, "timestamp": str(int(time.time() * 1000))})
    url = sandbox.base_url + "/sync"
    async with aiohttp.ClientSession() as session, session.get(url, params=signed) as response:
        answer = await response.json()
    await sandbox.stop()
    assert list(answer) == ["aliexpress_affiliate_category_get_response"]


async def test_the_start_makes_no_product(clock: SteeredClock) -> None:
    # A catalogue of this size could not be made in the time of a test.
    sandbox = Sandbox(SandboxOptions(products=9_000_000_000), clock)
    await sandbox.start(port=0)
    assert await about(sandbox.base_url) == 200
    await sandbox.stop()


async def test_too_large_a_body_is_refused(caller: Caller) -> None:
    url = caller.sandbox.base_url + "/sync"
    async with caller.session.post(url, data=io.BytesIO(b"x" * 2_000_000)) as response:
        assert response.status == 413


async def test_a_caller_that_left_is_forgotten(caller: Caller) -> None:
    caller.sandbox.add_fault(faults.Hang(count=1))
    with pytest.raises(TimeoutError):
        async with caller.session.get(
            caller.sandbox.base_url + "/sync",
            params=sign(caller.parameters(QUERY)),
            timeout=aiohttp.ClientTimeout(total=0.05),
        ):
            pass
    assert (await caller.resp_result(CATEGORIES))["resp_code"] == 200
