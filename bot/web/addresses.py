"""Canonical forms of client addresses, and networks counted as one client."""

import ipaddress
from collections.abc import Sequence

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_ONE_CLIENT = 64
"""The prefix length of the IPv6 network that a provider gives to one client."""


def canonical_address(address: str) -> str:
    """The address without a zone; an IPv4-mapped IPv6 address (`::ffff:…`) as IPv4."""
    return str(_parsed(address) or address)


def client_network(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, which belongs to one client."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _ONE_CLIENT), strict=False))
    return str(parsed or address)


def is_within(address: str, networks: Sequence[IPNetwork]) -> bool:
    """Whether an address is in one of the networks."""
    parsed = _parsed(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in its canonical form, or None for a text that is none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed
