"""Webhooks go nowhere inside the own network."""

import socket
from typing import Any

import pytest
from django.test import override_settings

from bigledger_crm.outbox.webhooks.http import post
from bigledger_crm.outbox.webhooks.url_safety import Target, TargetRefused, read_target, resolve

INSIDE = (
    "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 "
    "0.0.0.0 224.0.0.1 255.255.255.255 [::1] [::] [fe80::1] [fd00::1] [::ffff:10.0.0.1] [64:ff9b::a00:1] "
    "[2002:7f00:1::] [::127.0.0.1] [::ffff:0:10.0.0.1] [fec0::1] [64:ff9b:1::a00:1] localhost app.localhost "
    "192.0.0.8 192.0.0.9 192.0.0.192 192.88.99.1 168.63.129.16 100.100.100.200 192.31.196.1 192.52.193.1 192.175.48.1 "
    "198.18.0.1 198.51.100.1 203.0.113.1 192.0.2.1 240.0.0.1 0.1.2.3 [64:ff9b::a83f:8110] [::ffff:168.63.129.16] "
    "[2002:5db8:d822::] [2001::1] [2001:db8::1] [2001:10::1] [2001:20::1] [2001:2::1] [2001:1::1] [3fff::1] [5f00::1] "
    "[100::1] [100:0:0:1::1] [2620:4f:8000::1] [fd00:ec2::254] [4000::1] [::1:0:0] [ff0e::1]"
).split()
OUTSIDE = (
    "93.184.216.34 1.1.1.1 192.0.1.1 192.88.98.1 168.63.129.15 172.32.0.1 100.128.0.1 [2606:4700::1111] [2400:cb00::1] "
    "[2a00:1450::1] [64:ff9b::5db8:d822]"
).split()


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_as_it_is_typed(host: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(f"https://{host}/hook")


@pytest.mark.parametrize("host", OUTSIDE)
def test_an_address_outside_is_taken(host: str) -> None:
    assert read_target(f"https://{host}/hook").host == host.strip("[]")


@pytest.mark.parametrize(
    "host",
    "0.0.0.0 0.1.2.3 169.254.169.254 168.63.129.16 192.0.0.192 100.100.100.200 224.0.0.1 255.255.255.255 [::] "
    "[ff02::1] [fe80::1] [fd00:ec2::254] [::ffff:169.254.169.254] [64:ff9b::a9fe:a9fe]".split(),
)
@override_settings(WEBHOOK_ALLOW_PRIVATE=True)
def test_nobody_listens_there_with_the_setting_either(host: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(f"http://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https:///path",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nX-Injected: 1",
        "https://exämple.com/",
        "//example.com",
        "javascript:alert(1)",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_what_is_no_usable_url(url: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(url)


def test_a_url_is_taken_apart() -> None:
    target = read_target("https://Hooks.Example.com:8443/in/1?a=b&c=d")
    assert target == Target("https", "hooks.example.com", 8443, "/in/1?a=b&c=d")
    assert target.authority == "hooks.example.com:8443"
    assert read_target("https://example.com").authority == "example.com"


def _resolver(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, **_options: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"], ["fe80::1%2"]],
)
def test_a_name_that_leads_inside(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolver(*addresses))
    with pytest.raises(TargetRefused):
        resolve(Target("https", "evil.example.com", 443, "/"))


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected: list[str] = []

    def connect(address: tuple[str, int], *_arguments: Any, **_options: Any) -> Any:
        connected.append(address[0])
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_o: _resolver(next(answers))(host, port))
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    answer = post("https://rebinding.example.com/", b"{}", {})
    assert connected == ["93.184.216.34"]
    assert answer.status is None
    assert answer.error != ""


@override_settings(WEBHOOK_ALLOW_PRIVATE=True)
def test_private_addresses_with_the_setting() -> None:
    assert resolve(read_target("http://127.0.0.1:9/hook")) == "127.0.0.1"
    with pytest.raises(TargetRefused):
        read_target("http://0.0.0.0/")
