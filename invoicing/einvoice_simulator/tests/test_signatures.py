"""Signed documents: those of the product are Valid, and whatever is wrong with a signature is found."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from invoicing.einvoice.document import build
from invoicing.einvoice.errors import read_errors
from invoicing.einvoice.signature import SigningCertificate, read_certificate, sign
from invoicing.einvoice.tests.support import DOCUMENTS, INVOICE, SUPPLIER
from invoicing.einvoice_simulator.certificates import CertificateWanted, issue_certificate
from invoicing.einvoice_simulator.simulator import Simulator
from invoicing.einvoice_simulator.testing import one_authority
from invoicing.einvoice_simulator.tests.support import NOW, MyInvois
from invoicing.einvoice_simulator.ubl import child

SIGNATURE = "UBLExtension ExtensionContent UBLDocumentSignatures SignatureInformation Signature".split()
PROPERTIES = "Object QualifyingProperties SignedProperties SignedSignatureProperties".split()


@pytest.fixture(scope="module")
def certificate() -> SigningCertificate:
    """The supplier's certificate, by the authority that the simulators of this process share."""
    return certificate_of(SUPPLIER.tin, SUPPLIER.id_number)


def certificate_of(tin: str, number: str, **details: Any) -> SigningCertificate:
    simulator = Simulator(new_authority=one_authority)
    simulator.clock.stop(NOW)
    file = issue_certificate(simulator, CertificateWanted(tin, number, **details))
    simulator.close()
    return read_certificate(file, "")


def signed(certificate: SigningCertificate, facts: Any = INVOICE) -> bytes:
    return sign(build(replace(facts, version="1.1")), certificate, NOW)


def changed(document: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """The document with a change of its Invoice element or of the signature in it."""
    parsed = json.loads(document)
    invoice = parsed["Invoice"][0]
    change(invoice, child(invoice, "UBLExtensions", *SIGNATURE) if "UBLExtensions" in invoice else {})
    return json.dumps(parsed, separators=(",", ":"), ensure_ascii=False).encode()


def codes(lhdn: MyInvois, document: bytes) -> list[str]:
    """The codes with which a document is Invalid."""
    (uuid,) = lhdn.accepted(document)
    errors = read_errors(lhdn.get(f"/documents/{uuid}/details").body["validationResults"])
    assert {error.step for error in errors} <= {"Step08-Document Signature Validator"}
    return [error.code for error in errors]


@pytest.mark.parametrize("name", ["invoice", "foreign_currency", "exempt"])
def test_what_the_product_signs_is_valid(lhdn: MyInvois, certificate: SigningCertificate, name: str) -> None:
    assert codes(lhdn, signed(certificate, DOCUMENTS[name])) == []


def test_other_scripts_are_hashed_as_they_are(lhdn: MyInvois, certificate: SigningCertificate) -> None:
    facts = replace(INVOICE, buyer=replace(INVOICE.buyer, name="永兴五金 O'Brien & முருகன் café"))
    assert codes(lhdn, signed(certificate, facts)) == []


def value_at(*path: str, **change: Any) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda _, signature: child(signature, *path).update(change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda invoice, _: invoice.pop("UBLExtensions"), ["DS301"]),
        (
            lambda invoice, signature: child(invoice, "UBLExtensions", *SIGNATURE[:-1])["Signature"].append(signature),
            ["DS302"],
        ),
        (lambda invoice, _: child(invoice, "InvoiceLine", "Price", "PriceAmount").update(_=251), ["DS322", "DS333"]),
        (lambda invoice, _: invoice.pop("Signature"), ["DS323"]),
        (lambda invoice, _: child(invoice, "Signature", "SignatureMethod").update(_="other"), ["DS323"]),
        (value_at("SignatureValue", _=""), ["DS332"]),
        (value_at("SignatureValue", _=base64.b64encode(b"x" * 256).decode()), ["DS333"]),
        (value_at("KeyInfo", "X509Data", "X509Certificate", _="AAAA"), ["DS305"]),
        (value_at("SignedInfo", "SignatureMethod", Algorithm="sha1"), ["DS316"]),
        (value_at("SignedInfo", "Reference", "DigestMethod", Algorithm="sha1"), ["DS314"]),
        (value_at("SignedInfo", "Reference", "DigestValue", _=""), ["DS319"]),
        (value_at("SignedInfo", Reference=[]), ["DS319", "DS321"]),
        (value_at(*PROPERTIES, "SigningTime", _="2026-11-28T02:16:01Z"), ["DS320"]),
        (value_at(*PROPERTIES, "SigningTime", _=""), ["DS303", "DS320"]),
        (value_at(*PROPERTIES, "SigningTime", _="yesterday"), ["DS320", "DS336"]),
        (value_at(*PROPERTIES, "SigningTime", _="2025-11-28T02:16:01Z"), ["DS304", "DS320"]),
        (value_at(*PROPERTIES, "SigningCertificate", "Cert", "CertDigest", "DigestValue", _=""), ["DS317", "DS320"]),
        (value_at(*PROPERTIES, "SigningCertificate", "Cert", "CertDigest", "DigestValue", _="A"), ["DS318", "DS320"]),
        (
            value_at(*PROPERTIES, "SigningCertificate", "Cert", "CertDigest", "DigestMethod", Algorithm="sha1"),
            ["DS313", "DS320"],
        ),
        (value_at(*PROPERTIES, "SigningCertificate", "Cert", IssuerSerial=[]), ["DS320", "DS324", "DS325"]),
        (
            value_at(
                *PROPERTIES, "SigningCertificate", "Cert", "IssuerSerial", "X509IssuerName", _="C=MY, CN=Simulator"
            ),
            ["DS320", "DS326"],
        ),
        (
            value_at(*PROPERTIES, "SigningCertificate", "Cert", "IssuerSerial", "X509SerialNumber", _="0x1267"),
            ["DS320", "DS327"],
        ),
        (
            value_at(*PROPERTIES, "SigningCertificate", "Cert", "IssuerSerial", "X509SerialNumber", _="1"),
            ["DS320", "DS328"],
        ),
    ],
)
def test_signatures_that_are_wrong(
    lhdn: MyInvois, certificate: SigningCertificate, change: Callable[[Any, Any], object], expected: list[str]
) -> None:
    assert codes(lhdn, changed(signed(certificate), change)) == expected


