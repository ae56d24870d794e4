"""What differs between our e-invoices and LHDN's is found, whoever has changed it."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.einvoices import Reporting, reporting
from invoicing.models import EInvoice, EInvoiceExchange
from invoicing.rules.einvoices import contradiction, is_behind
from invoicing.services import einvoice_reconciliation
from invoicing.services.einvoice_reconciliation import UNKNOWN, reconcile_all, reconcile_einvoices
from invoicing.services.einvoices import submit_einvoice
from invoicing.tests.tampering import not_told, tamper


@pytest.fixture
def lhdn(company: Company, actor: Actor, in_company: Company, no_broker: None) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


@pytest.mark.parametrize(
    ("ours", "theirs", "behind", "wrong"),
    [
        ("submitted", "submitted", False, ""),
        ("submitted", "valid", True, ""),
        ("submitted", "invalid", True, ""),
        ("submitted", "", False, "LHDN doesn't list this document"),
        ("accepted", "valid", False, ""),
        ("accepted", "cancelled", True, ""),
        ("accepted", "invalid", False, "LHDN says that this document is invalid"),
        ("accepted", "unknown", False, ""),
        ("accepted", "", False, "LHDN doesn't list this document"),
        ("rejected", "invalid", False, ""),
        ("rejected", "valid", False, "LHDN says that this document is valid"),
        ("rejected", "", False, ""),
        ("cancelled", "cancelled", False, ""),
        ("cancelled", "valid", False, "LHDN says that this document is valid"),
    ],
)
def test_what_a_pair_of_statuses_means(ours: str, theirs: str, behind: bool, wrong: str) -> None:
    assert (is_behind(ours, theirs), contradiction(ours, theirs)) == (behind, wrong)


@pytest.mark.django_db
def test_what_differs_is_found(lhdn: Reporting, company: Company) -> None:
    buyer = lhdn.buyer()
    good, cancelled, gone, lost = (submit_einvoice(lhdn.actor, lhdn.invoice(buyer)) for _ in range(4))
    lhdn.process(seconds=4, rounds=3)
    lhdn.pass_time(days=5)
    assert reconcile_einvoices(company.pk) == 0
    assert EInvoiceExchange.objects.filter(operation="recent").count() == 0  # nothing new is nothing to keep

    # On the portal somebody cancelled one that nobody asks about any more; of another LHDN knows nothing.
    lhdn.simulator.clock.advance(days=-5)
    lhdn.simulator.cancel_in_portal(EInvoice.objects.get(pk=cancelled.pk).uuid, "Typed twice")
    lhdn.simulator.clock.advance(days=5)
    # Of two here LHDN knows nothing, and of theirs nothing is known here.
    forgotten = EInvoice.objects.get(pk=lost.pk)
    tamper(
        "UPDATE invoicing_einvoice SET next_attempt_at = NULL",
        f"UPDATE invoicing_einvoice SET uuid = repeat('0', 26) WHERE id = '{gone.pk}'",
        f"UPDATE invoicing_einvoice SET uuid = repeat('1', 26) WHERE id = '{lost.pk}'",
    )
    with patch.object(einvoice_reconciliation, "_IN_ONE_SEARCH", 1):
        assert reconcile_einvoices(company.pk) >= 5
    lhdn.process()

    said = dict(EInvoice.objects.values_list("pk", "last_error"))
    assert said[good.pk] == said[cancelled.pk] == ""
    assert said[gone.pk] == said[lost.pk] == "LHDN doesn't list this document"
    cancelled.refresh_from_db()
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "Typed twice")
    unknown = AuditEntry.objects.filter(event=UNKNOWN).values_list("note", flat=True)
    assert len(unknown) == 2
    assert any(f"{forgotten.number} ({forgotten.uuid}), valid" in note for note in unknown)

    before = AuditEntry.objects.count()
    assert reconcile_einvoices(company.pk) == 4
    assert AuditEntry.objects.count() == before  # each is told once


@pytest.mark.django_db
def test_lhdn_can_be_away(lhdn: Reporting, company: Company) -> None:
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice())
    lhdn.process(seconds=4, rounds=3)
    lhdn.simulator.fault("maintenance_503", times=None)
    assert reconcile_einvoices(company.pk) == 0
    einvoice.refresh_from_db()
    assert (einvoice.status, einvoice.last_error) == ("accepted", "")


@pytest.mark.django_db
def test_each_company_is_compared_once_a_day(lhdn: Reporting) -> None:
    notified = "invoicing.services.einvoice_reconciliation.notify_worker"
    with patch(notified, return_value=True):
        hours = []
        for _ in range(24):
            hours += [clock.now().hour] * reconcile_all()
            lhdn.pass_time(hours=1)
    assert hours == [lhdn.company.pk.int % 24]


EINVOICE = "invoicing_einvoice"
TAMPERED: dict[str, tuple[str, str]] = {
    "hash": (f"UPDATE {EINVOICE} SET document_hash = repeat('0', 64)", "hash of the document is 0000"),
    "bytes": (
        f"UPDATE {EINVOICE} SET document = replace(convert_from(document, 'UTF8'), "
        '\'"PayableAmount":[{"_":100\', \'"PayableAmount":[{"_":99.99\')::bytea',
        "payable amount of the document is 99.99, should be 100",
    ),
    "no document": (f"UPDATE {EINVOICE} SET document = 'nothing'", "payable amount of the document is unreadable"),
    "total": (f"UPDATE {EINVOICE} SET total = 1", "total is 1, should be 100"),
    "nothing reported": (
        "DELETE FROM invoicing_einvoicesource",
        "number of documents is 0, should be at least 1",
    ),
    "cancelled here only": (
        "UPDATE invoicing_invoice SET status = 'cancelled', cancelled_at = now(), cancel_reason = 'Wrong'",
        "live e-invoices is 1, should be at most 0",
    ),
}


@pytest.mark.django_db
def test_tampering_with_einvoices_is_named(lhdn: Reporting, company: Company) -> None:
    submit_einvoice(lhdn.actor, lhdn.invoice())
    lhdn.process(seconds=4, rounds=3)
    assert not_told(TAMPERED, company) == {}
