"""How a company says that it reports e-invoices: secrets, the certificate, the test of the connection, no way back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, PrivateFormat, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.html import flat
from invoicing.einvoice.certificate_files import require_quick
from invoicing.einvoice.demo_client import DEMO_BRN, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_TIN
from invoicing.einvoice.signature import CertificateUnreadable
from invoicing.einvoice_errors import EInvoiceSecretUnreadable
from invoicing.einvoice_simulator.testing import RunningSimulator, running_simulator
from invoicing.inputs import EInvoiceSettingsInput
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.queries.einvoice_settings import connection_of, settings_of, signer_of
from invoicing.rules.einvoice_settings import clean_on_behalf_of, days_to_warn
from invoicing.services import try_einvoice_connection, update_einvoice_settings

Names = x509.NameOID
ORGANISATION = x509.ObjectIdentifier("2.5.4.97")
STARTS = date(2026, 1, 1)
SECRET, PASSWORD = "s3cret-of-LHDN", "p4ssword"
URL = "/settings/einvoices"


@pytest.fixture
def company_of_demo(actor: Actor, in_company: Company) -> Company:
    """Whom the simulator knows."""
    Company.objects.filter(pk=in_company.pk).update(tin=DEMO_TIN, registration_number=f"{DEMO_BRN} (1321672-X)")
    actor.company.refresh_from_db()
    return actor.company


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator() as running, override_settings(MYINVOIS_SIMULATOR_URL=running.url):
        yield running


def file_of(key: rsa.RSAPrivateKey, tin: str = DEMO_TIN, number: str = DEMO_BRN, days: int = 365) -> bytes:
    """A certificate that ends in so many days, as a PKCS#12 file."""
    named = {Names.COMMON_NAME: "Kinabalu Trading", ORGANISATION: tin, Names.SERIAL_NUMBER: number}
    owner = x509.Name([x509.NameAttribute(oid, text) for oid, text in named.items()])
    end = clock.now() + timedelta(days=days, minutes=1)
    builder = x509.CertificateBuilder(owner, owner, key.public_key(), 4711)
    certificate = builder.not_valid_before(end - timedelta(days=730)).not_valid_after(end).sign(key, SHA256())
    return pkcs12.serialize_key_and_certificates(
        b"", key, certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )


def save(actor: Actor, **values: Any) -> EInvoiceSettings:
    """In the sandbox, with all that has to be there."""
    usual = {"environment": "sandbox", "client_id": "client", "client_secret": SECRET, "starts_on": STARTS}
    return update_einvoice_settings(actor, EInvoiceSettingsInput(**{**usual, **values}))


def wrong(actor: Actor, **values: Any) -> dict[str, str]:
    with pytest.raises(InvalidData) as refused:
        save(actor, **values)
    return {str(error.path[0]): error.message for error in refused.value.errors}


@pytest.mark.usefixtures("company_of_demo")
def test_secrets_are_kept_for_the_product_alone(actor: Actor, key: rsa.RSAPrivateKey) -> None:
    stored = save(actor, version="1.1", certificate=file_of(key), certificate_password=PASSWORD)
    row = str(EInvoiceSettings.objects.values().get())
    audit = AuditEntry.objects.get(event="company.einvoice_settings_changed")
    for secret in (SECRET, PASSWORD):
        assert secret not in row + str(audit.changes)
    assert audit.changes["client_secret"] == [None, "replaced"]
    assert settings_of(actor.company) == stored
    assert connection_of(stored).client_secret == SECRET
    assert signer_of(stored).certificate.serial_number == 4711
    assert stored.certificate_subject == f"Kinabalu Trading, {DEMO_TIN}"
    kept = update_einvoice_settings(actor, EInvoiceSettingsInput(submit_when="daily", client_secret=""))
    assert connection_of(kept).client_secret == SECRET
    with override_settings(SECRET_KEY="another" * 9):
        for use in (connection_of, signer_of):
            with pytest.raises(EInvoiceSecretUnreadable, match="SECRET_KEY has changed"):
                use(kept)


@pytest.mark.usefixtures("company_of_demo")
def test_all_that_is_missing_is_told_at_once(actor: Actor) -> None:
    told = wrong(actor, client_id="", client_secret="", starts_on=None, version="1.1", on_behalf_of="C99999999010")
    assert told.keys() == {"client_id", "client_secret", "starts_on", "certificate", "on_behalf_of"}
    assert not EInvoiceSettings.objects.exists()
    assert "between" not in wrong(actor, environment="mars")["environment"]
    Company.objects.filter(pk=actor.company.pk).update(country="SG", tin="")
    assert "Malaysia" in wrong(actor)["environment"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tin": "C99999999010"}, "of the TIN C99999999010, not of C20880050010"),
        ({"number": "209901000001"}, "of the registration number 209901000001"),
        ({"days": -1}, "The certificate expired on"),
        ({"days": 800}, "not valid before"),
    ],
)
@pytest.mark.usefixtures("company_of_demo")
def test_a_certificate_of_others_is_rejected(
    actor: Actor, key: rsa.RSAPrivateKey, changed: dict[str, Any], message: str
) -> None:
    told = wrong(actor, version="1.1", certificate=file_of(key, **changed), certificate_password=PASSWORD)
    assert message in told["certificate"]


