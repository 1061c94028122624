"""`alistach product`."""

from __future__ import annotations

import pytest

from tests.cli.running import asked, shown
from tests.serving import Service


@pytest.fixture(scope="module")
def ids(service: Service) -> list[str]:
    found = service.get("/api/products/search?keywords=usb+cable&page_size=3").json()["data"]["products"]
    return [product["product_id"] for product in found]


def test_one_is_the_services_answer(service: Service, ids: list[str]) -> None:
    ran = asked(service, "product", ids[0], "--currency", "EUR", "--envelope")
    assert (ran.code, ran.json()) == (0, service.get(f"/api/products/{ids[0]}?target_currency=EUR").json())


def test_one_is_shown_in_full_with_its_whole_link(service: Service, ids: list[str]) -> None:
    product = service.get(f"/api/products/{ids[0]}").json()["data"]
    ran = shown(service, "product", ids[0])
    lines = ran.out.splitlines()
    assert lines[0].split() == ["product", ids[0]]
    assert lines[-1] == product["link"]["url"]
    assert product["shop"]["name"] in ran.out


def test_several_are_asked_in_one_question(service: Service, ids: list[str]) -> None:
    ran = asked(service, "product", *ids)
    assert [row["product_id"] for row in ran.json()["products"]] == ids
    assert [row["status"] for row in ran.json()["products"]] == ["ok"] * 3


def test_those_that_cannot_be_had_are_named(service: Service, ids: list[str]) -> None:
    ran = shown(service, "product", ids[0], "1005000000000000")
    assert ran.code == 0
    assert ids[0] in ran.out
    assert "Not to be had, or not in the affiliate program: 1005000000000000." in ran.err


def test_one_that_cannot_be_had_is_a_failure(service: Service) -> None:
    ran = asked(service, "product", "1005000000000000")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1] == "Try: Check the id, or search for something like it: alistach search WORDS."


@pytest.mark.parametrize("wrong", ["usb", "%2e%2e", "1"])
def test_what_is_no_id_is_wrong_usage(service: Service, wrong: str) -> None:
    ran = asked(service, "product", wrong)
    assert (ran.code, ran.out) == (2, "")
    assert "\n  product_id must " in ran.err


def test_an_id_cannot_lead_elsewhere(service: Service) -> None:
    ran = asked(service, "product", "../../admin/dashboard")
    assert (ran.code, ran.out) == (1, "")
    assert "Error: There is nothing here." in ran.err


def test_no_id_is_wrong_usage(service: Service) -> None:
    assert asked(service, "product").code == 2
