"""`alistach search`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import asked, piped, shown
from tests.serving import Service, free_port


def test_a_pipe_gets_the_data_of_the_services_answer(service: Service) -> None:
    ran = asked(service, "search", "usb", "cable", "--page-size", "2")
    answer = service.get("/api/products/search?keywords=usb+cable&page_size=2").json()
    assert (ran.code, ran.json()) == (0, answer["data"])
    assert ran.err == f"Asking the service at {service.url}.\n"


def test_the_envelope_has_the_metadata_too(service: Service) -> None:
    ran = asked(service, "search", "usb", "cable", "--page-size", "2", "--envelope")
    assert ran.json() == service.get("/api/products/search?keywords=usb+cable&page_size=2").json()


def test_every_option_reaches_the_service(service: Service) -> None:
    options = "--category 509 --min-price 1 --max-price 9.50 --page 2 --page-size 3 --sort sale_price_asc --country DE"
    options += " --currency EUR --language de --tracking-id deals --envelope"
    ran = asked(service, "search", "case", *options.split())
    query = (
        "keywords=case&category_ids=509&min_sale_price=1&max_sale_price=9.50&page_no=2&page_size=3&sort=SALE_PRICE_ASC"
        "&ship_to_country=DE&target_currency=EUR&target_language=DE&tracking_id=deals"
    )
    assert (ran.code, ran.json()) == (0, service.get(f"/api/products/search?{query}").json())


def test_a_terminal_gets_a_table_that_fits(service: Service) -> None:
    ran = shown(service, "search", "usb", "cable", "--page-size", "3")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].split() == ["product", "title", "price", "off", "sold", "link"]
    assert max(len(line) for line in lines) <= 80
    first = service.get("/api/products/search?keywords=usb+cable&page_size=3").json()["data"]["products"][0]
    assert lines[2].startswith(first["product_id"])
    assert lines[2].rstrip().endswith("long link")
    assert "--page 2 shows more." in ran.err
    assert "SANDBOX: " in ran.err


def test_a_wide_terminal_shows_more_of_each(service: Service) -> None:
    ran = shown(service, "search", "usb", "cable", "--page-size", "3", columns=200)
    assert ran.out.splitlines()[0].split() == [
        *["product", "title", "price", "off", "sold", "rating", "commission", "link"]
    ]


def test_a_short_link_is_shown_whole_at_any_width(service: Service) -> None:
    ran = shown(service, "search", "usb", "cable", "--page-size", "1", "--tracking-id", "deals", columns=160)
    query = "keywords=usb+cable&page_size=1&tracking_id=deals"
    link = service.get(f"/api/products/search?{query}").json()["data"]["products"][0]["link"]["url"]
    assert len(link) < 48
    assert link in ran.out
    narrow = shown(service, "search", "usb", "cable", "--page-size", "1", "--tracking-id", "deals")
    assert max(len(line) for line in narrow.out.splitlines()) <= 80
    assert "".join(line.split()[-1] for line in narrow.out.splitlines()[2:] if line.strip()).endswith(link[-4:])


def test_a_terminal_gets_json_when_it_is_asked_for(service: Service) -> None:
    ran = shown(service, "search", "usb", "--page-size", "1", "--json")
    assert len(ran.json()["products"]) == 1


def test_wrong_parameters_are_wrong_usage(service: Service) -> None:
    ran = asked(service, "search", "usb", "--page-size", "51", "--currency", "EURO")
    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert lines[1] == "Error: The question has invalid parameters."
    assert lines[2].startswith("  page_size must be 1 to 50, was 51; target_currency must ")
    assert lines[3].startswith("  (invalid_parameters, request ")
    assert lines[4] == "Try: Add --help to the command to see what it takes."


def test_nothing_found_is_said_and_no_failure(service: Service) -> None:
    ran = shown(service, "search", "zzzz", "qqqq")
    assert (ran.code, ran.out) == (0, "")
    assert "Nothing was found. Try: fewer words, or another category." in ran.err


def test_without_a_service_it_answers_from_here(tmp_path: Path) -> None:
    port = str(free_port())
    ran = piped(tmp_path, "search", "usb", "--page-size", "1", "--envelope", API_PORT=port, ALISTACH_SANDBOX_PORT="0")
    assert (ran.code, ran.json()["metadata"]["source"]) == (0, "sandbox")
    assert ran.err.splitlines() == [
        f"No service at http://127.0.0.1:{port}: answering from here, with the data in data.",
        "SANDBOX: products, prices and links are made up (no ALIEXPRESS_APP_KEY in .env here).",
    ]
    assert not (tmp_path / ".env").exists()
