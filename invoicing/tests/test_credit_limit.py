"""Issuing invoices to customers who are blocked or at their credit limit, by services, API and pages."""

from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT, ROLE_PERMISSIONS
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import update_customer
from invoicing.integrity import find_discrepancies
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice, issue_invoice, send_invoice
from sales.errors import CreditLimitExceeded, CustomerBlocked
from sales.inputs import QuantityInput
from sales.models import SalesOrder
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal


def _limited(actor: Actor, limit: str = "250.00") -> Customer:
    return make_customer(actor, credit_limit=D(limit))


@pytest.mark.usefixtures("in_company")
def test_nothing_is_issued_to_a_blocked_customer(actor: Actor) -> None:
    invoice = make_invoice(actor, draft=True)
    update_customer(actor, invoice.customer, CustomerInput(status="blocked"))
    for issue in (issue_invoice, lambda who, what, **how: send_invoice(who, what, EmailOptions(), **how)):
        with pytest.raises(CustomerBlocked):
            issue(actor, invoice, override_credit_limit=True)
    assert Invoice.objects.get().status == "draft"
    assert Customer.objects.get().current_balance == 0


@pytest.mark.usefixtures("in_company")
def test_an_invoice_is_issued_up_to_the_limit_and_not_beyond(actor: Actor) -> None:
    customer = _limited(actor)
    make_order(actor, customer)
    make_invoice(actor, customer, [line("1.5")])
    over = make_invoice(actor, customer, [line("1", "0.01")], draft=True)
    with pytest.raises(CreditLimitExceeded) as refusal:
        issue_invoice(actor, over)
    assert refusal.value.message == (
        "This invoice takes Acme Corporation MYR 0.01 over the credit limit of MYR 250.00: "
        "MYR 150.00 owed, MYR 100.00 in open orders, MYR 0.01 for this invoice"
    )
    assert refusal.value.details[0]["invoiceTotal"] == D("0.01")
    somebody = Actor(actor.company, "user_x", "X", ROLE_PERMISSIONS["sales"])
    with pytest.raises(PermissionDenied, match="credit-limit:override"):
        issue_invoice(somebody, over, override_credit_limit=True)
    assert issue_invoice(actor, over, override_credit_limit=True).status == "sent"
    assert list(find_discrepancies(actor.company)) == []


@pytest.mark.usefixtures("in_company")
def test_an_order_and_its_invoices_count_once(actor: Actor) -> None:
    customer = _limited(actor)
    order = make_order(actor, customer, [line("2.5")])
    part = QuantityInput(item_id=order.lines.get().public_id, quantity=D(1))
    issue_invoice(actor, convert_order_to_invoice(actor, order, partial_items=[part]))
    rest = convert_order_to_invoice(actor, order)
    assert SalesOrder.objects.get().issued_total == 100
    assert issue_invoice(actor, rest).status == "sent"
    assert Customer.objects.get().current_balance == 250


@pytest.mark.usefixtures("in_company")
def test_a_draft_of_an_order_does_not_slip_past_a_limit_that_was_lowered(actor: Actor) -> None:
    customer = _limited(actor)
    draft = convert_order_to_invoice(actor, make_order(actor, customer, [line("2.5")]))
    update_customer(actor, customer, CustomerInput(credit_limit=D("200.00")))
    with pytest.raises(CreditLimitExceeded, match=r"MYR 50\.00 over the credit limit of MYR 200\.00"):
        issue_invoice(actor, draft)
    assert SalesOrder.objects.get().issued_total == 0
    with pytest.raises(CreditLimitExceeded):
        send_invoice(actor, draft, EmailOptions())


@pytest.mark.usefixtures("in_company")
def test_an_issued_invoice_is_emailed_again_whatever_the_limit_says_by_now(actor: Actor) -> None:
    invoice = make_invoice(actor, _limited(actor))
    update_customer(actor, invoice.customer, CustomerInput(credit_limit=D(1), status="blocked"))
    assert send_invoice(actor, invoice, EmailOptions())[0].status == "sent"


def test_the_api_issues_above_the_limit_by_a_key_that_may(api: ApiClient, company: Company, actor: Actor) -> None:
    with company_scope(company):
        customer = _limited(actor, "50.00")
        invoices = [make_invoice(actor, customer, draft=True).public_id for _ in range(2)]
    boss = ApiClient(
        create_api_key([company], name="Boss", scopes=["read", "write", OVERRIDE_CREDIT_LIMIT])[1], company.public_id
    )
    for invoice, way in zip(invoices, ("issue", "send"), strict=True):
        url = f"/invoices/{invoice}/{way}"
        assert api.post(url).error["code"] == "CREDIT_LIMIT_EXCEEDED"
        assert api.post(url, {"overrideCreditLimit": True}).status == 403
        assert boss.post(url).status == 422
        assert boss.post(url, {"overrideCreditLimit": "yes"}).status == 400
        assert boss.post(url, {"overrideCreditLimit": True}).data["status"] == "sent"


@pytest.mark.parametrize("way", ["issue", "send"])
def test_a_page_says_by_how_much_before_it_asks(client: Client, alice: User, actor: Actor, way: str) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        invoice = make_invoice(actor, _limited(actor, "60.00"), draft=True)
    page = f"/invoices/{invoice.public_id}"
    says = "This invoice takes Acme Corporation MYR\xa040.00 over the credit limit of MYR\xa060.00."
    email = {"to": "a@example.com", "subject": "Invoice", "message": "Here it is"}
    assert says in flat(client.get(page))
    form = flat(client.get(f"{page}/{way}"))
    assert says in form
    assert "Override the credit limit" in form
    refused = client.post(f"{page}/{way}", email)
    assert refused.status_code == 422
    assert "MYR 40.00 over the credit limit of MYR 60.00" in flat(refused)
    assert client.post(f"{page}/{way}", email | {"override_credit_limit": "on"}).status_code == 302
    assert says not in flat(client.get(page))


def test_a_draft_of_an_order_is_not_counted_twice_on_its_page(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = _limited(actor, "100.00")
        draft = convert_order_to_invoice(actor, make_order(actor, customer))
    url = f"/invoices/{draft.public_id}"
    assert "credit limit" not in flat(client.get(url))
    assert "Go above" not in flat(client.get(f"{url}/issue"))
    with company_scope(actor.company):
        update_customer(actor, customer, CustomerInput(credit_limit=D("99.00")))
    assert "MYR\xa01.00 over the credit limit of MYR\xa099.00." in flat(client.get(url))


def test_quotes_and_draft_orders_say_what_they_would_do_to_the_limit(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = _limited(actor, "120.00")
        make_order(actor, customer)
        quote, order = make_quote(actor, customer), make_order(actor, customer, draft=True)
        fine = make_quote(actor)
    for kind, url in (("quote", f"/quotes/{quote.public_id}"), ("order", f"/sales-orders/{order.public_id}")):
        page = flat(client.get(url))
        assert f"This {kind} takes Acme Corporation MYR\xa080.00 over the credit limit of MYR\xa0120.00." in page
        assert "Balance: MYR\xa00.00. Open orders: MYR\xa0100.00." in page
    assert "credit limit" not in flat(client.get(f"/quotes/{fine.public_id}"))
