"""How a company reports e-invoices: its settings, and what is made of them to talk to MyInvois and to sign."""

import base64
from pathlib import Path

from django.conf import settings

from bigledger_crm.tenancy.encryption import SecretUnreadable, decrypt
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company
from invoicing.einvoice.signature import CertificateUnreadable, SigningCertificate, read_certificate
from invoicing.einvoice_errors import EInvoiceCertificateUnusable, EInvoiceSecretUnreadable, EInvoiceSimulatorMissing
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.environments import Environment, environment
from invoicing.rules.einvoice_settings import MALAYSIA

PURPOSE = "einvoice"  # of the encryption
_SETTINGS = Lookup(EInvoiceSettings, lambda rows: rows.exclude(environment=""))
_REPORTING = Lookup(EInvoiceSettings, lambda rows: rows.filter(company__country=MALAYSIA).exclude(environment=""))


def settings_of(company: Company) -> EInvoiceSettings | None:
    """How the company reports e-invoices; None where they are off, and outside Malaysia."""
    if company.country != MALAYSIA:
        return None
    return _SETTINGS.first()


def lock_settings_of(company: Company) -> EInvoiceSettings | None:
    """As `settings_of`, locked until the transaction ends: what is made by them meanwhile fits them.

    Locked after the documents that are reported.
    """
    if company.country != MALAYSIA:
        return None
    return EInvoiceSettings.objects.exclude(environment="").select_for_update(no_key=True).first()


def reporting_settings() -> EInvoiceSettings | None:
    """How the company of the open scope reports e-invoices, as `settings_of` says, in one query."""
    return _REPORTING.first()


def saved_settings() -> EInvoiceSettings | None:
    """What the company of the open scope has saved, even if e-invoices are off."""
    return EInvoiceSettings.objects.first()


def is_in_production() -> bool:
    """Whether the company of the open scope has e-invoices in production, so that there is no way back."""
    return EInvoice.objects.filter(environment="production").exists()


def environment_of(einvoice_settings: EInvoiceSettings) -> Environment:
    """The base URLs.  Raises EInvoiceSimulatorMissing."""
    try:
        return environment(einvoice_settings.environment, settings.MYINVOIS_SIMULATOR_URL)
    except LookupError as error:
        raise EInvoiceSimulatorMissing from error


def connection_of(einvoice_settings: EInvoiceSettings) -> Connection:
    """As whom MyInvois is asked, and where.  Raises EInvoiceSecretUnreadable, EInvoiceSimulatorMissing."""
    return Connection.to(
        environment_of(einvoice_settings),
        einvoice_settings.client_id,
        _decrypted(einvoice_settings.client_secret, "client secret"),
        einvoice_settings.on_behalf_of,
    )


def signer_of(einvoice_settings: EInvoiceSettings) -> SigningCertificate:
    """The certificate that signs: the company's, else the installation's.

    Whether it is valid now and the company's, `invoicing.einvoice.signature.check_certificate` says.  Raises
    EInvoiceSecretUnreadable, EInvoiceCertificateUnusable.
    """
    if not einvoice_settings.certificate:
        if (found := installation_certificate()) is None:
            raise EInvoiceCertificateUnusable("There is no certificate. Upload it in Settings, E-invoices.")
        return found
    content = base64.b64decode(_decrypted(einvoice_settings.certificate, "certificate"))
    password = _decrypted(einvoice_settings.certificate_password, "password of the certificate")
    try:
        return read_certificate(content, password)
    except CertificateUnreadable as error:
        raise EInvoiceCertificateUnusable(f"The certificate can't be read: {error}") from error


def require_readable(einvoice_settings: EInvoiceSettings) -> None:
    """Raises EInvoiceSecretUnreadable, EInvoiceSimulatorMissing, EInvoiceCertificateUnusable, without opening files."""
    connection_of(einvoice_settings)
    if einvoice_settings.certificate:
        _decrypted(einvoice_settings.certificate, "certificate")
    elif einvoice_settings.version == "1.1" and not settings.MYINVOIS_CERTIFICATE_FILE:
        raise EInvoiceCertificateUnusable("There is no certificate. Upload it in Settings, E-invoices.")


def installation_certificate() -> SigningCertificate | None:
    """The certificate of MYINVOIS_CERTIFICATE_FILE; None without one.  Raises EInvoiceCertificateUnusable."""
    if not settings.MYINVOIS_CERTIFICATE_FILE:
        return None
    try:
        content = Path(settings.MYINVOIS_CERTIFICATE_FILE).read_bytes()
        return read_certificate(content, settings.MYINVOIS_CERTIFICATE_PASSWORD)
    except (OSError, CertificateUnreadable) as error:
        raise EInvoiceCertificateUnusable(f"MYINVOIS_CERTIFICATE_FILE can't be read: {error}") from error


def _decrypted(encrypted: str, what: str) -> str:
    try:
        return decrypt(PURPOSE, encrypted)
    except SecretUnreadable as error:
        raise EInvoiceSecretUnreadable(what) from error
