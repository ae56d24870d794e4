"""Forms from clumsy and hostile hands: of another company, with days that no calendar has, from endless URLs."""

import re
from datetime import date

import pytest
from django.test import Client

from bigledger_crm.kernel.days import read_day
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from sales.models import Quote

FORM_KEY = "0190f0d0-0000-7000-8000-000000000001"
LONG = "x" * 1500
NEW_CUSTOMER = {
    "name": "Acme",
    "type": "business",
    "email": "a@acme.example.com",
    "currency": "MYR",
    "payment_terms": "30",
    "status": "active",
}


def test_a_form_of_one_company_saves_nothing_in_another(
    alices: Client, alice: User, company: Company, other_company: Company
) -> None:
    Membership.objects.create(company=other_company, user=alice, role="owner")
    alices.post("/switch-company", {"company": company.public_id})
    hidden = re.search(r'name="form_company" value="(\w+)"', flat(alices.get("/customers/new")))
    assert hidden is not None
    alices.post("/switch-company", {"company": other_company.public_id})
    refused = alices.post("/customers/new", {**NEW_CUSTOMER, "form_company": hidden[1]})
    assert refused.status_code == 409
    text = flat(refused)
    assert f"This form was opened in {company.name}, but you have since switched to {other_company.name}" in text
    assert not Customer.unscoped.exists()
    for url in ("/quotes/new", "/settings/mail/invoice-en", "/settings/mail", "/settings/documents"):
        assert other_company.public_id in flat(alices.get(url)).partition('name="form_company"')[2]
    alices.post("/switch-company", {"company": company.public_id})
    assert alices.post("/customers/new", {**NEW_CUSTOMER, "form_company": hidden[1]}).status_code == 302
    assert Customer.unscoped.get().company == company


def test_a_company_that_is_gone_from_a_session_is_replaced_by_none(
    alices: Client, alice: User, company: Company, other_company: Company
) -> None:
    ending = Membership.objects.create(company=other_company, user=alice, role="owner")
    alices.post("/switch-company", {"company": other_company.public_id})
    assert alices.get("/customers/new").status_code == 200
    ending.delete()
    for answer in (
        alices.post("/customers/new", {**NEW_CUSTOMER, "form_company": other_company.public_id}),
        alices.post("/customers/new", NEW_CUSTOMER),
        alices.post("/customers/new", NEW_CUSTOMER, headers={"HX-Request": "true", "HX-Target": "dialog-body"}),
    ):
        assert answer.status_code == 409
        assert "You are no longer a member of the company you were working in. Nothing was saved." in flat(answer)
        assert company.public_id in flat(answer)
    assert not Customer.unscoped.exists()
    seen = alices.get("/customers")
    assert seen.status_code == 409
    assert "Nothing was saved" not in flat(seen)
    assert alices.get("/customers", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert alices.post("/switch-company", {"company": company.public_id}).status_code == 302
    assert alices.get("/customers").status_code == 200


def test_the_company_of_the_first_page_is_that_of_the_session(
    alices: Client, alice: User, company: Company, other_company: Company
) -> None:
    assert alices.get("/customers/new").context["company"] == company
    Membership.objects.create(company=other_company, user=alice, role="owner")  # it comes first by name
    assert alices.get("/customers/new").context["company"] == company
    company.is_active = False
    company.save()
    assert alices.get("/customers/new").status_code == 409


@pytest.mark.parametrize("named", ["", "garbage", "comp_01h455vb4pex5vsknk084sn02q", "their company"])
def test_a_form_names_the_present_company_or_saves_nothing(
    alices: Client, other_company: Company, company: Company, named: str
) -> None:
    named = other_company.public_id if named == "their company" else named
    refused = alices.post("/customers/new", {**NEW_CUSTOMER, "form_company": named})
    assert refused.status_code == 409
    text = flat(refused)
    assert f"You are in {company.name} now, and nothing was saved." in text
    assert other_company.name not in text
    assert not Customer.unscoped.exists()


@pytest.mark.parametrize("text", ["+1", "tomorrow", "fri", "+9999"])
def test_no_day_comes_after_the_last(text: str) -> None:
    assert read_day(text, date.max) is None


def test_no_day_comes_before_the_first() -> None:
    assert read_day("-1", date.min) is None


def test_events_through_the_last_of_all_days_are_told_again(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        hook = create_endpoint(actor, EndpointInput(url="https://hooks.customer.test/in", events=["*"]))
    days = {"first": "0001-01-01", "last": "9999-12-31", "status": ""}
    assert alices.post(f"/settings/webhooks/{hook.public_id}/replay", days).status_code == 302


def test_a_customer_for_a_form_goes_to_that_form_wherever_else_the_address_leads(alices: Client) -> None:
    picked = alices.post("/customers/new?pick=1&then=/quotes/new", NEW_CUSTOMER, headers={"HX-Request": "true"})
    assert picked.status_code == 204
    assert "customer-made" in picked["HX-Trigger"]


def test_where_a_form_leads_may_be_long(alices: Client, actor: Actor) -> None:
    form = {**NEW_CUSTOMER, "form_key": FORM_KEY}
    made = alices.post(f"/customers/new?then=/quotes/new%3Fdraft={LONG}", form)
    assert made["Location"].startswith(f"/quotes/new?draft={LONG}&customer=cust_")


def test_a_button_leads_back_to_pages_of_ours_only(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor, make_customer(actor))
    alices.post(f"/quotes/{quote.public_id}/send", {"to": "a@acme.example.com", "subject": "s", "message": "m"})
    email = f"/outbox/{OutboxEmail.unscoped.get().public_id}"

    def back(referer: str) -> str:
        key = {"form_key": FORM_KEY} if LONG in referer else {}
        return str(alices.post(f"{email}/withdraw", key, headers={"Referer": referer})["Location"])

    assert back(f"http://testserver/quotes?q={LONG}") == f"/quotes?q={LONG}"
    for foreign in (
        "http://testserver//evil.example/",
        "http://testserver/\\evil.example",
        "http://testserver.evil.com/",
    ):
        assert back(foreign) == email
    assert Quote.unscoped.get().status == "sent"
