"""What is told of an invoice when it is paid, and when it becomes overdue."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.services import create_credit_note, issue_invoice, record_payment, void_payment
from invoicing.services.invoice_settlement import note_all_overdue
from invoicing.tasks import note_overdue

pytestmark = pytest.mark.usefixtures("time_in_2024")
at_home = pytest.mark.usefixtures("in_company")


def _pay(actor: Actor, invoice: Invoice, amount: str) -> Payment:
    return record_payment(actor, invoice, PaymentInput(amount=Decimal(amount), payment_method="cash"))


def _told(invoice: Invoice, event: str) -> int:
    return timeline_of(invoice.pk).filter(event=event).count()


@at_home
def test_it_is_told_when_the_last_of_it_is_paid(actor: Actor) -> None:
    create_endpoint(actor, EndpointInput(url="https://example.com/", events=["invoice.paid", "invoice.overdue"]))
    invoice = make_invoice(actor, None, [line(unit_price="100")])
    _pay(actor, invoice, "60.00")
    assert _told(invoice, "invoice.paid") == 0
    last = _pay(actor, invoice, "40.00")
    assert _told(invoice, "invoice.paid") == 1
    (delivery,) = WebhookDelivery.objects.all()
    assert (delivery.event_type, delivery.event.subjects[0]) == ("invoice.paid", invoice.pk)
    void_payment(actor, last)
    assert _told(invoice, "invoice.paid") == 1
    _pay(actor, invoice, "40.00")
    assert _told(invoice, "invoice.paid") == 2


@at_home
def test_crediting_the_rest_pays_it(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line(unit_price="100")])
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    assert _told(invoice, "invoice.paid") == 1


@at_home
def test_what_is_for_nothing_is_paid_when_it_is_issued(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line(unit_price="0")], draft=True)
    assert _told(invoice, "invoice.paid") == 0
    issue_invoice(actor, invoice)
    assert _told(invoice, "invoice.paid") == 1


@at_home
def test_it_becomes_overdue_once_on_the_companys_day(actor: Actor) -> None:
    create_endpoint(actor, EndpointInput(url="https://example.com/", events=["invoice.*"]))
    due: dict[str, Any] = {"invoice_date": date(2024, 1, 10), "due_date": date(2024, 1, 15)}
    invoice, draft = make_invoice(actor, **due), make_invoice(actor, draft=True, **due)
    paid = make_invoice(actor, None, [line(unit_price="100")], **due)
    _pay(actor, paid, "100.00")
    before = Invoice.objects.get(pk=invoice.pk).updated_at
    with time_machine.travel("2024-01-15T23:59:59+08:00", tick=False):
        assert note_all_overdue() == 0
    with time_machine.travel("2024-01-16T00:00:00+08:00", tick=False):
        assert note_all_overdue() == 1
        assert note_all_overdue() == 0
    with time_machine.travel("2024-03-01T09:00:00+08:00", tick=False):
        _pay(actor, invoice, "50.00")
        assert note_all_overdue() == 0
    assert [_told(one, "invoice.overdue") for one in (invoice, draft, paid)] == [1, 0, 0]
    (delivery,) = WebhookDelivery.objects.filter(event_type="invoice.overdue")
    assert (delivery.event.subjects[0], delivery.event.actor_id) == (invoice.pk, "system")
    assert Invoice.objects.get(pk=invoice.pk).updated_at > before  # by the payment, not by the notice


@at_home
def test_nothing_of_the_invoice_changes(actor: Actor) -> None:
    invoice = make_invoice(actor, invoice_date=date(2024, 1, 10), due_date=date(2024, 1, 12))
    assert note_all_overdue() == 1
    assert Invoice.objects.get(pk=invoice.pk).updated_at == invoice.updated_at


def test_the_schedule_tells_of_every_company_once_in_its_slot(actor: Actor, stranger: Actor) -> None:
    due: dict[str, Any] = {"invoice_date": date(2024, 1, 10), "due_date": date(2024, 1, 12)}
    made = []
    for one in (actor, stranger):
        with company_scope(one.company):
            made.append((one.company, make_invoice(one, **due)))
    note_overdue()
    with company_scope(actor.company):
        later = make_invoice(actor, **due)
    note_overdue()
    for company, invoice in made:
        with company_scope(company):
            assert _told(invoice, "invoice.overdue") == 1
    with company_scope(actor.company):
        assert _told(later, "invoice.overdue") == 0
