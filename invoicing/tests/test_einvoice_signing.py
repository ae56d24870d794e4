"""Signed e-invoices: by a certificate that is valid, or not at all."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.encryption import encrypt
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.einvoices import Reporting, reporting
from invoicing.einvoice.demo_client import DEMO_TIN
from invoicing.einvoice_errors import EInvoiceCertificateUnusable
from invoicing.models import EInvoiceSettings
from invoicing.queries.einvoice_settings import PURPOSE
from invoicing.services.einvoice_queueing import queue_einvoices
from invoicing.services.einvoices import submit_einvoice

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")


@pytest.fixture
def lhdn(company: Company, actor: Actor) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


def signing(lhdn: Reporting) -> None:
    """The company signs with a certificate that the simulator trusts, for a year."""
    certificate = lhdn.simulator.certificate(DEMO_TIN, "201901012345", "geheim")
    EInvoiceSettings.objects.update(
        version="1.1",
        certificate=encrypt(PURPOSE, b64encode(certificate).decode()),
        certificate_password=encrypt(PURPOSE, "geheim"),
        certificate_subject="Tech Supplies Sdn Bhd",
        certificate_expires_at=clock.now() + timedelta(days=300),
    )


def test_a_signed_document_is_accepted(lhdn: Reporting) -> None:
    signing(lhdn)
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice(text="Ménage, 清洁"))
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    assert einvoice.status == "accepted", einvoice.errors
    assert (einvoice.version, lhdn.simulator.documents()[0].version) == ("1.1", "1.1")
    assert b"UBLExtensions" in bytes(einvoice.document)


def test_nothing_is_signed_with_an_expired_certificate_and_invoices_are_issued_all_the_same(lhdn: Reporting) -> None:
    signing(lhdn)
    EInvoiceSettings.objects.update(submit_when="on_issue")
    buyer = lhdn.buyer()
    lhdn.pass_time(days=5000)
    invoice = lhdn.invoice(buyer)
    assert (invoice.status, lhdn.statuses(), queue_einvoices()) == ("sent", [], 0)
    with pytest.raises(EInvoiceCertificateUnusable, match="expired"):
        submit_einvoice(lhdn.actor, invoice)
