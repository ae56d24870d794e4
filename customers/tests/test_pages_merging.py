"""The warning before a second customer is made, and the page that merges two."""

from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from sales.models import Quote

NEW = {"name": "ELAN  supplies", "type": "business", "email": "new@example.com", "currency": "MYR"}
NEW |= {"payment_terms": "30", "status": "active"}


def test_a_customer_that_may_be_there_is_asked_about(alices: Client, actor: Actor, in_company: Company) -> None:
    known = make_customer(actor, name="Élan Supplies")
    warned = alices.post("/customers/new", NEW)
    page = flat(warned)
    assert warned.status_code == 409
    assert f"/customers/{known.public_id}" in page
    assert 'value="new@example.com"' in page  # what was typed is still there
    assert alices.post("/customers/new", {**NEW, "another": "on"}).status_code == 302
    assert Customer.objects.count() == 2


def test_two_are_compared_and_merged(alices: Client, actor: Actor, in_company: Company) -> None:
    gone, kept = make_customer(actor, name="Acme"), make_customer(actor, name="ACME", phone="+60123456789")
    make_quote(actor, gone)
    url = f"/customers/{gone.public_id}/merge"
    assert f"?into={kept.customer_number}" in flat(alices.get(url))
    assert "No customer has the number" in flat(alices.get(f"{url}?into=NOBODY"))
    compared = flat(alices.get(f"{url}?into={kept.customer_number}"))
    assert "+60123456789" in compared
    assert "This cannot be undone" in compared
    done = alices.post(f"{url}?into={kept.customer_number}")
    assert (done.status_code, done.headers["Location"]) == (302, f"/customers/{kept.public_id}")
    assert Quote.objects.get().customer_id == kept.pk
    left = flat(alices.get(f"/customers/{gone.public_id}"))
    assert "Merged into ACME" in left
    assert f"/customers/{gone.public_id}/edit" not in left
    assert alices.post(f"{url}?into={kept.customer_number}").status_code == 409
