"""LHDN is asked whether a customer's TIN belongs to the number: after the save, and never instead of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.outbox import worker_notifications
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import merge_customers, update_customer
from invoicing.einvoice.demo_client import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_TIN
from invoicing.einvoice_simulator.testing import RunningSimulator, running_simulator
from invoicing.inputs import EInvoiceSettingsInput
from invoicing.services import update_einvoice_settings
from invoicing.services.tin_checks import CHECK_TINS, check_company_tins, request_missing_tin_checks

pytestmark = pytest.mark.usefixtures("in_company")
KNOWN: dict[str, Any] = {
    "tin": "C90000000020",
    "identification_type": "brn",
    "identification_number": "199901000022",
}


@pytest.fixture
def simulator(actor: Actor, in_company: Company) -> Iterator[RunningSimulator]:
    """One that knows its own taxpayers only, to which the company is connected."""
    Company.objects.filter(pk=in_company.pk).update(tin=DEMO_TIN)
    in_company.refresh_from_db()
    with running_simulator(registry="strict") as running, override_settings(MYINVOIS_SIMULATOR_URL=running.url):
        update_einvoice_settings(
            actor,
            EInvoiceSettingsInput(
                environment="simulator",
                client_id=DEMO_CLIENT_ID,
                client_secret=DEMO_CLIENT_SECRET,
                starts_on=date(2026, 1, 1),
            ),
        )
        yield running


def checked(customer: Customer) -> str:
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.tin_checked_at is not None) == bool(stored.tin_check)
    return stored.tin_check


@pytest.mark.usefixtures("simulator")
def test_a_worker_asks_after_the_save(
    actor: Actor, company: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with patch.object(worker_notifications, "notify_worker", return_value=True) as notify:
        with django_capture_on_commit_callbacks(execute=True):
            known = make_customer(actor, **KNOWN)
            make_customer(actor, tin="C90000000020")
        notify.assert_called_once_with(company.pk, CHECK_TINS)
        assert request_missing_tin_checks() == 1
    wrong = make_customer(actor, **KNOWN | {"identification_number": "202001000022"})
    old = make_customer(actor, **KNOWN | {"identification_number": "123456-A"})
    assert check_company_tins(company.pk) == 3
    assert [checked(one) for one in (known, wrong, old)] == ["matches", "differs", "unknown"]
    assert check_company_tins(company.pk) == request_missing_tin_checks() == 0

    update_customer(actor, wrong, CustomerInput(name="Other"))
    assert checked(wrong) == "differs"
    update_customer(actor, wrong, CustomerInput(identification_number=KNOWN["identification_number"]))
    assert checked(wrong) == ""
    assert check_company_tins(company.pk) == 1
    assert checked(wrong) == "matches"
    update_customer(actor, wrong, CustomerInput(tin="", identification_type="", identification_number=""))
    assert checked(wrong) == ""


def test_what_lhdn_does_not_answer_is_asked_again(actor: Actor, company: Company, simulator: RunningSimulator) -> None:
    customer = make_customer(actor, **KNOWN)
    simulator.fault("maintenance_503", endpoint="validate_tin")
    assert check_company_tins(company.pk) == 0
    assert checked(customer) == ""
    assert check_company_tins(company.pk) == 1
    other = make_customer(actor)
    merge_customers(actor, customer, other)
    assert Customer.objects.get(pk=other.pk).tin == KNOWN["tin"]
    assert checked(other) == ""


def test_nobody_is_asked_without_e_invoices(actor: Actor, company: Company) -> None:
    with patch.object(worker_notifications, "notify_worker") as notify:
        make_customer(actor, **KNOWN)
        assert request_missing_tin_checks() == check_company_tins(company.pk) == 0
    notify.assert_not_called()


@pytest.mark.usefixtures("simulator")
def test_the_customers_page_and_form_say_so(client: Client, alice: User, actor: Actor) -> None:
    customer = make_customer(actor, **KNOWN | {"identification_number": "202001000022"})
    page, form = f"/customers/{customer.public_id}", f"/customers/{customer.public_id}/edit"
    client.force_login(alice)
    assert "Check TIN" in flat(client.get(page))
    assert client.post(f"{page}/check-tin").status_code == 302
    shown = flat(client.get(page))
    assert "Check TIN again" in shown
    assert "LHDN doesn’t know this TIN with this number (" in shown
    assert "LHDN doesn’t know this TIN with this number. Correct one of them." in flat(client.get(form))


def test_how_they_get_e_invoices(client: Client, alice: User, actor: Actor) -> None:
    customer = make_customer(actor, einvoice_preference="consolidated", is_government=True)
    client.force_login(alice)
    shown = flat(client.get(f"/customers/{customer.public_id}"))
    assert "In the consolidated e-invoice" in shown
    assert "Government or authority" in shown
