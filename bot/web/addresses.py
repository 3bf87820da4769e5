"""Canonical forms of client addresses, and networks counted as one client."""

import ipaddress
from collections.abc import Sequence

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_ONE_CLIENT = 64
"""The prefix length of the IPv6 network that a provider gives to one client."""


def canonical_address(address: str) -> str:
    """The address without a zone; an IPv4-mapped IPv6 address (`::ffff:…`) as IPv4."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def client_network(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, which belongs to one client."""
    address = canonical_address(address)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _ONE_CLIENT), strict=False))


def is_within(address: str, networks: Sequence[IPNetwork]) -> bool:
    """Whether an address is in one of the networks."""
    if not networks:
        return False
    try:
        parsed = ipaddress.ip_address(canonical_address(address))
    except ValueError:
        return False
    return any(parsed in network for network in networks)
