"""Saving how a company reports e-invoices, and trying the connection."""

import base64
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from msgspec import UNSET

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.encryption import encrypt
from bigledger_crm.tenancy.models import Company
from invoicing.einvoice.certificate_files import require_quick
from invoicing.einvoice.signature import (
    CertificateUnreadable,
    SigningCertificate,
    check_certificate,
    read_certificate,
    subject_of,
)
from invoicing.einvoice_errors import EInvoiceCertificateUnusable, EInvoicesNotSetUp
from invoicing.inputs import EInvoiceSettingsInput
from invoicing.models import EInvoiceSettings
from invoicing.models.einvoice_settings import ENVIRONMENTS, SUBMIT_WHEN, VERSIONS
from invoicing.myinvois.errors import MyInvoisError
from invoicing.queries.einvoice_settings import (
    PURPOSE,
    connection_of,
    installation_certificate,
    is_in_production,
    settings_of,
)
from invoicing.rules.einvoice_settings import (
    MALAYSIA,
    MAX_CERTIFICATE_BYTES,
    MAX_CLIENT_ID,
    MAX_SECRET,
    clean_on_behalf_of,
    same_tin,
    tin_of,
)
from invoicing.services.einvoice_client import client_for, require_outgoing

RESOURCE = "E-invoice settings"
_CHOICES = {"environment": ("", *ENVIRONMENTS), "version": VERSIONS, "submit_when": SUBMIT_WHEN}
# What decides who is asked for what: after a change the connection has not been tested.
_CONNECTION = frozenset({"environment", "client_id", "client_secret", "on_behalf_of"})
_ANSWER_SECONDS = 15.0  # a person waits for it
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """What came of a test, in words for people, LHDN's own where it refused."""

    is_good: bool
    message: str


def update_einvoice_settings(actor: Actor, inputs: EInvoiceSettingsInput) -> EInvoiceSettings:
    """Saves the given settings; secrets are encrypted, and the audit log only says that they were replaced.

    Raises PermissionDenied, InvalidData with every failing field.
    """
    actor.require("settings", "manage")
    with transaction.atomic():
        # For the TIN that a certificate is compared with, and so that a company's first settings are made once.
        company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
        stored = EInvoiceSettings.objects.select_for_update(no_key=True).first() or EInvoiceSettings(company=company)
        values, errors = _clean(inputs)
        changes = apply_changes(stored, values)
        changes |= _keep_secret(stored, inputs)
        changed, wrong = _keep_certificate(stored, inputs, company)
        changes |= changed
        errors += wrong + _check_whole(stored, company)
        if errors:
            raise InvalidData(RESOURCE, errors)
        if changes:
            if not _CONNECTION.isdisjoint(changes):
                stored.tested_at = None
            stored.updated_at = clock.now()
            stored.save()
            record(actor, "company.einvoice_settings_changed", company.pk, changes=_readable(changes))
    return stored


def try_einvoice_connection(actor: Actor) -> ConnectionTest:
    """Asks MyInvois for a token by the saved settings, and compares whose it is.  Not inside a transaction.

    Raises PermissionDenied, EInvoicesNotSetUp, EInvoiceSecretUnreadable, EInvoiceSimulatorMissing.
    """
    actor.require("settings", "manage")
    found = settings_of(actor.company)
    if found is None:
        raise EInvoicesNotSetUp
    try:
        require_outgoing(found)
        owner = client_for(replace(connection_of(found), answer_seconds=_ANSWER_SECONDS)).token_owner()
    except MyInvoisError as error:
        return ConnectionTest(False, f"The connection doesn't work. {error.message}")
    expected = tin_of(found.on_behalf_of, actor.company.tin)
    if owner.tin and not same_tin(owner.tin, expected):
        name = f"{owner.tin} ({owner.name})" if owner.name and not owner.name.startswith(owner.tin) else owner.tin
        message = f"MyInvois accepts the client ID and secret, but they are those of {name}, not of {expected}."
        return ConnectionTest(False, message)
    _note_test(actor, found)
    if not owner.tin:
        return ConnectionTest(True, f"The connection works, but MyInvois doesn't say that it is that of {expected}.")
    return ConnectionTest(True, f"The connection works. It is that of {expected}.")


def check_certificate_file(content: bytes, password: str) -> list[FieldError]:
    """The errors of a file that can't be opened quickly.  Not inside a transaction: it may take seconds."""
    try:
        require_quick(content, password)
        read_certificate(content, password)
    except CertificateUnreadable as error:
        return field_error("certificate", str(error))
    return []


@transaction.atomic
def _note_test(actor: Actor, tested: EInvoiceSettings) -> None:
    """Keeps when the connection worked, unless other settings were saved meanwhile."""
    rows = EInvoiceSettings.objects.filter(pk=tested.pk, updated_at=tested.updated_at)
    if rows.update(tested_at=clock.now()):
        record(actor, "company.einvoice_connection_tested", actor.company.pk, note=tested.environment)


