"""Signing a document of version 1.1 with the company's certificate.

MyInvois wants its own scheme, which looks like XAdES: the signature is made over the document's bytes without the
signature's two elements, not over SignedInfo.  So a document is signed by adding to its bytes; nothing is written anew.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.identifiers import clean_tin
from invoicing.einvoice.problem import Problem

_ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")  # the TIN
_SHA256 = {"_": "", "Algorithm": "http://www.w3.org/2001/04/xmlenc#sha256"}
_RSA_SHA256 = {"_": "", "Algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}
_UBL_SIGNATURE = "urn:oasis:names:specification:ubl:signature:Invoice"
_METHOD = "urn:oasis:names:specification:ubl:dsig:enveloped:xades"
_END = b"}]}"

_encoder = msgspec.json.Encoder()

Element = dict[str, Any]


class CertificateUnreadable(ValueError):
    """The file isn't a PKCS#12 file with an RSA key, or the passphrase is wrong."""


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """A certificate with its key.  Its representation shows neither."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def __repr__(self) -> str:
        return f"<SigningCertificate until {self.certificate.not_valid_after_utc:%Y-%m-%d}>"


def read_certificate(pkcs12_file: bytes, passphrase: str) -> SigningCertificate:
    """The certificate and the key of a PKCS#12 file.  Raises CertificateUnreadable."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(pkcs12_file, passphrase.encode() or None)
    except ValueError as error:
        raise CertificateUnreadable("The passphrase is wrong, or it is no PKCS#12 file") from error
    except UnsupportedAlgorithm as error:
        raise CertificateUnreadable("The file is encrypted in a way that isn't known: export it anew") from error
    if certificate is None or key is None:
        raise CertificateUnreadable("The file must have a certificate and its private key")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CertificateUnreadable("The key of the certificate must be an RSA key")
    return SigningCertificate(certificate, key)


def check_certificate(signing: SigningCertificate, tin: str, registration_number: str, now: datetime) -> list[Problem]:
    """Why LHDN would reject what this certificate signs now for the company of this TIN and registration number."""
    certificate, problems = signing.certificate, []
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < first:
        message = f"The certificate is not valid before {first:%Y-%m-%d}"
        problems.append(Problem(("certificate",), "CERTIFICATE_NOT_YET_VALID", message))
    if now > last:
        problems.append(Problem(("certificate",), "CERTIFICATE_EXPIRED", f"The certificate expired on {last:%Y-%m-%d}"))
    named = _subject(certificate, _ORGANISATION_IDENTIFIER)
    if not named:
        message = "The certificate says no TIN: it must be one for organisations"
        problems.append(Problem(("certificate",), "CERTIFICATE_WITHOUT_TIN", message))
    elif _plain_tin(named) != _plain_tin(tin):
        message = f"The certificate is of the TIN {named}, not of {tin}"
        problems.append(Problem(("certificate",), "CERTIFICATE_OF_OTHER_TIN", message))
    number = _subject(certificate, x509.NameOID.SERIAL_NUMBER)
    if not number:
        message = "The certificate says no registration number: it must be one for organisations"
        problems.append(Problem(("certificate",), "CERTIFICATE_WITHOUT_NUMBER", message))
    elif number != registration_number:
        message = f"The certificate is of the registration number {number}, not of {registration_number}"
        problems.append(Problem(("certificate",), "CERTIFICATE_OF_OTHER_NUMBER", message))
    return problems


def subject_of(signing: SigningCertificate) -> str:
    """Whose certificate it is, for people: name, organisation and TIN, as far as they are said."""
    oids = (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME, _ORGANISATION_IDENTIFIER)
    return ", ".join(dict.fromkeys(filter(None, (_subject(signing.certificate, oid) for oid in oids))))