@pytest.mark.usefixtures("company_of_demo")
def test_the_installation_signs_for_who_has_no_certificate(
    actor: Actor, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    path = tmp_path / "company.p12"
    path.write_bytes(file_of(key))
    with override_settings(MYINVOIS_CERTIFICATE_FILE=str(path), MYINVOIS_CERTIFICATE_PASSWORD=PASSWORD):
        stored = save(actor, version="1.1")
        assert (stored.certificate, stored.certificate_subject) == ("", f"Kinabalu Trading, {DEMO_TIN}")
        assert signer_of(stored).certificate.serial_number == 4711


@pytest.mark.usefixtures("company_of_demo")
def test_nobody_goes_back_from_production(actor: Actor) -> None:
    stored = save(actor, environment="production")
    EInvoice.objects.create(
        company=actor.company,
        kind="01",
        number="INV-1",
        currency="MYR",
        total=1,
        environment="production",
        version="1.0",
        document=b"{}",
        document_hash="0" * 64,
        issued_at=clock.now(),
        created_by=actor.id,
    )
    assert "production" in wrong(actor, environment="sandbox")["environment"]
    with pytest.raises(IntegrityError, match="does not go back"), transaction.atomic():
        EInvoiceSettings.objects.filter(pk=stored.pk).update(environment="simulator")
    assert save(actor, environment="").environment == ""
    assert settings_of(actor.company) is None
    assert save(actor, environment="production").environment == "production"


@pytest.mark.usefixtures("company_of_demo")
def test_the_connection_is_tried(actor: Actor, simulator: RunningSimulator) -> None:
    own = {"environment": "simulator", "client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET}
    save(actor, **own)
    result = try_einvoice_connection(actor)
    assert (result.is_good, DEMO_TIN in result.message) == (True, True)
    assert EInvoiceSettings.objects.get().tested_at is not None

    save(actor, **own | {"client_id": "contoh-client", "client_secret": "contoh-secret"})
    other = try_einvoice_connection(actor)
    assert (other.is_good, "those of C99999999010" in other.message) == (False, True)
    assert EInvoiceSettings.objects.get().tested_at is None

    save(actor, **own | {"client_secret": "revoked"})
    refused = try_einvoice_connection(actor)
    assert (refused.is_good, "the secret was revoked" in refused.message) == (False, True)

    simulator.client("accountant", "accountants-secret", "C90000000030", DEMO_TIN)
    save(actor, **own | {"client_id": "accountant", "client_secret": "accountants-secret", "on_behalf_of": DEMO_TIN})
    assert try_einvoice_connection(actor).is_good

    with override_settings(OUTGOING=False):
        save(actor, environment="sandbox")
        assert "OUTGOING" in try_einvoice_connection(actor).message


@pytest.mark.usefixtures("company_of_demo")
def test_the_page(client: Client, alice: User, actor: Actor, key: rsa.RSAPrivateKey) -> None:
    client.force_login(alice)
    assert "e-invoices are off" in flat(client.get(URL)).lower()
    typed = {
        "environment": "production",
        "client_id": "client",
        "client_secret": SECRET,
        "version": "1.1",
        "starts_on": "1/1/2026",
        "submit_when": "on_issue",
        "certificate_password": PASSWORD,
    }

    def post(content: bytes, **more: str) -> Any:
        return client.post(URL, {**typed, **more, "certificate": SimpleUploadedFile("a.p12", content)})

    assert "passphrase is wrong" in flat(post(file_of(key), certificate_password="other"))
    assert "at most 64 KB" in flat(post(b"x" * 65_537))
    assert post(file_of(key, days=20)).status_code == 302
    page = flat(client.get(URL))
    assert "expires in 20 days" in page
    assert "expires in 20 days" in flat(client.get("/"))
    assert "never shown again" in page
    assert SECRET not in page
    assert PASSWORD not in page
    assert client.post(URL, {**typed, "client_secret": "", "certificate_password": ""}).status_code == 302
    assert connection_of(EInvoiceSettings.objects.get()).client_secret == SECRET
    Company.objects.filter(pk=actor.company.pk).update(country="SG")
    assert client.get(URL).status_code == 404


def test_a_file_that_would_take_minutes_to_open(key: rsa.RSAPrivateKey) -> None:
    """Its password is hashed as often as the file says, during which the server could do nothing else."""
    often = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(70_000).hmac_hash(SHA256()).build(b"x")
    content = pkcs12.serialize_key_and_certificates(None, key, None, None, often)
    rounds = b"\x02\x03\x01\x11\x70"
    assert rounds in content
    require_quick(content, "x")
    # Without the MAC, the last element, nothing shows that the content was changed.
    whole = content[4 : 11 + int.from_bytes(content[9:11])].replace(rounds, b"\x02\x03\x7f\xff\xff")
    with pytest.raises(CertificateUnreadable, match="too long"):
        require_quick(b"\x30\x82" + len(whole).to_bytes(2) + whole, "x", cpu_seconds=1)


@pytest.mark.parametrize(("days", "told"), [(61, None), (59, 59), (1, 1), (0, 0), (-5, 0)])
def test_when_an_expiring_certificate_is_told(days: int, told: int | None) -> None:
    now = datetime(2026, 1, 1, tzinfo=clock.now().tzinfo)
    assert days_to_warn(now + timedelta(days=days), now) == told


def test_whom_an_intermediary_acts_for() -> None:
    assert clean_on_behalf_of("c 20880050010") == "C20880050010"
    assert clean_on_behalf_of("IG12345678901 : 202003012345") == "IG12345678901:202003012345"
    for text in ("C20880050010:202003012345", "IG12345678901:", "nobody"):
        with pytest.raises(ValueError, match="TIN"):
            clean_on_behalf_of(text)