def _clean(inputs: EInvoiceSettingsInput) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of what isn't secret, and what is wrong with each."""
    values: dict[str, Any] = given(inputs)
    for name in ("client_secret", "certificate", "certificate_password"):
        values.pop(name, None)
    errors: list[FieldError] = []
    for name, known in _CHOICES.items():
        if name in values and values[name] not in known:
            errors += field_error(name, f"Must be one of {', '.join(filter(None, known))}")
    if "client_id" in values:
        values["client_id"] = client_id = values["client_id"].strip()
        if len(client_id) > MAX_CLIENT_ID or not client_id.isascii() or any(map(str.isspace, client_id)):
            errors += field_error("client_id", "Copy the client ID from the MyInvois portal")
    if values.get("on_behalf_of"):
        try:
            values["on_behalf_of"] = clean_on_behalf_of(values["on_behalf_of"])
        except ValueError as error:
            errors += field_error("on_behalf_of", str(error))
    return values, errors


def _check_whole(stored: EInvoiceSettings, company: Company) -> list[FieldError]:
    """What is missing, or doesn't fit together, in all that would be stored."""
    errors: list[FieldError] = []
    if stored.environment in ("simulator", "sandbox") and is_in_production():
        message = "There are e-invoices in production. Choose production, or turn e-invoices off"
        errors += field_error("environment", message)
    if not stored.environment:
        return errors
    if company.country != MALAYSIA:
        errors += field_error("environment", "E-invoices are for companies in Malaysia")
    elif not company.tin:
        errors += field_error("environment", "Enter the company's TIN first, in Settings, Company")
    missing = {
        "client_id": "Enter the client ID from the MyInvois portal",
        "client_secret": "Enter the client secret from the MyInvois portal",
        "starts_on": "Enter the date of the first invoice to report",
    }
    for name, message in missing.items():
        errors += field_error(name, None if getattr(stored, name) else message)
    if stored.on_behalf_of and company.tin and not same_tin(tin_of(stored.on_behalf_of, ""), company.tin):
        message = f"An intermediary acts for this company, whose TIN is {company.tin}"
        errors += field_error("on_behalf_of", message)
    return errors


def _keep_secret(stored: EInvoiceSettings, inputs: EInvoiceSettingsInput) -> dict[str, list[Any]]:
    """Encrypts a new client secret; an empty one leaves what is stored."""
    secret = inputs.client_secret
    if secret is UNSET or not (secret := secret.strip()):
        return {}
    if len(secret) > MAX_SECRET:
        raise InvalidData(RESOURCE, field_error("client_secret", f"At most {MAX_SECRET} characters are allowed"))
    stored.client_secret, stored.client_secret_saved_at = encrypt(PURPOSE, secret), clock.now()
    return {"client_secret": [None, "replaced"]}


def _keep_certificate(
    stored: EInvoiceSettings, inputs: EInvoiceSettingsInput, company: Company
) -> tuple[dict[str, list[Any]], list[FieldError]]:
    """A new certificate, encrypted; the installation's for version 1.1 without one.  The changes and the errors."""
    before = (stored.certificate_subject, stored.certificate_expires_at)
    changes: dict[str, list[Any]] = {}
    try:
        if inputs.certificate is not UNSET:
            changes["certificate"] = [None, "replaced" if inputs.certificate else "removed"]
            signing = _uploaded(stored, inputs.certificate, inputs.certificate_password)
        elif stored.certificate:
            return {}, _check_expiry(stored)
        else:
            signing = None
        if signing is None and stored.version == "1.1":
            signing = installation_certificate()
    except (CertificateUnreadable, EInvoiceCertificateUnusable) as error:
        return {}, field_error("certificate", str(error))
    if signing is None:
        stored.certificate_subject, stored.certificate_expires_at = "", None
        needed = stored.version == "1.1" and stored.environment
        return changes, field_error("certificate", "Version 1.1 needs a certificate" if needed else None)
    stored.certificate_subject = subject_of(signing)[:_LONGEST_SUBJECT]
    stored.certificate_expires_at = signing.certificate.not_valid_after_utc
    after = (stored.certificate_subject, stored.certificate_expires_at)
    if before != after:
        changes["certificate_expires_at"] = [before[1], after[1]]
    return changes, _check_owner(signing, company)


def _uploaded(stored: EInvoiceSettings, content: bytes, password: str) -> SigningCertificate | None:
    """Encrypts what was uploaded; None for nothing, which removes it.  Raises CertificateUnreadable."""
    if not content:
        stored.certificate = stored.certificate_password = ""
        return None
    if len(content) > MAX_CERTIFICATE_BYTES:
        raise CertificateUnreadable(f"The file can be at most {MAX_CERTIFICATE_BYTES // 1024} KB")
    signing = read_certificate(content, password)
    stored.certificate = encrypt(PURPOSE, base64.b64encode(content).decode())
    stored.certificate_password = encrypt(PURPOSE, password)
    return signing


def _check_owner(signing: SigningCertificate, company: Company) -> list[FieldError]:
    number = company.registration_number.partition("(")[0].strip()
    if not company.tin or not number:
        return field_error("certificate", "Enter the company's TIN and SSM number first, in Settings, Company")
    problems = check_certificate(signing, company.tin, number, clock.now())
    return [FieldError(("certificate",), problem.message) for problem in problems]


def _check_expiry(stored: EInvoiceSettings) -> list[FieldError]:
    """A stored certificate was compared when it was uploaded; since then it can only have expired."""
    last = stored.certificate_expires_at
    if not stored.environment or stored.version != "1.1" or last is None or clock.now() <= last:
        return []
    return field_error("certificate", f"The certificate expired on {last:%Y-%m-%d}: upload the new one")


def _readable(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The changes as JSON has them."""
    return {name: [_plain(value) for value in pair] for name, pair in changes.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