def sign(document: bytes, signing: SigningCertificate, signed_at: datetime) -> bytes:
    """The document with its signature: bytes to keep and to send as they are.

    Whether the certificate is of the company and valid, `check_certificate` says first.
    """
    if not document.endswith(_END):
        raise ValueError("The document isn't one of invoicing.einvoice.document.build")
    certificate = signing.certificate
    properties = qualifying_properties(
        signed_at,
        _digest(certificate.public_bytes(Encoding.DER)),
        issuer_name(certificate),
        f"{certificate.serial_number}",
    )
    signature = b64encode(signing.key.sign(document, padding.PKCS1v15(), SHA256())).decode()
    added = {
        "UBLExtensions": [_extensions(_signature(document, properties, signature, certificate))],
        "Signature": [{"ID": _text(_UBL_SIGNATURE), "SignatureMethod": _text(_METHOD)}],
    }
    return document[: -len(_END)] + b"," + _encoder.encode(added)[1:-1] + _END


def unsigned(document: bytes) -> bytes:
    """A document without its signature, which `sign` put at its end: what was signed."""
    body, found, _signature = document.rpartition(b',"UBLExtensions":')
    return body + _END if found else document


def qualifying_properties(signed_at: datetime, certificate_digest: str, issuer: str, serial: str) -> Element:
    """What is said about the signature.  Its own digest is that of these bytes, so the order of names matters."""
    cert = {
        "CertDigest": [{"DigestMethod": [_SHA256], "DigestValue": _text(certificate_digest)}],
        "IssuerSerial": [_issuer_serial(issuer, serial)],
    }
    signed = {
        "SigningTime": _text(f"{signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        "SigningCertificate": [{"Cert": [cert]}],
    }
    properties = {"Id": "id-xades-signed-props", "SignedSignatureProperties": [signed]}
    return {"Target": "signature", "SignedProperties": [properties]}


def digest_of_properties(properties: Element) -> str:
    """The digest of qualifying properties, in base64."""
    return _digest(_encoder.encode(properties))


def issuer_name(certificate: x509.Certificate) -> str:
    """Who issued a certificate, the most specific part first: `CN=…, OU=…, O=…, C=MY`."""
    return _name(certificate.issuer)


def _extensions(signature: Element) -> Element:
    information = {
        "ID": _text("urn:oasis:names:specification:ubl:signature:1"),
        "ReferencedSignatureID": _text(_UBL_SIGNATURE),
        "Signature": [signature],
    }
    content = {"UBLDocumentSignatures": [{"SignatureInformation": [information]}]}
    return {"UBLExtension": [{"ExtensionURI": _text(_METHOD), "ExtensionContent": [content]}]}


def _signature(document: bytes, properties: Element, value: str, certificate: x509.Certificate) -> Element:
    issuer_serial = _issuer_serial(issuer_name(certificate), f"{certificate.serial_number}")
    x509_data = {
        "X509Certificate": _text(b64encode(certificate.public_bytes(Encoding.DER)).decode()),
        "X509SubjectName": _text(_name(certificate.subject)),
        "X509IssuerSerial": [issuer_serial],
    }
    references = [
        {
            "Type": "http://uri.etsi.org/01903/v1.3.2#SignedProperties",
            "URI": "#id-xades-signed-props",
            "DigestMethod": [_SHA256],
            "DigestValue": _text(digest_of_properties(properties)),
        },
        {"Type": "", "URI": "", "DigestMethod": [_SHA256], "DigestValue": _text(_digest(document))},
    ]
    return {
        "Id": "signature",
        "Object": [{"QualifyingProperties": [properties]}],
        "KeyInfo": [{"X509Data": [x509_data]}],
        "SignatureValue": _text(value),
        "SignedInfo": [{"SignatureMethod": [_RSA_SHA256], "Reference": references}],
    }


def _issuer_serial(issuer: str, serial: str) -> Element:
    return {"X509IssuerName": _text(issuer), "X509SerialNumber": _text(serial)}


def _text(value: str) -> list[Element]:
    return [{"_": value}]


def _digest(data: bytes) -> str:
    return b64encode(hashlib.sha256(data).digest()).decode()


def _name(name: x509.Name) -> str:
    return ", ".join(part.rfc4514_string() for part in reversed(name.rdns))


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return clean_line(str(found[0].value)) if found else ""


def _plain_tin(value: str) -> str:
    try:
        return clean_tin(value)
    except ValueError:
        return value
