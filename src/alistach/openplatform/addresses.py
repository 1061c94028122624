"""Which addresses a stranger's link may be asked at: public ones, and none inside the operator's network."""

from __future__ import annotations

import ipaddress
from typing import Final

# NAT64, 6to4 and Teredo addresses carry an IPv4 address, which may be a private one (RFC 6052, 3056, 4380).
_TRANSLATED: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


def is_public(address: str) -> bool:
    """Whether `address`, written as digits, is one of the open Internet."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        if any(parsed in network for network in _TRANSLATED):
            return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def is_public_host(host: str) -> bool:
    """False for a literal address that is not public; a name is judged when it has been looked up."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return is_public(host)
