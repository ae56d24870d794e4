"""The places where MyInvois is: LHDN's two, and a simulator of our own."""

from dataclasses import dataclass
from urllib.parse import quote

SANDBOX_RATE = 0.5  # LHDN says that its sandbox takes fewer requests, but not how many


@dataclass(frozen=True, slots=True)
class Environment:
    """Base URLs without a final slash; `portal_url` is where people open an e-invoice, and what its QR code leads to.

    `rate_factor` is the part of the published rate limits that may be used.
    """

    name: str
    api_url: str
    identity_url: str
    portal_url: str
    rate_factor: float = 1.0

    @property
    def is_simulator(self) -> bool:
        """Whether nothing that is sent reaches LHDN."""
        return self.name == "simulator"


PRODUCTION = Environment(
    name="production",
    api_url="https://api.myinvois.hasil.gov.my",
    identity_url="https://api.myinvois.hasil.gov.my",
    portal_url="https://myinvois.hasil.gov.my",
)
SANDBOX = Environment(
    name="sandbox",
    api_url="https://preprod-api.myinvois.hasil.gov.my",
    identity_url="https://preprod-api.myinvois.hasil.gov.my",
    portal_url="https://preprod.myinvois.hasil.gov.my",
    rate_factor=SANDBOX_RATE,
)


def simulator(url: str) -> Environment:
    """The simulator, which has everything at one base URL."""
    base = url.rstrip("/")
    return Environment("simulator", base, base, base)


def environment(name: str, simulator_url: str = "") -> Environment:
    """The environment of a name.  Raises LookupError for an unknown one, and for a simulator without a URL."""
    if name == "simulator" and simulator_url:
        return simulator(simulator_url)
    return {found.name: found for found in (PRODUCTION, SANDBOX)}[name]


def share_url(portal_url: str, uuid: str, long_id: str) -> str:
    """The public page of a valid e-invoice, which is also the text of its QR code."""
    return f"{portal_url}/{quote(uuid, safe='')}/share/{quote(long_id, safe='')}"
