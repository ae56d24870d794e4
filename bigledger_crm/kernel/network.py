"""Network addresses: who asks when proxies stand between, and whom one address stands for."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def read_address(text: str) -> Address | None:
    """The address that a text such as `192.0.2.1`, `192.0.2.1:80` or `[2001:db8::1]:80` names; None for none."""
    found = _WITH_PORT.fullmatch(text.strip())
    plain = (found[1] or found[2] or "") if found else text.strip()
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def read_networks(text: str) -> list[Network]:
    """Networks and addresses separated by commas, such as `10.0.0.0/8, ::1`.  Raises ValueError."""
    return [ip_network(part) for item in text.split(",") if (part := item.strip())]


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of who asks: the last one of `forwarded_for` (X-Forwarded-For) that no trusted proxy has.

    Anybody can send the header, so it counts only when it comes from a trusted `peer`, and only as far as trusted
    proxies have written it.  A peer without an address came by a Unix socket, which only a proxy beside us does.
    """
    nearest = read_address(peer)
    if not trusted or (nearest is not None and not _is_in(nearest, trusted)):
        return str(nearest or peer)
    for text in reversed(forwarded_for.split(",")):
        address = read_address(text)
        if address is None:
            break
        nearest = address
        if not _is_in(address, trusted):
            break
    return str(nearest or peer)


def counted_as(address: str) -> str:
    """What attempts from an address are counted under: a line has a whole /64 of IPv6 to choose addresses from."""
    found = read_address(address)
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found or address)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
