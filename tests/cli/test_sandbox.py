"""`alistach sandbox`."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import on_terminal, piped
from tests.serving import end, fetch, free_port, launch, ready


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("sandbox"), free_port()
    process = launch(folder, ["sandbox", "--port", str(port), "--products", "300", "--seed", "7"], {})
    url = f"http://127.0.0.1:{port}"
    try:
        ready(f"{url}/sandbox?", process, folder / "stderr.txt")
        said = (folder / "stderr.txt").read_text()
        assert f"  export ALIEXPRESS_API_URL={url}\n  export ALIEXPRESS_APP_KEY=500001\n" in said
        assert "  products    300, of seed 7\n" in said
        yield url
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert (folder / "stderr.txt").read_text().endswith("Stopped.\n")
    finally:
        end(process)


def test_it_is_what_it_was_told_to_be(sandbox: str) -> None:
    about = fetch("GET", f"{sandbox}/sandbox").json()
    assert (about["seed"], about["products"]) == (7, 300)


def test_a_fault_is_put_in_force_listed_and_cleared(sandbox: str, tmp_path: Path) -> None:
    there = ("--url", sandbox)
    added = piped(tmp_path, "sandbox", "fault", "delay", "delay_seconds=2", "share=0.5", "count=3", *there)
    assert (added.code, list(added.json())) == (0, ["number"])
    (listed,) = piped(tmp_path, "sandbox", "faults", *there).json()["faults"]
    assert listed["fault"] == {"kind": "delay", "count": 3, "share": 0.5, "delay_seconds": 2.0}
    table = on_terminal(tmp_path, "sandbox", "faults", *there).out
    assert "delay  count=3 share=0.5 delay_seconds=2.0" in table
    cleared = piped(tmp_path, "sandbox", "clear-faults", *there)
    assert (cleared.code, cleared.out) == (0, "")
    assert piped(tmp_path, "sandbox", "faults", *there).json() == {"faults": []}
    assert "No fault is in force." in on_terminal(tmp_path, "sandbox", "faults", *there).err


def test_a_fault_on_a_terminal_says_how_to_end_it(sandbox: str, tmp_path: Path) -> None:
    ran = on_terminal(tmp_path, "sandbox", "fault", "empty", "count=1", "--url", sandbox)
    assert ran.err.splitlines()[-1].endswith("is in force; alistach sandbox clear-faults ends it.")


@pytest.mark.parametrize("fault", [["nothing"], ["delay"], ["delay", "delay_seconds=soon"], ["ban", "seconds"]])
def test_what_is_no_fault_is_wrong_usage(sandbox: str, tmp_path: Path, fault: list[str]) -> None:
    ran = piped(tmp_path, "sandbox", "fault", *fault, "--url", sandbox)
    assert (ran.code, ran.out) == (2, "")


def test_calls_are_counted_and_forgotten(sandbox: str, tmp_path: Path) -> None:
    fetch("POST", f"{sandbox}/sync?method=aliexpress.affiliate.category.get")
    assert piped(tmp_path, "sandbox", "calls", "--url", sandbox).json()["calls"] == {
        "aliexpress.affiliate.category.get": 1
    }
    shown = on_terminal(tmp_path, "sandbox", "calls", "--url", sandbox)
    assert shown.out.splitlines()[-1].split() == ["aliexpress.affiliate.category.get", "1"]
    assert "1 calls, 0 of them refused for a ban." in shown.err
    assert piped(tmp_path, "sandbox", "reset", "--url", sandbox).code == 0
    assert piped(tmp_path, "sandbox", "calls", "--url", sandbox).json()["calls"] == {}


def test_a_taken_port_is_said_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = piped(tmp_path, "sandbox", "--port", str(port))
    assert ran.code == 1
    assert ran.err == (
        f"Error: the sandbox cannot listen on port {port} of 127.0.0.1 (Address already in use).\n"
        "Try: another --port or --host; --port 0 takes any free one.\n"
    )
