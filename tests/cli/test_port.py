"""Whether a port can be had."""

from __future__ import annotations

import socket

import pytest

from alistach.cli.port import address_of
from alistach.cli.refused import Refused
from tests.serving import free_port


def test_a_free_port_can_be_had() -> None:
    assert address_of("127.0.0.1", free_port()) == "127.0.0.1"


def test_a_name_is_resolved() -> None:
    assert address_of("localhost", free_port()) == socket.gethostbyname("localhost")


@pytest.mark.parametrize("option", [None, socket.SO_REUSEPORT], ids=["alone", "shared"])
def test_a_taken_port_is_refused_even_if_its_holder_would_share_it(option: int | None) -> None:
    with socket.socket() as other:
        if option is not None:
            other.setsockopt(socket.SOL_SOCKET, option, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refused, match=r"^Port \d+ on 127.0.0.1 is taken by another program, .* set API_PORT to"):
            address_of("127.0.0.1", other.getsockname()[1])


def test_an_address_of_another_machine_is_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"^API_HOST is 192\.0\.2\.1, which is no address of this machine"):
        address_of("192.0.2.1", free_port())


def test_a_name_that_means_nothing_is_refused() -> None:
    with pytest.raises(Refused, match=r"^API_HOST is no such name\.invalid, which is no address"):
        address_of("no such name.invalid", free_port())
