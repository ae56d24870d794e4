"""Networks that no receiver on the internet has: a list of our own, for libraries change theirs with their versions.

All of IANA's registries of special-purpose addresses, those that are reachable for the services of networks included,
and the addresses at which clouds tell their machines secrets.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from bigledger_crm.kernel.network import Address, Network

_SPECIAL_IPV4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # between a provider and its customers; 100.100.100.200 is a cloud's
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # this link; 169.254.169.254 is the clouds'
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunnels
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # many at once
        "240.0.0.0/4",  # reserved; 255.255.255.255 is everybody
        "168.63.129.16/32",  # a cloud's own, though the address is a public one
    )
]
_ASSIGNED_IPV6 = IPv6Network("2000::/3")
_SPECIAL_IPV6 = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID and others
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]
# Where a translator stands between us and IPv4, its names lead here.
_NAT64 = IPv6Network("64:ff9b::/96")
# What is nobody's receiver, not even where a setting lets webhooks go inside.
_NEVER: list[Network] = [
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.100.100.200/32"),
    IPv4Network("168.63.129.16/32"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("192.0.0.192/32"),
    IPv4Network("224.0.0.0/4"),
    IPv4Network("255.255.255.255/32"),
    IPv6Network("::/128"),
    IPv6Network("fd00:ec2::254/128"),
    IPv6Network("fd20:ce::254/128"),
    IPv6Network("fe80::/10"),
    IPv6Network("ff00::/8"),
]


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_IPV4)
    if (behind := _translated(address)) is not None:
        return is_public(behind)
    return address in _ASSIGNED_IPV6 and not any(address in network for network in _SPECIAL_IPV6)


def is_a_machine(address: Address) -> bool:
    """Whether an address can be a machine's that listens, inside or outside."""
    if isinstance(address, IPv6Address):
        behind = address.ipv4_mapped or _translated(address)
        if behind is not None:
            return is_a_machine(behind)
    return not any(address in network for network in _NEVER)


def _translated(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(address.packed[-4:]) if address in _NAT64 else None
