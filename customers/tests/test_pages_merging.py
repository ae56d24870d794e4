"""The warning before a second customer is made, and the page that merges two."""

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from sales.models import Quote

NEW = {"name": "ELAN  supplies", "type": "business", "email": "new@example.com", "currency": "MYR"}
NEW |= {"payment_terms": "30", "status": "active"}


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    """Alice at her desk."""
    client.force_login(alice)
    return client


def test_a_customer_that_may_be_there_is_asked_about(browser: Client, actor: Actor, in_company: Company) -> None:
    known = make_customer(actor, name="Élan Supplies")
    warned = browser.post("/customers/new", NEW)
    page = flat(warned)
    assert warned.status_code == 409
    assert f"/customers/{known.public_id}" in page
    assert 'value="new@example.com"' in page  # what was typed is still there
    assert browser.post("/customers/new", {**NEW, "another": "on"}).status_code == 302
    assert Customer.objects.count() == 2


def test_two_are_compared_and_merged(browser: Client, actor: Actor, in_company: Company) -> None:
    gone, kept = make_customer(actor, name="Acme"), make_customer(actor, name="ACME", phone="+60123456789")
    make_quote(actor, gone)
    address = f"/customers/{gone.public_id}/merge"
    assert f"?into={kept.customer_number}" in flat(browser.get(address))
    assert "No customer has the number" in flat(browser.get(f"{address}?into=NOBODY"))
    compared = flat(browser.get(f"{address}?into={kept.customer_number}"))
    assert "+60123456789" in compared
    assert "This cannot be undone" in compared
    done = browser.post(f"{address}?into={kept.customer_number}")
    assert (done.status_code, done.headers["Location"]) == (302, f"/customers/{kept.public_id}")
    assert Quote.objects.get().customer_id == kept.pk
    left = flat(browser.get(f"/customers/{gone.public_id}"))
    assert "Merged into ACME" in left
    assert f"/customers/{gone.public_id}/edit" not in left
    assert browser.post(f"{address}?into={kept.customer_number}").status_code == 409
