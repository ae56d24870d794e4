"""Whom reminders go to, in which language, and what keeps one back."""

from typing import Any

import pytest
from pytest_django import Settings

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer
from customers.services import create_contact, update_customer
from invoicing.models import Invoice
from invoicing.services import reminders as module
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from invoicing.tests.reminder_runs import after, offered, outcomes, owed, run

pytestmark = pytest.mark.usefixtures("in_company", "in_january")
TO = "billing@acme.example.com"


def test_a_customer_who_wants_none_gets_none_later_either(actor: Actor) -> None:
    customer = make_customer(actor, reminders_enabled=False)
    invoice, quote = owed(actor, customer), offered(actor, customer)
    assert [run(after(-3)), run(after(0))] == [0, 0]
    assert outcomes(invoice) == {-3: "opted_out", 0: "opted_out"}
    assert outcomes(quote) == {-3: "opted_out"}
    update_customer(actor, customer, CustomerInput(reminders_enabled=True))
    assert [run(after(1)), run(after(7))] == [0, 1]


def test_to_whom(actor: Actor) -> None:
    customer = make_customer(actor, email="", phone="+60123456789")
    nobody = owed(actor, customer)
    assert run(after(-3)) == 0
    assert outcomes(nobody) == {-3: "no_address"}
    create_contact(actor, customer, ContactInput(name="Ann", email="ann@acme.example.com", is_primary=True))
    assert run(after(0)) == 1
    assert OutboxEmail.objects.get().to == ["ann@acme.example.com"]
    update_customer(actor, customer, CustomerInput(email="new@acme.example.com"))
    assert run(after(7)) == 1
    assert OutboxEmail.objects.latest("created_at").to == ["new@acme.example.com"]
    Customer.objects.update(email="not an address")
    assert run(after(14)) == 0
    assert outcomes(nobody)[14] == "address_refused"


def test_one_that_fails_stops_no_other_and_is_told(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = owed(actor), owed(actor)

    def fail_for_one(_actor: Actor, invoice: Invoice) -> Any:
        if invoice.pk == broken.pk:
            raise ZeroDivisionError
        return get_or_freeze_invoice_document(_actor, invoice)

    monkeypatch.setattr(module, "get_or_freeze_invoice_document", fail_for_one)
    with pytest.raises(ExceptionGroup, match="Some reminders failed"):
        run(after(7))
    assert (outcomes(broken), outcomes(fine)[7]) == ({}, "sent")
    monkeypatch.undo()
    assert run(after(7)) == 1


def test_those_that_fail_again_and_again_keep_nobody_waiting(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = [owed(actor) for _ in range(3)], [owed(actor) for _ in range(3)]

    def fail_for_some(_actor: Actor, invoice: Invoice) -> Any:
        if invoice.pk in {other.pk for other in broken}:
            raise ZeroDivisionError
        return get_or_freeze_invoice_document(_actor, invoice)

    monkeypatch.setattr(module, "get_or_freeze_invoice_document", fail_for_some)
    monkeypatch.setattr(module, "MOST_IN_A_RUN", 2)
    for done in (2, 3):
        with pytest.raises(ExceptionGroup) as failed:
            run(after(7))
        assert len(failed.value.exceptions) == 3
        assert [outcomes(invoice).get(7) for invoice in fine].count("sent") == done


def test_a_customer_is_reminded_in_its_language(actor: Actor) -> None:
    owed(actor, make_customer(actor, language="ms"))
    assert run(after(7)) == 1
    email = OutboxEmail.objects.get(kind="invoice.reminder")
    assert (email.language, email.subject.endswith("telah tertunggak")) == ("ms", True)
    assert "14 Februari 2024" in email.body


def test_over_the_limit_of_the_hour_reminders_wait(actor: Actor, settings: Settings) -> None:
    first, second = owed(actor), owed(actor)
    settings.BIGLEDGER_MAILS_PER_HOUR = 1
    assert [run(after(7)), run(after(7), minute=30)] == [1, 0]
    assert [outcomes(invoice).get(7) for invoice in (first, second)] == ["sent", None]
    assert run(after(7), 12) == 1
    assert outcomes(second)[7] == "sent"