@pytest.mark.parametrize(
    ("tin", "number", "details", "expected"),
    [
        ("C99999998020", SUPPLIER.id_number, {}, ["DS311"]),
        (SUPPLIER.tin, "209901000002", {}, ["DS312"]),
        ("", "", {}, ["DS306", "DS307", "DS309"]),
        (SUPPLIER.tin, SUPPLIER.id_number, {"is_trusted": False}, ["DS329"]),
        (
            SUPPLIER.tin,
            SUPPLIER.id_number,
            {"valid_from": NOW - timedelta(days=400), "valid_until": NOW - timedelta(days=35)},
            ["DS304"],
        ),
    ],
)
def test_certificates_that_are_wrong(
    lhdn: MyInvois, tin: str, number: str, details: dict[str, Any], expected: list[str]
) -> None:
    found = codes(lhdn, signed(certificate_of(tin, number, **details)))
    assert [code for code in found if code != "DS326"] == expected


def test_another_certificate_than_signed_it(lhdn: MyInvois, certificate: SigningCertificate) -> None:
    """Whoever puts the company's certificate beside his own signature."""
    own = certificate_of(SUPPLIER.tin, SUPPLIER.id_number)
    mixed = SigningCertificate(certificate.certificate, own.key)
    assert codes(lhdn, signed(mixed)) == ["DS333"]


def test_version_1_0_needs_no_signature(lhdn: MyInvois) -> None:
    assert codes(lhdn, build(INVOICE)) == []


def test_certificates_by_the_control_api(lhdn: MyInvois) -> None:
    wanted = {"tin": SUPPLIER.tin, "registrationNumber": SUPPLIER.id_number, "passphrase": "secret"}
    answer = lhdn.control("POST", "/certificates", wanted)
    made = read_certificate(base64.b64decode(answer.body["pkcs12"]), "secret")
    authority = x509.load_pem_x509_certificate(lhdn.control("GET", "/authority").content)
    made.certificate.verify_directly_issued_by(authority)
    assert made.certificate.not_valid_after_utc == NOW + timedelta(days=364)
    backwards = {"validFrom": "2026-01-02T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}
    assert lhdn.control("POST", "/certificates", backwards).error == (400, "BadArgument")
