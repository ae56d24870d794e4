"""The command that sends the drafts of a company."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_invoice
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.services.batch_work import work_on_batch

pytestmark = pytest.mark.usefixtures("time_in_2024", "no_broker")


def send(company: Company, *options: str) -> str:
    """What the command prints."""
    output = StringIO()
    call_command("send_invoices", "--company", company.public_id, *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def drafts(actor: Actor) -> list[Invoice]:
    """Drafts of two days, and an issued invoice."""
    with company_scope(actor.company):
        make_invoice(actor)
        return [make_invoice(actor, draft=True, invoice_date=date(2024, 1, day)) for day in (5, 10)]


def test_drafts_of_a_period(company: Company, drafts: list[Invoice]) -> None:
    for options, expected in (
        ((), drafts),
        (("--from", "2024-01-06"), drafts[1:]),
        (("--to", "2024-01-05"), drafts[:1]),
    ):
        assert f"{len(expected)} invoices" in send(company, "--no-wait", *options)
        batch = Batch.unscoped.latest("created_at", "id")
        assert (batch.action, batch.created_by) == ("send_invoices", "system")
        items = BatchItem.unscoped.filter(batch=batch).order_by("position")
        assert [item.invoice_id for item in items] == [draft.pk for draft in expected]
    with pytest.raises(CommandError, match="No invoices match"):
        send(company, "--no-wait", "--from", "2024-02-01")


def test_it_tells_what_became_of_a_batch(company: Company, drafts: list[Invoice]) -> None:
    send(company, "--no-wait")
    batch = Batch.unscoped.get()
    work_on_batch(batch.pk, 0)
    OutboxEmail.unscoped.update(status=EmailStatus.SENT, sent_at="2024-01-15T00:00:00Z", next_attempt_at=None)
    said = send(company, "--batch", batch.public_id)
    assert "Completed: 2 of 2 invoices, 2 emails sent, 0 failed, 0 emails not sent" in said


def test_failures_are_counted_and_its_exit_status(company: Company, drafts: list[Invoice]) -> None:
    send(company, "--no-wait", "--issue-only")
    batch = Batch.unscoped.get()
    Invoice.unscoped.filter(pk=drafts[0].pk).update(status="cancelled", cancelled_at="2024-01-15T00:00:00Z")
    work_on_batch(batch.pk, 0)
    output = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("send_invoices", "--company", company.public_id, "--batch", batch.public_id, stdout=output)
    assert "Completed: 2 of 2 invoices, 0 emails sent, 1 failed" in output.getvalue()
    assert "INVALID_STATUS_TRANSITION: 1" in output.getvalue()
    assert not OutboxEmail.unscoped.exists()


def test_a_mistyped_date_is_told(company: Company) -> None:
    with pytest.raises(CommandError, match="“2026-13-01” is not a date such as 2026-01-31"):
        send(company, "--from", "2026-13-01")
