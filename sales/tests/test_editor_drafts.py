"""What was typed in the editor and not saved yet."""

from datetime import timedelta

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from bigledger_crm.web.autosave import KEPT, forget_old_forms
from bigledger_crm.web.models import UnsavedForm
from sales.tests.support import htmx

pytestmark = pytest.mark.usefixtures("time_in_2024")
KEY = "0190f0d0-0000-7000-8000-000000000001"


def test_what_was_typed_is_offered_back_until_it_is_saved(alices: Client, actor: Actor, bob: User) -> None:
    with company_scope(actor.company):
        make_customer(actor)
    typed = {"form_key": KEY, "title": "Half done", "lines-0-description": "Work", "lines-0-quantity": "2"}
    kept = alices.post("/quotes/new", typed | {"keep": "1"}, headers=htmx("editor-draft"))
    assert "Draft kept at" in flat(kept)
    page = flat(alices.get("/quotes/new"))
    assert f"?draft={KEY}" in page
    assert "Half done" not in page
    restored = flat(alices.get(f"/quotes/new?draft={KEY}"))
    form = form_of(restored)
    assert (form["title"], form["lines-0-description"], form["form_key"]) == ("Half done", "Work", KEY)
    other = Client()
    other.force_login(bob)
    assert "unsaved draft" not in flat(other.get("/quotes/new"))
    assert "Half done" not in flat(other.get(f"/quotes/new?draft={KEY}"))

    rest = {"customer": "Acme Corporation (CUST-0001)", "quote_date": "2024-01-15", "lines-0-unit_price": "5"}
    assert alices.post("/quotes/new", form | rest).status_code == 302
    assert not UnsavedForm.unscoped.exists()
    alices.post("/quotes/new", typed | {"keep": "1"})  # a late one
    assert not UnsavedForm.unscoped.exists()


def test_drafts_are_discarded_and_swept(alices: Client, actor: Actor) -> None:
    alices.post("/sales-orders/new", {"form_key": KEY, "reference": "x", "keep": "1"})
    assert alices.post("/sales-orders/new", {"discard_draft": KEY})["Location"] == "/sales-orders/new"
    assert not UnsavedForm.unscoped.exists()
    alices.post("/sales-orders/new", {"form_key": KEY, "reference": "x", "keep": "1"})
    UnsavedForm.unscoped.update(saved_at=clock.now() - KEPT + timedelta(seconds=1))
    assert forget_old_forms() == 0
    UnsavedForm.unscoped.update(saved_at=clock.now() - KEPT)
    assert forget_old_forms() == 1


def test_a_new_customer_on_the_way_loses_nothing(alices: Client) -> None:
    typed = {"form_key": KEY, "title": "Half done", "new_customer": "1"}
    url = alices.post("/quotes/new", typed)["Location"]
    assert url == f"/customers/new?then=%2Fquotes%2Fnew%3Fdraft%3D{KEY}"
    customer = {"name": "New Ltd", "type": "business", "email": "a@new.example.com", "currency": "MYR"}
    customer |= {"payment_terms": "30", "status": "active"}
    page = flat(alices.post(url, customer, follow=True))
    assert 'name="customer" value="New Ltd (CUST-0001)"' in page
    assert 'name="title" value="Half done"' in page
    assert alices.post("/customers/new?then=//evil.example", customer | {"name": "B", "email": "b@b.example.com"})[
        "Location"
    ].startswith("/customers/cust_")
    picked = alices.post(
        "/customers/new?pick=1", customer | {"name": "C", "email": "c@c.example.com"}, headers=htmx("dialog-body")
    )
    assert picked.status_code == 204
    assert "C (CUST-0003)" in picked["HX-Trigger"]
