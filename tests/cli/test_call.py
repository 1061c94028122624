"""`alistach call`."""

from __future__ import annotations

from tests.cli.running import asked, shown
from tests.serving import Service

QUERY = "aliexpress.affiliate.product.query"


def test_a_pipe_gets_the_methods_result(service: Service) -> None:
    ran = asked(service, "call", QUERY, "keywords=usb cable", "page_size=2", "tracking_id=default")
    assert (ran.code, len(ran.json()["products"])) == (0, 2)


def test_a_terminal_gets_json_too(service: Service) -> None:
    ran = shown(service, "call", QUERY, "keywords=usb cable", "page_size=1", "tracking_id=default")
    assert len(ran.json()["products"]) == 1
    assert "SANDBOX: new; 1 upstream call." in ran.err


def test_a_refusal_of_the_platform_is_a_failure_with_its_request_id(service: Service) -> None:
    ran = asked(service, "call", "aliexpress.affiliate.no.such.method")
    assert (ran.code, ran.out) == (1, "")
    assert ", AliExpress's request " in ran.err


def test_what_is_no_parameter_is_wrong_usage(service: Service) -> None:
    ran = asked(service, "call", QUERY, "usb")
    assert (ran.code, ran.err) == (2, "Error: usb is not NAME=VALUE.\nTry: such as page_size=5.\n")
