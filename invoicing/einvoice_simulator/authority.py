"""A certification authority of the simulator's own, whose certificates it trusts and nobody else does."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from msgspec import Struct

ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")  # the TIN
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
_SECOND_NAME = "Another simulator CA"
_NAME = "MyInvois simulator CA"
_FIRST, _LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class AuthorityKey(Struct):
    """The authority as it is kept, in PEM."""

    key: str
    certificate: str


class Authority:
    """Issues certificates and says which are its own."""

    def __init__(self, kept: AuthorityKey) -> None:
        self._kept = kept
        self.certificate = x509.load_pem_x509_certificate(kept.certificate.encode())

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The key, which takes a while to read and is needed to issue only."""
        key = load_pem_private_key(self._kept.key.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("The authority's key must be an RSA key")
        return key

    def issue(
        self,
        *,
        tin: str,
        registration_number: str,
        name: str,
        valid_from: datetime,
        valid_until: datetime,
        passphrase: str,
        is_trusted: bool = True,
    ) -> bytes:
        """A PKCS#12 file for a company; without TIN and number it is a person's.

        One that isn't trusted is issued by another authority, which is made for it.
        """
        issuer = self if is_trusted else Authority(make_authority(_SECOND_NAME))
        key = rsa.generate_private_key(65537, 2048)
        names = {
            x509.NameOID.COUNTRY_NAME: "MY",
            x509.NameOID.ORGANIZATION_NAME: name,
            ORGANISATION_IDENTIFIER: tin,
            x509.NameOID.SERIAL_NUMBER: registration_number,
            x509.NameOID.COMMON_NAME: name,
        }
        subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items() if text])
        builder = x509.CertificateBuilder(
            issuer.certificate.subject, subject, key.public_key(), x509.random_serial_number(), valid_from, valid_until
        )
        usage = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
        certificate = builder.add_extension(usage, critical=False).sign(issuer.key, SHA256())
        encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, encryption)

    def has_issued(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate is one of the authority's own."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


def make_authority(name: str = _NAME) -> AuthorityKey:
    """A new authority, with a new key."""
    key = rsa.generate_private_key(65537, 2048)
    names = {x509.NameOID.COUNTRY_NAME: "MY", x509.NameOID.ORGANIZATION_NAME: "Simulator: not LHDN"}
    names[x509.NameOID.COMMON_NAME] = name
    own = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items()])
    builder = x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number(), _FIRST, _LAST)
    basic = x509.BasicConstraints(ca=True, path_length=0)
    certificate = builder.add_extension(basic, critical=True).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return AuthorityKey(pem.decode(), certificate.public_bytes(Encoding.PEM).decode())
