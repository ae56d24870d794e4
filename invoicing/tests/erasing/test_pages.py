"""The pages that erase."""

import pytest
from django.test import Client

from bigledger_crm.audit.models import Erasure
from bigledger_crm.audit.services import write_note
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.factories import make_invoice
from bigledger_crm.testing.html import flat
from customers.models import Contact, Customer
from invoicing.tests.erasing.support import NAME, sell

pytestmark = pytest.mark.usefixtures("in_company")


def test_the_page_says_what_goes_and_wants_the_number(
    actor: Actor, customer: Customer, alices: Client, bob: User
) -> None:
    sell(actor, customer)
    href = f"/customers/{customer.public_id}/erase"
    assert href in flat(alices.get(f"/customers/{customer.public_id}"))
    page = flat(alices.get(href))
    assert "Contacts: 1" in page
    assert "Invoices: 1</li>" in page
    assert "Type CUST-0001 to confirm." in page
    for typed in ("", "CUST-0002"):
        refused = alices.post(href, {"number": typed})
        assert (refused.status_code, "number" in refused.context["form"].errors) == (400, True)
    assert not Erasure.objects.exists()
    assert alices.post(href, {"number": "cust-0001"}).headers["Location"] == f"/customers/{customer.public_id}"
    after = flat(alices.get(f"/customers/{customer.public_id}"))
    assert "Personal data was erased on" in after
    assert href not in after
    alices.force_login(bob)
    assert alices.get(href).status_code == 403


def test_the_page_names_what_stands_in_the_way(actor: Actor, customer: Customer, alices: Client) -> None:
    make_invoice(actor, customer)
    page = flat(alices.get(f"/customers/{customer.public_id}/erase"))
    assert "The balance is not zero" in page
    assert 'name="number"' not in page
    assert alices.post(f"/customers/{customer.public_id}/erase", {"number": "CUST-0001"}).status_code == 409


def test_a_contact_is_erased_on_a_page(actor: Actor, customer: Customer, alices: Client) -> None:
    contact = Contact.objects.get()
    href = f"/contacts/{contact.public_id}/erase"
    assert href in flat(alices.get(f"/customers/{customer.public_id}/contacts"))
    assert f"{NAME} Wong likes" not in flat(alices.get(href))
    write_note(actor, "customer.noted", customer.pk, words=f"{NAME} Wong likes tea")
    assert f"{NAME} Wong likes tea" in flat(alices.get(href))
    assert alices.post(href).headers["Location"] == f"/customers/{customer.public_id}/contacts"
    assert not Contact.objects.exists()
