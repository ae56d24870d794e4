"""POST /_sim/certificates: certificates to sign with, good ones and others; GET /_sim/authority."""

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from invoicing.einvoice_simulator.control import given
from invoicing.einvoice_simulator.http_messages import Request, Response, bad_argument, json_response

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

YEAR = timedelta(days=365)


class CertificateWanted(msgspec.Struct, rename="camel"):
    """For whom a certificate is: a company, or a person where the TIN and the number are ""."""

    tin: str = ""
    registration_number: str = ""
    name: str = "Simulator"
    passphrase: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    is_trusted: bool = msgspec.field(default=True, name="trusted")


def issue(simulator: "Simulator", request: Request) -> Response:
    """A PKCS#12 file in base64; by default it is valid for a year from yesterday on."""
    file = issue_certificate(simulator, given(request, CertificateWanted))
    return json_response({"pkcs12": base64.b64encode(file).decode()}, 201)


def issue_certificate(simulator: "Simulator", wanted: CertificateWanted) -> bytes:
    """The file.  Raises ApiError."""
    start = wanted.valid_from or simulator.clock.now() - timedelta(days=1)
    end = wanted.valid_until or start + YEAR
    if start.tzinfo is None or end.tzinfo is None or end <= start:
        raise bad_argument("validFrom and validUntil need a time zone, and an order", "validUntil")
    return simulator.authority.issue(
        tin=wanted.tin,
        registration_number=wanted.registration_number,
        name=wanted.name,
        valid_from=start,
        valid_until=end,
        passphrase=wanted.passphrase,
        is_trusted=wanted.is_trusted,
    )


def show_authority(simulator: "Simulator", request: Request) -> Response:
    """The certificate of the authority, in PEM."""
    pem = simulator.authority.certificate.public_bytes(Encoding.PEM)
    return Response(content=pem, content_type="application/x-pem-file")
