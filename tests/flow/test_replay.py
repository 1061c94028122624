"""A day of mixed traffic costs little more than what one who knew the whole day would have spent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import start_service

_REPLAY = Path(__file__).parents[2] / "bench" / "replay.py"
_REQUESTS = os.environ.get("PROVE_REPLAY_REQUESTS", "20000")
_MOST = 1.35


def replayed(folder: Path, seed: int, requests: str) -> dict[str, object]:
    """What replay.py reports of a run against a new service without limits."""
    limits = {
        "MAX_REQUESTS_PER_SECOND": "100000",
        "MAX_REQUESTS_PER_MINUTE": "1000000",
        "ALIEXPRESS_MAX_CALLS_PER_SECOND": "1000",
    }
    with start_service(folder, **limits) as service:
        command = [sys.executable, str(_REPLAY), "--base", service.url, "--json", "--seed", str(seed)]
        command += ["--calls", f"{service.sandbox_url}/sandbox/calls", "--requests", requests]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.stdout, run.stderr
        report: dict[str, object] = json.loads(run.stdout)
        return report


def judge(report: dict[str, object]) -> None:
    """Nothing failed, nothing was wrong, and it cost little more than it had to."""
    assert (report["failed"], report["wrong"]) == (0, {})
    ratio = report["upstream/floor"]
    assert isinstance(ratio, float)
    assert ratio <= _MOST, report


def test_a_short_morning(tmp_path: Path) -> None:
    judge(replayed(tmp_path, seed=1, requests="1500"))


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_whole_day(tmp_path: Path, seed: int) -> None:
    judge(replayed(tmp_path, seed, _REQUESTS))
