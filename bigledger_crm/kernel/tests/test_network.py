"""Who asks when proxies stand between."""

import pytest

from bigledger_crm.kernel.network import client_address, counted_as, read_networks

PROXIES = read_networks("127.0.0.1, 10.0.0.0/8,fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # anybody can send the header
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what the client itself wrote stands to the left
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.2.3.4", "203.0.113.9"),
        ("::ffff:10.0.0.1", "203.0.113.9:51515", "203.0.113.9"),
        ("fd00::1", "[2001:db8::5]:443", "2001:db8::5"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),  # somebody in the same network
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense, 10.5.5.5", "10.5.5.5"),
        ("", "203.0.113.9", "203.0.113.9"),  # a Unix socket
        ("", "", ""),
    ],
)
def test_the_client_is_the_last_that_no_trusted_proxy_has(peer: str, forwarded: str, found: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == found


@pytest.mark.parametrize("peer", ["10.0.0.1", "127.0.0.1", ""])
def test_without_trusted_proxies_the_header_says_nothing(peer: str) -> None:
    assert client_address(peer, "203.0.113.9", []) == peer


def test_a_line_of_ipv6_counts_as_one() -> None:
    assert counted_as("2001:db8:1:2::1") == counted_as("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert counted_as("2001:db8:1:3::1") != counted_as("2001:db8:1:2::1")
    assert counted_as("::ffff:192.0.2.1") == counted_as("192.0.2.1") == "192.0.2.1"
    assert counted_as("") == ""


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy", "10.0.0.1/8"])
def test_networks_are_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=text.partition("/")[0]):
        read_networks(text)
