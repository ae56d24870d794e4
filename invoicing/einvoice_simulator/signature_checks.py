"""Step 8: whether a document of version 1.1 or 1.3 is signed by its taxpayer, with a certificate that is trusted."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from invoicing.einvoice_simulator.authority import ORGANISATION_IDENTIFIER
from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.model import Document
from invoicing.einvoice_simulator.signed_document import (
    SignedDocument,
    count_signatures,
    decoded,
    digests,
    read_signed,
    signed_properties,
)
from invoicing.einvoice_simulator.ubl import Element, child, children, text

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

SIGNED_VERSIONS = ("1.1", "1.3")
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_METHOD = "urn:oasis:names:specification:ubl:dsig:enveloped:xades"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def check_signature(simulator: "Simulator", document: Document, invoice: Element, source: bytes) -> list[Finding]:
    """All that is wrong with the signature, in the order of LHDN's codes."""
    if document.version not in SIGNED_VERSIONS:
        return []
    count = count_signatures(invoice)
    if count != 1:
        return [finding("DS302" if count else "DS301")]
    signed = read_signed(source, invoice)
    certificate = _certificate(signed.signature)
    if certificate is None:
        return [finding("DS305")]
    codes = [
        *_check_subject(document, certificate),
        *_check_time(signed.signature, certificate),
        *_check_methods(signed.signature, invoice),
        *_check_digests(signed, certificate),
        *_check_issuer(signed.signature, certificate),
        *_check_value(signed, certificate),
    ]
    if not simulator.authority.has_issued(certificate):
        codes.append("DS329")
    return [finding(code) for code in sorted(set(codes))]


def _certificate(signature: Element) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(decoded(text(signature, "KeyInfo", "X509Data", "X509Certificate")))
    except ValueError:
        return None


def _check_subject(document: Document, certificate: x509.Certificate) -> Iterator[str]:
    tin = _subject(certificate, ORGANISATION_IDENTIFIER)
    number = _subject(certificate, x509.NameOID.SERIAL_NUMBER)
    if not number:
        yield "DS306"
    elif number != document.issuer.id_number:
        yield "DS312"
    if not tin:
        yield "DS307"
    elif tin != document.issuer.tin:
        yield "DS311"
    if not tin and not number:
        yield "DS309"


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _check_time(signature: Element, certificate: x509.Certificate) -> Iterator[str]:
    given = text(signed_properties(signature), "SigningTime")
    if not given:
        yield "DS303"
        return
    try:
        signed_at = datetime.strptime(given, _TIME).replace(tzinfo=UTC)
    except ValueError:
        yield "DS336"
        return
    if not certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc:
        yield "DS304"


def _check_methods(signature: Element, invoice: Element) -> Iterator[str]:
    if child(signature, "SignedInfo", "SignatureMethod").get("Algorithm") != _RSA_SHA256:
        yield "DS316"
    by_code = {
        "DS313": ("SigningCertificate", "Cert", "CertDigest", "DigestMethod"),
        "DS314": ("SignedInfo", "Reference", "DigestMethod"),
    }
    for code, path in by_code.items():
        where = signature if path[0] == "SignedInfo" else signed_properties(signature)
        if any(method.get("Algorithm") != _SHA256 for method in children(where, *path)):
            yield code
    if text(invoice, "Signature", "SignatureMethod") != _METHOD:
        yield "DS323"


def _check_digests(signed: SignedDocument, certificate: x509.Certificate) -> Iterator[str]:
    about_properties, about_document = digests(signed.signature)
    of_certificate = text(
        signed_properties(signed.signature), "SigningCertificate", "Cert", "CertDigest", "DigestValue"
    )
    for absent, differs, stated, content in (
        ("DS317", "DS318", of_certificate, certificate.public_bytes(Encoding.DER)),
        ("DS319", "DS320", about_properties, signed.properties),
        ("DS321", "DS322", about_document, signed.body),
    ):
        if not stated:
            yield absent
        elif stated != b64encode(sha256(content).digest()).decode():
            yield differs


def _check_issuer(signature: Element, certificate: x509.Certificate) -> Iterator[str]:
    stated = child(signed_properties(signature), "SigningCertificate", "Cert", "IssuerSerial")
    issuer, serial = text(stated, "X509IssuerName"), text(stated, "X509SerialNumber")
    if not issuer:
        yield "DS324"
    elif issuer != ", ".join(part.rfc4514_string() for part in reversed(certificate.issuer.rdns)):
        yield "DS326"
    if not serial:
        yield "DS325"
    elif not serial.isdecimal():
        yield "DS327"
    elif int(serial) != certificate.serial_number:
        yield "DS328"


def _check_value(signed: SignedDocument, certificate: x509.Certificate) -> Iterator[str]:
    value, key = decoded(text(signed.signature, "SignatureValue")), certificate.public_key()
    if not value:
        yield "DS332"
        return
    if not isinstance(key, rsa.RSAPublicKey):
        yield "DS334"
        return
    try:
        key.verify(value, signed.body, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        yield "DS333"
