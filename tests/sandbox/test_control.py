"""/sandbox: faults, links and reset over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.calling import CATEGORIES, LINKS, Caller

PAGE = "https://www.aliexpress.com/item/1005000000007919.html"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "This is not JSON: Input data was truncated."),
        (b"[", "This is not a fault: Expected `object`, got `array`."),
        (b"{", "This is not JSON: Input data was truncated."),
        (b'{"kind": "hang"} x', "This is not JSON: JSON is malformed: trailing characters (byte 18)."),
        (
            b'{"kind": "\xff"}',
            "This is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte.",
        ),
        (b'"hang"', "This is not a fault: Expected `object`, got `str`."),
        (b'{"kind": "storm"}', "This is not a fault: Invalid value 'storm' - at `$.kind`."),
        (b'{"kind": "ban"}', "This is not a fault: a ban needs `seconds`."),
        (b'{"kind": "hang", "methods": 1}', "This is not a fault: Object contains unknown field `methods`."),
    ],
)
async def test_a_bad_fault_is_refused_with_a_sentence(caller: Caller, body: bytes, error: str) -> None:
    assert await caller.post("/sandbox/faults", body) == (400, {"error": error})
    assert await caller.get("/sandbox/faults") == (200, {"faults": []})


@pytest.mark.parametrize("number", ["0", "7", "x", "²"])
async def test_a_fault_that_is_not_in_force_cannot_be_removed(caller: Caller, number: str) -> None:
    expected = {"error": f"No fault with the number {number} is in force."}
    assert await caller.delete(f"/sandbox/faults/{number}") == (404, expected)


async def test_a_fault_is_added_listed_and_removed(caller: Caller) -> None:
    definition = {"kind": "html", "method": CATEGORIES, "seconds": 60, "count": 5}
    assert await caller.post("/sandbox/faults", definition) == (201, {"number": 1})
    assert (await caller.text(CATEGORIES)).startswith("<!DOCTYPE html>")
    await caller.clock.advance(10)
    listed: dict[str, Any] = {"number": 1, "fault": definition, "seconds_left": 50.0, "calls_left": 4}
    status, answer = await caller.get("/sandbox/faults")
    assert (status, answer) == (200, {"faults": [listed]})
    assert await caller.delete("/sandbox/faults/1") == (200, {"done": True})
    assert await caller.get("/sandbox/faults") == (200, {"faults": []})
    assert list(await caller.call(CATEGORIES)) == ["aliexpress_affiliate_category_get_response"]


async def test_all_faults_are_ended_at_once(caller: Caller) -> None:
    for kind in ("html", "reset"):
        await caller.post("/sandbox/faults", {"kind": kind})
    assert await caller.delete("/sandbox/faults") == (200, {"done": True})
    assert await caller.get("/sandbox/faults") == (200, {"faults": []})


async def test_a_link_that_was_never_made_is_not_found(caller: Caller) -> None:
    assert await caller.get("/sandbox/links/_c0000000") == (404, {"error": "No such link was made here."})


async def test_a_short_link_tells_whose_it_is(caller: Caller) -> None:
    found = await caller.resp_result(LINKS, promotion_link_type="0", source_values=PAGE, tracking_id="site1")
    link = found["result"]["promotion_links"]["promotion_link"][0]["promotion_link"]
    expected = {"tracking_id": "site1", "source_value": PAGE}
    assert await caller.get(f"/sandbox/links/{link.rsplit('/', 1)[1]}") == (200, expected)


async def test_a_reset_forgets_calls_faults_bans_and_links(caller: Caller) -> None:
    found = await caller.resp_result(LINKS, promotion_link_type="0", source_values=PAGE, tracking_id="bot")
    code = found["result"]["promotion_links"]["promotion_link"][0]["promotion_link"].rsplit("/", 1)[1]
    await caller.post("/sandbox/faults", {"kind": "ban", "seconds": 60})
    assert (await caller.error(CATEGORIES))[0] == "ApiCallLimit"
    assert await caller.post("/sandbox/reset") == (200, {"done": True})
    assert await caller.get("/sandbox/calls") == (200, {"calls": {}, "bans": 0, "last": []})
    assert await caller.get("/sandbox/faults") == (200, {"faults": []})
    assert (await caller.get(f"/sandbox/links/{code}"))[0] == 404
    assert list(await caller.call(CATEGORIES)) == ["aliexpress_affiliate_category_get_response"]


@pytest.mark.parametrize("path", ["/", "/sandbox"])
async def test_it_says_what_it_is(caller: Caller, path: str) -> None:
    status, about = await caller.get(path)
    assert status == 200
    assert about["what"].startswith("An AliExpress Open Platform for development")
    assert (about["app_key"], about["seed"], about["products"]) == ("500001", 1, 600)
    assert about["tracking_ids"] == ["default", "deals", "bot", "site*"]
    assert about["faults"] == [
        "ban",
        "ban_above",
        "business_error",
        "delay",
        "empty",
        "half_batch",
        "hang",
        "html",
        "missing_promotion_link",
        "platform_error",
        "reset",
        "status",
        "truncated",
        "wrong_type",
    ]


async def test_it_does_not_tell_the_secret(caller: Caller) -> None:
    async with caller.session.get(caller.sandbox.base_url + "/sandbox") as response:
        assert caller.sandbox.options.app_secret not in await response.text()


async def test_a_wrong_method_is_told_the_right_ones(caller: Caller) -> None:
    async with caller.session.get(caller.sandbox.base_url + "/sandbox/reset") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
