"""Where a webhook may go: nowhere inside the own network, unless a setting allows it.

An address is resolved once and its result is what gets connected to, so that a name can't point somewhere else a moment
later.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from bigledger_crm.kernel.network import Address
from bigledger_crm.outbox.webhooks.networks import is_a_machine, is_public

MAX_URL = 2000
_DEFAULT_PORTS = {"https": 443, "http": 80}
_INSIDE = "Private, local and reserved addresses are not allowed"


class TargetRefused(ValueError):
    """An address that webhooks don't go to."""


@dataclass(frozen=True)
class Target:
    """A checked address: `host` as the receiver calls itself, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def read_target(url: str) -> Target:
    """The parts of a URL, without asking the network.  Raises TargetRefused, which says why."""
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise TargetRefused("Enter a URL of printable ASCII characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefused("Enter a valid URL") from None
    schemes = ("https", "http") if allows_private() else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise TargetRefused(f"The URL must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise TargetRefused("The URL must have no user, password or fragment")
    if port == 0:
        raise TargetRefused("Enter a valid URL")
    literal = _literal(parts.hostname)
    if literal is not None and not _is_allowed(literal):
        raise TargetRefused(_INSIDE)
    if not allows_private() and (parts.hostname == "localhost" or parts.hostname.endswith(".localhost")):
        raise TargetRefused(_INSIDE)
    path = parts.path or "/"
    return Target(
        parts.scheme,
        parts.hostname,
        port or _DEFAULT_PORTS[parts.scheme],
        f"{path}?{parts.query}" if parts.query else path,
    )


def resolve(target: Target) -> str:
    """The IP address to connect to.  Raises TargetRefused for a name that isn't known or that leads inside."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetRefused(f"The name {target.host} can't be resolved: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    # One bad address among many is a trick: whoever controls the name could make us choose it.
    if not addresses or not all(_is_allowed(ipaddress.ip_address(address.partition("%")[0])) for address in addresses):
        raise TargetRefused(_INSIDE)
    return addresses[0]


def allows_private() -> bool:
    """Whether webhooks may go to this machine and its network, and without TLS."""
    return bool(settings.WEBHOOK_ALLOW_PRIVATE)


def _literal(host: str) -> Address | None:
    """The address that `host` writes out, in any form that the system's resolver takes: 127.1, 0x7f000001."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(host))
    except OSError:
        return None


def _is_allowed(address: Address) -> bool:
    return is_a_machine(address) if allows_private() else is_public(address)
