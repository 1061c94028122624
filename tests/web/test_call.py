"""POST /admin/call."""

from __future__ import annotations

import pytest

from tests.asking import ADMIN, DETAILS, LINKS, QUERY, Service, fields


async def test_any_method_is_called_and_its_result_is_the_data(service: Service) -> None:
    got = await service.post("/admin/call", {"method": QUERY, "parameters": {"keywords": "usb", "page_size": 2}}, ADMIN)
    assert (got.status, got["x-upstream-calls"], got["cache-control"]) == (200, "1", "no-store")
    assert len(got.json["data"]["products"]) == 2
    assert got.json["metadata"]["source"] == "live"
    assert service.sandbox.calls.count(QUERY) == 1


async def test_every_call_is_a_new_one_and_recorded_with_its_cost(service: Service) -> None:
    for _ in range(2):
        await service.post("/admin/call", {"method": QUERY, "parameters": {"keywords": "usb"}}, ADMIN)
    assert service.calls == 2
    written = fields(service.log[-1])
    assert (written["status"], written["calls"], written["caller"]) == ("200", "1", "admin")


async def test_a_refusal_of_the_platform_is_told_with_what_it_cost(service: Service) -> None:
    asked = {"method": LINKS, "parameters": {"promotion_link_type": "0", "source_values": "x", "tracking_id": "nobody"}}
    got = await service.post("/admin/call", asked, ADMIN)
    assert (got.status, got.code, got["x-upstream-calls"]) == (400, "tracking_id_unknown", "1")


async def test_a_ban_is_kept_by_the_governor_as_for_any_call(service: Service) -> None:
    service.strike(kind="ban", seconds=30)
    first = await service.post("/admin/call", {"method": DETAILS, "parameters": {"product_ids": "1"}}, ADMIN)
    again = await service.post("/admin/call", {"method": DETAILS, "parameters": {"product_ids": "1"}}, ADMIN)
    assert [(got.status, got.code, got["x-upstream-calls"]) for got in (first, again)] == [
        (503, "upstream_banned", "1"),
        (503, "upstream_banned", "0"),
    ]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 401, "admin_key_missing"), ({"X-Admin-API-Key": "another"}, 403, "admin_key_wrong")],
    ids=["none", "wrong"],
)
async def test_it_is_for_the_admin_alone(service: Service, headers: dict[str, str], status: int, code: str) -> None:
    got = await service.post("/admin/call", {"method": QUERY}, headers)
    assert (got.status, got.code, service.calls) == (status, code, 0)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "method"),
        ({"method": 5, "parameters": []}, "parameters"),
        ({"method": QUERY, "parameters": "keywords=usb"}, "parameters"),
        ({"method": QUERY, "parameters": None}, "parameters"),
        ({"method": QUERY, "parametres": {}}, "parametres"),
        ({"method": "no method"}, "method"),
        ({"method": QUERY, "parameters": {"sign": "x"}}, "sign"),
    ],
)
async def test_what_is_no_call_is_named(service: Service, asked: dict[str, object], parameter: str) -> None:
    got = await service.post("/admin/call", asked, ADMIN)
    assert (got.status, got.code, service.calls) == (400, "invalid_parameters", 0)
    assert parameter in [error["parameter"] for error in got.json["errors"]]
