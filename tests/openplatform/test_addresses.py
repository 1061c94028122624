"""Public addresses, and all the ways in which a private one is written."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.openplatform.addresses import is_public, is_public_host

PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "::127.0.0.1",
]
PUBLIC = ["47.246.173.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert not is_public_host(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)
    assert is_public_host(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.1", "2130706433", "s.click.aliexpress.com"])
def test_a_name_is_no_address_and_judged_only_when_looked_up(text: str) -> None:
    assert not is_public(text)
    assert is_public_host(text)


@given(st.ip_addresses(v=4))
def test_an_address_mapped_into_ipv6_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@given(st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"]), st.data())
def test_no_address_of_a_private_network_is_public(network: str, data: st.DataObject) -> None:
    address = data.draw(st.ip_addresses(network=network))
    assert not is_public(str(address))


@given(st.text())
def test_no_text_breaks_the_judgement(text: str) -> None:
    is_public(text)
    is_public_host(text)
