"""The signature: known digests of documents made by hand, and what verifies with the certificate alone."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

from invoicing.einvoice.document import build
from invoicing.einvoice.signature import (
    CertificateUnreadable,
    SigningCertificate,
    check_certificate,
    digest_of_properties,
    issuer_name,
    qualifying_properties,
    read_certificate,
    sign,
)
from invoicing.einvoice.tests.support import INVOICE, NOW, SUPPLIER, values

SIGNED_AT = datetime(2026, 11, 28, 2, 15, tzinfo=UTC)
SIGNED = replace(INVOICE, version="1.1")
ORGANISATION = x509.ObjectIdentifier("2.5.4.97")
Names = x509.NameOID


def certificate_of(key: Any, **subject: str) -> x509.Certificate:
    """A certificate of 2026, by another issuer than its subject."""
    oids = {"country": Names.COUNTRY_NAME, "tin": ORGANISATION, "number": Names.SERIAL_NUMBER}
    owner = x509.Name([x509.NameAttribute(oids[name], text) for name, text in subject.items()])
    issuer = x509.Name(
        [
            x509.NameAttribute(Names.COUNTRY_NAME, "MY"),
            x509.NameAttribute(Names.ORGANIZATION_NAME, "Contoh"),
            x509.NameAttribute(Names.COMMON_NAME, "Contoh CA"),
        ]
    )
    builder = x509.CertificateBuilder(issuer, owner, key.public_key(), 4711)
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    return builder.not_valid_before(first).not_valid_after(last).sign(key, SHA256())


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def signing(key: rsa.RSAPrivateKey) -> SigningCertificate:
    return SigningCertificate(certificate_of(key, country="MY", tin=SUPPLIER.tin, number=SUPPLIER.id_number), key)


def test_digests_equal_those_computed_by_hand() -> None:
    """Of a sample with the two children of Item the other way round, and of qualifying properties."""
    swap = r'"Item":[{\2,\1}]'
    body = re.sub(
        r'"Item":\[\{("Description":.*?\]),("CommodityClassification":.*?\}\]\}\])\}\]', swap, build(SIGNED).decode()
    )
    assert len(body) == 4316
    assert b64decode("dAtHFqbKKbKOPu6fEPxmx4GQdnUKaWOG2ijz7fPl8PI=") == sha256(body.encode()).digest()
    properties = qualifying_properties(SIGNED_AT, "AAAA", "CN=Contoh CA, O=Contoh, C=MY", "1")
    assert len(msgspec.json.encode(properties)) == 419
    assert digest_of_properties(properties) == "359RwpccxKSDY9HhR6o+Nu2lpxyHXYM/WDxegCvtSHs="


def test_the_signature_is_over_the_document_without_it(signing: SigningCertificate) -> None:
    body = build(SIGNED)
    made = sign(body, signing, SIGNED_AT)
    assert made.startswith(body[:-3])
    parsed = json.loads(made)
    invoice = parsed["Invoice"][0]
    (extension,) = invoice.pop("UBLExtensions")
    (mark,) = invoice.pop("Signature")
    assert mark["ID"] == [{"_": "urn:oasis:names:specification:ubl:signature:Invoice"}]
    path = "UBLExtension ExtensionContent UBLDocumentSignatures SignatureInformation Signature".split()
    signature = extension
    for name in path:
        (signature,) = signature[name]
    (properties,) = signature["Object"][0]["QualifyingProperties"]
    about_properties, about_body = signature["SignedInfo"][0]["Reference"]
    assert about_properties["DigestValue"][0]["_"] == digest_of_properties(properties)
    assert b64decode(about_body["DigestValue"][0]["_"]) == sha256(body).digest()
    (text,) = values(signature, "KeyInfo", "X509Data", "X509Certificate")
    certificate = x509.load_der_x509_certificate(b64decode(text))
    assert certificate == signing.certificate
    public = certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(b64decode(signature["SignatureValue"][0]["_"]), body, padding.PKCS1v15(), SHA256())


def test_issuers_and_serial_numbers_are_written_as_lhdn_reads_them(signing: SigningCertificate) -> None:
    assert issuer_name(signing.certificate) == "CN=Contoh CA, O=Contoh, C=MY"
    made = sign(build(SIGNED), signing, SIGNED_AT)
    assert made.count(b'"X509IssuerName":[{"_":"CN=Contoh CA, O=Contoh, C=MY"}],"X509SerialNumber":[{"_":"4711"}]') == 2


def test_only_whole_documents_are_signed(signing: SigningCertificate) -> None:
    with pytest.raises(ValueError, match="isn't one of"):
        sign(build(SIGNED) + b"\n", signing, SIGNED_AT)


@pytest.mark.parametrize(
    ("tin", "number", "now", "code"),
    [
        (SUPPLIER.tin, SUPPLIER.id_number, datetime(2025, 12, 31, tzinfo=UTC), "CERTIFICATE_NOT_YET_VALID"),
        (SUPPLIER.tin, SUPPLIER.id_number, datetime(2027, 1, 1, tzinfo=UTC), "CERTIFICATE_EXPIRED"),
        ("C1234567890", SUPPLIER.id_number, NOW, "CERTIFICATE_OF_OTHER_TIN"),
        (SUPPLIER.tin, "202001234567", NOW, "CERTIFICATE_OF_OTHER_NUMBER"),
    ],
)
def test_certificates_that_lhdn_would_refuse(
    signing: SigningCertificate, tin: str, number: str, now: datetime, code: str
) -> None:
    assert [problem.code for problem in check_certificate(signing, tin, number, now)] == [code]


def test_the_companys_valid_certificate_is_fine(signing: SigningCertificate) -> None:
    assert check_certificate(signing, "C9999999901", SUPPLIER.id_number, NOW) == []


def test_a_persons_certificate_names_no_company(key: rsa.RSAPrivateKey) -> None:
    personal = SigningCertificate(certificate_of(key, country="MY"), key)
    codes = [problem.code for problem in check_certificate(personal, SUPPLIER.tin, SUPPLIER.id_number, NOW)]
    assert codes == ["CERTIFICATE_WITHOUT_TIN", "CERTIFICATE_WITHOUT_NUMBER"]


def test_files_open_with_their_passphrase_only(signing: SigningCertificate) -> None:
    file = pkcs12.serialize_key_and_certificates(
        b"einvoice", signing.key, signing.certificate, None, BestAvailableEncryption(b"secret")
    )
    assert read_certificate(file, "secret").certificate == signing.certificate
    for wrong in ("", "Secret"):
        with pytest.raises(CertificateUnreadable, match="passphrase is wrong"):
            read_certificate(file, wrong)
    with pytest.raises(CertificateUnreadable, match="no PKCS#12 file"):
        read_certificate(b"nothing of the kind", "secret")


def test_files_of_an_unknown_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UnsupportedAlgorithm("RC5")

    monkeypatch.setattr(pkcs12, "load_key_and_certificates", refuse)
    with pytest.raises(CertificateUnreadable, match="export it anew"):
        read_certificate(b"", "secret")


def test_files_need_an_rsa_key() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    certificate = certificate_of(other, country="MY")
    file = pkcs12.serialize_key_and_certificates(b"einvoice", other, certificate, None, NoEncryption())
    with pytest.raises(CertificateUnreadable, match="RSA"):
        read_certificate(file, "")
    without_key = pkcs12.serialize_key_and_certificates(b"einvoice", None, certificate, None, NoEncryption())
    with pytest.raises(CertificateUnreadable, match="private key"):
        read_certificate(without_key, "")


def test_a_certificate_shows_no_secret(signing: SigningCertificate) -> None:
    assert repr(signing) == "<SigningCertificate until 2026-12-31>"


def test_signing_times_are_in_utc() -> None:
    local = SIGNED_AT.astimezone(timezone(timedelta(hours=8)))
    assert qualifying_properties(local, "A", "B", "1") == qualifying_properties(SIGNED_AT, "A", "B", "1")
