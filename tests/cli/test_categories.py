"""`alistach categories`."""

from __future__ import annotations

from tests.cli.running import asked, shown
from tests.serving import Service


def test_the_root_is_the_services_answer(service: Service) -> None:
    assert asked(service, "categories").json() == service.get("/api/categories").json()["data"]


def test_the_children_of_one_are_the_services_answer(service: Service) -> None:
    ran = asked(service, "categories", "509", "--envelope")
    assert ran.json() == service.get("/api/categories/509/children").json()


def test_a_terminal_gets_ids_and_names(service: Service) -> None:
    lines = shown(service, "categories", "509").out.splitlines()
    first = service.get("/api/categories/509/children").json()["data"]["categories"][0]
    assert lines[0].split() == ["category", "name"]
    assert lines[2].split(maxsplit=1) == [first["id"], first["name"]]


def test_a_category_without_children_is_said(service: Service) -> None:
    leaf = service.get("/api/categories/509/children").json()["data"]["categories"][0]["id"]
    ran = shown(service, "categories", leaf)
    assert (ran.code, ran.out) == (0, "")
    assert "There is none below this one." in ran.err


def test_what_is_no_category_is_wrong_usage(service: Service) -> None:
    assert asked(service, "categories", "phones").code == 2
