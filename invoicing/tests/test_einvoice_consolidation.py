"""A month of counter sales as one e-invoice."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.einvoices import Reporting, reporting
from invoicing.einvoice_errors import EInvoiceIsLive
from invoicing.inputs import CreditNoteInput
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.queries.einvoices import latest_einvoice
from invoicing.services import cancel_invoice, create_credit_note
from invoicing.services.einvoice_cancellation import cancel_einvoice
from invoicing.services.einvoice_consolidation import consolidate, to_consolidate
from invoicing.services.einvoice_queueing import queue_einvoices
from invoicing.services.einvoices import submit_einvoice

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
MONTH = date(2026, 11, 1)


@pytest.fixture
def lhdn(company: Company, actor: Actor) -> Iterator[Reporting]:
    with reporting(company, actor, submit_when="on_issue") as found:
        yield found


def test_a_month_of_counter_sales_is_one_document(lhdn: Reporting) -> None:
    counter = lhdn.buyer(name="Counter sales", einvoice_preference="consolidated", tin="")
    sales = [lhdn.invoice(counter, price=price) for price in ("10.00", "20.50", "10000.01", "30.00")]
    assert (lhdn.statuses(), queue_einvoices()) == ([], 0)
    with pytest.raises(InvalidData):
        consolidate(lhdn.actor, MONTH)
    lhdn.pass_time(days=31)
    found = to_consolidate(lhdn.actor, MONTH)
    assert ([one.pk for one in found.together], [one.pk for one in found.own]) == (
        [sales[0].pk, sales[1].pk, sales[3].pk],
        [sales[2].pk],
    )
    (einvoice,) = consolidate(lhdn.actor, MONTH)
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    assert (einvoice.status, einvoice.number, einvoice.total) == ("accepted", "CONS-2026-11-1", Decimal("60.50"))
    assert latest_einvoice(sales[1]) == einvoice
    with pytest.raises(InvalidData):
        consolidate(lhdn.actor, MONTH)
    with pytest.raises(EInvoiceIsLive):
        cancel_invoice(lhdn.actor, sales[0], reason="Returned")
    _a_note_refers_to_it(lhdn, einvoice)


def _a_note_refers_to_it(lhdn: Reporting, einvoice: EInvoice) -> None:
    EInvoiceSettings.objects.update(submit_when="by_hand")
    source = einvoice.sources.order_by("id")[0].invoice
    assert source is not None
    note = create_credit_note(lhdn.actor, CreditNoteInput(invoice_id=source.public_id))
    reported = submit_einvoice(lhdn.actor, note)
    lhdn.process(seconds=4, rounds=3)
    reported.refresh_from_db()
    assert reported.status == "accepted", reported.errors
    document = lhdn.simulator.documents()[-1]
    assert (document.buyer.name, document.references) == ("General Public", [(einvoice.number, einvoice.uuid)])


def test_a_cancelled_one_is_made_anew_and_the_sales_stay(lhdn: Reporting) -> None:
    counter = lhdn.buyer(name="Counter sales", einvoice_preference="consolidated")
    sale = lhdn.invoice(counter)
    lhdn.pass_time(days=31)
    (einvoice,) = consolidate(lhdn.actor, MONTH)
    lhdn.process(seconds=4, rounds=3)
    cancel_einvoice(lhdn.actor, einvoice, reason="Wrong month")
    lhdn.process(seconds=4)
    sale.refresh_from_db()
    assert sale.status == "sent"
    (again,) = consolidate(lhdn.actor, MONTH)
    assert again.number == "CONS-2026-11-2"
