"""An operator clears: nothing older is served as fresh, on this start or the next, unless the platform fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asking import ADMIN, SEARCH, open_live, open_sandbox, open_service
from tests.leaping import LeapingClock

CLEAR = "/admin/cache/clear"


async def test_after_a_clear_it_is_asked_anew(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        await service.get(SEARCH)
        assert (await service.post(CLEAR, headers=ADMIN)).json["data"]["expired"] > 0
        assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"
        assert (await service.get(SEARCH))["cache-status"] == "alistach; hit"
        assert service.calls == 2


@pytest.mark.parametrize("fault", ["ban", "reset"])
async def test_what_was_cleared_is_still_answered_when_the_platform_fails_and_says_so(
    tmp_path: Path, fault: str
) -> None:
    clock = LeapingClock(skipped=(0.1, 2.9))
    async with open_live(tmp_path, clock=clock) as service:
        first = await service.get(SEARCH)
        await service.post(CLEAR, headers=ADMIN)
        clock.leap(30)
        service.strike(kind=fault, seconds=60)
        got = await service.get(SEARCH)
        reason = {"ban": "upstream_banned", "reset": "upstream_down"}[fault]
        assert (got.status, got["cache-status"]) == (200, f"alistach; fwd=stale; detail={reason}")
        assert int(got["age"]) >= 30
        assert got.body == first.body
        assert " cache=stale " in service.log[-1]


async def test_a_hard_clear_leaves_nothing_to_fall_back_on(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        await service.get(SEARCH)
        data = (await service.post(f"{CLEAR}?hard=true", headers=ADMIN)).json["data"]
        assert (data["deleted"], data["kept_for_errors"]) == (data["expired"], 0)
        service.strike(kind="ban", seconds=60)
        assert (await service.get(SEARCH)).code == "upstream_banned"


async def test_a_clear_outlives_a_restart(tmp_path: Path) -> None:
    async with open_sandbox() as sandbox:
        for is_first in (True, False):
            async with open_service(tmp_path, sandbox=sandbox, ANONYMOUS_ACCESS="true") as service:
                if is_first:
                    await service.get(SEARCH)
                    await service.post(CLEAR, headers=ADMIN)
                else:
                    assert (await service.get(SEARCH))["cache-status"] == "alistach; fwd=miss; stored"


async def test_links_are_cleared_only_when_named(tmp_path: Path) -> None:
    link = "/api/affiliate/link?url=https://www.aliexpress.com/"
    async with open_live(tmp_path) as service:
        await service.get(link)
        await service.post(CLEAR, headers=ADMIN)
        assert (await service.get(link))["cache-status"] == "alistach; hit"
        await service.post(f"{CLEAR}?kind=link", headers=ADMIN)
        assert (await service.get(link))["cache-status"] == "alistach; fwd=miss; stored"


async def test_the_runbooks_line_works_as_written(tmp_path: Path) -> None:
    async with open_live(tmp_path) as service:
        # curl -X POST without -d sends neither a body nor a media type.
        got = await service.ask("POST", CLEAR, ADMIN)
        assert (got.status, got.json["success"]) == (200, True)
