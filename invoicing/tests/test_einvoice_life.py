"""E-invoices from their making to their end, against the simulator of MyInvois."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.sweeper import due
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.einvoices import MOMENT, Reporting, reporting
from invoicing.einvoice_errors import (
    EInvoiceExists,
    EInvoiceIsLive,
    EInvoiceNotCancellable,
    EInvoiceNotReady,
    EInvoicingOff,
)
from invoicing.inputs import CreditNoteInput
from invoicing.models import CreditNote, EInvoice, EInvoiceExchange, EInvoiceSettings
from invoicing.queries.einvoices import einvoice_status, latest_einvoice, live_einvoice
from invoicing.services import cancel_invoice, create_credit_note, send_invoice
from invoicing.services.einvoice_cancellation import cancel_einvoice
from invoicing.services.einvoice_queueing import queue_einvoices
from invoicing.services.einvoices import submit_einvoice
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")


@pytest.fixture
def lhdn(company: Company, actor: Actor) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


def accepted(lhdn: Reporting, text: str = "Scanner") -> EInvoice:
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice(text=text))
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    assert einvoice.status == "accepted", (einvoice.errors, einvoice.last_error)
    return einvoice


def test_an_invoice_is_accepted_within_seconds(lhdn: Reporting) -> None:
    invoice = lhdn.invoice()
    assert einvoice_status(invoice, None) == "pending"
    einvoice = submit_einvoice(lhdn.actor, invoice)
    lhdn.process()
    einvoice.refresh_from_db()
    assert (einvoice.status, len(einvoice.uuid), len(einvoice.submission_uid)) == ("submitted", 26, 26)
    lhdn.process(seconds=4)
    einvoice.refresh_from_db()
    (document,) = lhdn.simulator.documents()
    assert (einvoice.status, einvoice.uuid, einvoice.long_id) == ("accepted", document.uuid, document.long_id)
    assert einvoice.accepted_at == document.validated_at
    assert bytes(einvoice.document).startswith(b'{"_D"')
    kept = EInvoiceExchange.objects.filter(einvoices__contains=[einvoice.pk]).order_by("created_at", "id")
    assert [(one.operation, one.status_code) for one in kept] == [("token", 200), ("submit", 202), ("submission", 200)]
    assert all(one.correlation_id for one in kept)


def test_what_lhdn_would_reject_is_never_sent(lhdn: Reporting) -> None:
    invoice = lhdn.invoice(lhdn.buyer(tin="", identification_number="", identification_type=""))
    with pytest.raises(EInvoiceNotReady) as refused:
        submit_einvoice(lhdn.actor, invoice)
    assert refused.value.problems
    assert lhdn.statuses() == []


def test_an_invoice_has_one_live_einvoice(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    (source,) = einvoice.sources.all()
    assert source.invoice is not None
    with pytest.raises(EInvoiceExists):
        submit_einvoice(lhdn.actor, source.invoice)


def test_a_company_that_is_off_reports_nothing(lhdn: Reporting) -> None:
    invoice = lhdn.invoice()
    EInvoiceSettings.objects.update(environment="")
    assert einvoice_status(invoice, None) == "notRequired"
    with pytest.raises(EInvoicingOff):
        submit_einvoice(lhdn.actor, invoice)


def test_a_rejected_document_says_why_and_a_corrected_one_follows(lhdn: Reporting) -> None:
    invoice = lhdn.invoice(text="Scanner SIM:CF324")
    einvoice = submit_einvoice(lhdn.actor, invoice)
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    assert (einvoice.status, [error["code"] for error in einvoice.errors]) == ("rejected", ["CF324"])
    assert live_einvoice(invoice) is None
    again = submit_einvoice(lhdn.actor, invoice)
    assert latest_einvoice(invoice) == again


@pytest.mark.parametrize("fault", ["timeout_after_accept", "truncated_answer", "connection_cut", "server_error"])
def test_a_lost_answer_never_makes_two_documents(lhdn: Reporting, fault: str) -> None:
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice())
    lhdn.simulator.fault(fault, endpoint="submit", seconds=0.1)
    lhdn.process(seconds=1)
    einvoice.refresh_from_db()
    assert einvoice.status == "pending"
    lhdn.settle(0.5)
    einvoice.refresh_from_db()
    (document,) = lhdn.simulator.documents()
    assert (einvoice.status, einvoice.uuid) == ("accepted", document.uuid)


@pytest.mark.parametrize("hours", [3, 40 * 24])
def test_a_lost_answer_is_found_long_after(lhdn: Reporting, hours: int) -> None:
    """Even after more than the 31 days that LHDN searches at once."""
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice())
    lhdn.simulator.fault("timeout_after_accept", endpoint="submit", seconds=0.1)
    lhdn.process(seconds=1)
    lhdn.process(seconds=hours * 3600, rounds=1)
    lhdn.process(seconds=5)
    einvoice.refresh_from_db()
    (document,) = lhdn.simulator.documents()
    assert (einvoice.status, einvoice.uuid) == ("accepted", document.uuid)


def test_lhdn_is_away_for_four_days(lhdn: Reporting) -> None:
    """Documents get a new time of issue where they would be too old; nothing is lost."""
    einvoice = submit_einvoice(lhdn.actor, lhdn.invoice())
    lhdn.simulator.fault("maintenance_503", times=None)
    for _ in range(10):
        lhdn.process(seconds=10 * 3600)
    lhdn.simulator.clear_faults()
    lhdn.settle(1)
    einvoice.refresh_from_db()
    assert einvoice.status == "accepted", (einvoice.errors, einvoice.last_error)
    assert einvoice.issued_at > MOMENT + timedelta(days=3)
    assert len(lhdn.simulator.documents()) == 1


def test_one_bad_document_does_not_hold_up_the_others(lhdn: Reporting) -> None:
    buyer = lhdn.buyer()
    for number in range(4):
        submit_einvoice(lhdn.actor, lhdn.invoice(buyer, text="Scanner SIM:REJECT:CF415" if number == 2 else "Scanner"))
    lhdn.settle(0.5)
    assert [status for _, status in lhdn.statuses()] == ["accepted", "accepted", "rejected", "accepted"]


def test_cancelling_is_done_there_first_and_then_here(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    invoice = einvoice.sources.get().invoice
    assert invoice is not None
    with pytest.raises(EInvoiceIsLive):
        cancel_invoice(lhdn.actor, invoice, reason="Wrong customer")
    cancel_einvoice(lhdn.actor, einvoice, reason="Wrong customer")
    invoice.refresh_from_db()
    assert invoice.status == "sent"
    lhdn.process(seconds=1)
    einvoice.refresh_from_db()
    invoice.refresh_from_db()
    assert (einvoice.status, invoice.status, invoice.cancel_reason) == ("cancelled", "cancelled", "Wrong customer")
    assert lhdn.simulator.documents()[0].status == "Cancelled"


def test_after_72_hours_nothing_is_cancelled(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    lhdn.pass_time(hours=72, seconds=1)
    with pytest.raises(EInvoiceNotCancellable):
        cancel_einvoice(lhdn.actor, einvoice, reason="Too late")


def test_lhdn_has_the_last_word_about_the_72_hours(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    lhdn.simulator.clock.advance(hours=73)
    cancel_einvoice(lhdn.actor, einvoice, reason="Wrong customer")
    lhdn.process(seconds=1)
    einvoice.refresh_from_db()
    assert (einvoice.status, einvoice.cancel_requested_at) == ("accepted", None)
    assert einvoice.last_error


def test_a_cancellation_whose_answer_was_lost(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    cancel_einvoice(lhdn.actor, einvoice, reason="Wrong customer")
    lhdn.simulator.fault("timeout_after_accept", endpoint="change_status", seconds=0.1)
    lhdn.process(seconds=1)
    lhdn.settle(0.5)
    einvoice.refresh_from_db()
    assert einvoice.status == "cancelled"
    assert einvoice.sources.get().invoice.status == "cancelled"


def test_a_buyers_request_and_a_cancellation_on_the_portal_are_seen(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    lhdn.simulator.reject(einvoice.uuid, "Wrong amount")
    lhdn.process(seconds=4 * 3600)
    einvoice.refresh_from_db()
    assert (einvoice.status, einvoice.rejection_reason) == ("accepted", "Wrong amount")
    lhdn.simulator.cancel_in_portal(einvoice.uuid, "Typed twice")
    lhdn.process(seconds=4 * 3600)
    einvoice.refresh_from_db()
    assert (einvoice.status, einvoice.cancel_reason) == ("cancelled", "Typed twice")
    assert einvoice.sources.get().invoice.status == "sent"


def test_nobody_asks_about_what_is_final(lhdn: Reporting) -> None:
    einvoice = accepted(lhdn)
    for _ in range(20):
        lhdn.process(seconds=4 * 3600)
    einvoice.refresh_from_db()
    assert einvoice.next_attempt_at is None
    assert EInvoiceExchange.objects.count() == 3  # what told nothing new isn't kept


def test_a_credit_note_refers_to_its_accepted_invoice(lhdn: Reporting) -> None:
    invoice = lhdn.invoice()
    note = create_credit_note(lhdn.actor, CreditNoteInput(invoice_id=invoice.public_id))
    with pytest.raises(EInvoiceNotReady):
        submit_einvoice(lhdn.actor, note)
    original = submit_einvoice(lhdn.actor, invoice)
    lhdn.process(seconds=4, rounds=3)
    einvoice = submit_einvoice(lhdn.actor, note)
    lhdn.process(seconds=4, rounds=3)
    original.refresh_from_db()
    einvoice.refresh_from_db()
    assert (einvoice.kind, einvoice.status) == ("02", "accepted"), einvoice.errors
    assert lhdn.simulator.documents()[1].references == [(original.number, original.uuid)]
    with pytest.raises(EInvoiceNotCancellable):
        cancel_einvoice(lhdn.actor, original, reason="A note corrects it")
    assert CreditNote.objects.count() == 1


def test_an_unsent_einvoice_is_taken_back_with_its_invoice(lhdn: Reporting) -> None:
    invoice = lhdn.invoice()
    einvoice = submit_einvoice(lhdn.actor, invoice)
    cancel_invoice(lhdn.actor, invoice, reason="Wrong customer")
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    assert (einvoice.status, lhdn.simulator.documents()) == ("cancelled", [])


def test_a_company_can_have_it_done(lhdn: Reporting) -> None:
    EInvoiceSettings.objects.update(submit_when="on_issue")
    buyer = lhdn.buyer()
    lhdn.invoice(buyer)
    unready = lhdn.invoice(lhdn.buyer(name="Later", tin="", identification_number="", identification_type=""))
    assert len(lhdn.statuses()) == 1
    unready.customer.__class__.objects.filter(pk=unready.customer_id).update(
        tin="C10203040050", identification_type="brn", identification_number="201901000005"
    )
    assert (queue_einvoices(), queue_einvoices(), len(lhdn.statuses())) == (1, 0, 2)


def test_a_daily_company_reports_on_the_day_after(lhdn: Reporting) -> None:
    EInvoiceSettings.objects.update(submit_when="daily")
    lhdn.invoice()
    assert queue_einvoices() == 0
    lhdn.pass_time(days=1)
    assert (queue_einvoices(), queue_einvoices()) == (1, 0)
    assert clock.now() > MOMENT


def test_an_email_waits_for_the_acceptance_and_has_its_qr_code(lhdn: Reporting) -> None:
    EInvoiceSettings.objects.update(emails_wait=True)
    invoice = lhdn.invoice()
    _, email = send_invoice(lhdn.actor, invoice, EmailOptions(to=["buyer@example.com"]))
    lhdn.pass_time(days=1)
    assert (email.is_held, due()) == (True, [])
    einvoice = submit_einvoice(lhdn.actor, invoice)
    lhdn.process(seconds=4, rounds=3)
    einvoice.refresh_from_db()
    email.refresh_from_db()
    assert (email.is_held, due()) == (False, [email.pk])
    assert email.stored_document is not None
    assert email.stored_document.context["einvoice"] == {
        "uuid": einvoice.uuid,
        "validated": "2026-11-03 12:00:04 +08",
        "link": f"{lhdn.simulator.url}/{einvoice.uuid}/share/{einvoice.long_id}",
        "is_simulated": True,
    }
    _, second = send_invoice(lhdn.actor, invoice, EmailOptions(to=["buyer@example.com"]))
    assert (second.is_held, second.stored_document) == (False, email.stored_document)


def test_what_is_rejected_as_a_whole_is_sent_one_by_one(lhdn: Reporting) -> None:
    buyer = lhdn.buyer()
    for _ in range(3):
        submit_einvoice(lhdn.actor, lhdn.invoice(buyer))
    lhdn.simulator.fault("opaque_validation_error", endpoint="submit")
    lhdn.process(seconds=1)
    assert [status for _, status in lhdn.statuses()] == ["submitted"] * 3
    lhdn.process(seconds=4, rounds=3)
    assert [status for _, status in lhdn.statuses()] == ["accepted"] * 3
