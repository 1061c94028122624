"""`alistach link`."""

from __future__ import annotations

import pytest

from tests.cli.running import asked, shown
from tests.serving import Service


@pytest.fixture(scope="module")
def page(service: Service) -> str:
    url: str = service.get("/api/products/search?keywords=usb+cable&page_size=1").json()["data"]["products"][0]["url"]
    return url


def test_one_is_the_services_answer(service: Service, page: str) -> None:
    ran = asked(service, "link", page, "--tracking-id", "deals", "--envelope")
    wanted = service.post("/api/affiliate/link", {"url": page, "tracking_id": "deals"}).json()
    assert (ran.code, ran.json()) == (0, wanted)


def test_one_on_a_terminal_is_the_link_and_nothing_else(service: Service, page: str) -> None:
    link = service.post("/api/affiliate/link", {"url": page}).json()["data"]["url"]
    assert shown(service, "link", page, columns=40).out == f"{link}\n"


def test_why_there_is_none_is_told(service: Service) -> None:
    ran = shown(service, "link", "https://www.example.com/", columns=200)
    assert ran.code == 0
    assert ran.out.startswith("unresolvable: ")


def test_several_come_in_the_order_asked(service: Service, page: str) -> None:
    pages = [page, "https://www.example.com/", page + "?spm=x"]
    ran = asked(service, "link", *pages)
    assert [(one["source_url"], one["status"]) for one in ran.json()["links"]] == list(
        zip(pages, ["monetised", "unresolvable", "monetised"], strict=True)
    )


def test_lines_of_stdin_are_asked_fifty_at_a_time(service: Service, page: str) -> None:
    ran = asked(service, "link", "-", stdin=f"{page}\n\n" * 120)
    assert (ran.code, len(ran.json()["links"])) == (0, 120)
    assert {one["status"] for one in ran.json()["links"]} == {"monetised"}


def test_one_line_of_stdin_is_still_a_list(service: Service, page: str) -> None:
    assert list(asked(service, "link", "-", stdin=page).json()) == ["links"]


def test_nothing_on_stdin_is_a_failure(service: Service) -> None:
    ran = asked(service, "link", "-", stdin="\n")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "Error: there was no page in the input.")


def test_several_on_a_terminal_are_a_table_that_fits(service: Service, page: str) -> None:
    ran = shown(service, "link", page, "https://www.example.com/")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert ran.out.split()[:2] == ["page", "link"]
