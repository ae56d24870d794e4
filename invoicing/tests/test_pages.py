"""The pages about invoices and payments, the home page, and a whole sale by pages."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat, text_of
from customers.models import Customer
from invoicing.integrity import find_discrepancies
from invoicing.models import Invoice, Payment
from sales.inputs import LineInput

pytestmark = pytest.mark.usefixtures("time_in_2024")
PAYMENT = {"payment_date": "2024-01-15", "payment_method": "bank_transfer", "reference": "TXN-1"}


def test_a_whole_sale_by_pages(alices: Client, company: Company) -> None:
    customer = {"name": "Tech Solutions Ltd", "type": "business", "status": "active", "currency": "MYR"}
    made = alices.post("/customers/new", customer | {"email": "billing@tech.example.com", "payment_terms": "30"})
    new_quote = re.search(r'href="(/quotes/new\?customer=cust_\w+)"', text_of(alices, made["Location"]))
    assert new_quote is not None
    assert 'value="CUST-0001"' in text_of(alices, new_quote[1])
    quote = alices.post(
        "/quotes/new",
        {
            "customer": "tech solutions ltd",
            "quote_date": "2024-01-15",
            "lines-0-description": "Enterprise Software License",
            "lines-0-quantity": "10",
            "lines-0-unit_price": "1000.00",
            "lines-0-discount_percent": "15",
            "lines-0-tax_code": "SST",
        },
    )["Location"]
    email = {"to": "billing@tech.example.com", "subject": "Quote", "message": "Hello", "attach_pdf": "on"}
    alices.post(f"{quote}/send", email)
    alices.post(f"{quote}/accept")
    order = alices.post(f"{quote}/convert")["Location"]
    part = re.search(r'name="(soi_\w+)" value="10"', text_of(alices, f"{order}/invoice"))
    assert part is not None
    invoice = alices.post(f"{order}/invoice", {"invoice_date": "2024-01-15", part[1]: "10"})["Location"]
    assert "9,010.00" in text_of(alices, invoice)
    alices.post(f"{invoice}/send", email | {"subject": "Invoice"})
    assert ">Due</span>" in text_of(alices, invoice)
    assert "9,010.00" in text_of(alices, "/")

    assert 'name="amount" value="9,010.00"' in text_of(alices, f"{invoice}/payments")
    assert alices.post(f"{invoice}/payments", PAYMENT | {"amount": "9,010.00"})["Location"] == invoice
    page = text_of(alices, invoice)
    assert ">Paid</span>" in page
    assert "Payment of MYR\u00a09,010.00 recorded" in page
    assert "TXN-1" in page
    assert page.count("step-done") == 3  # quote, invoice, paid; nothing of the order is shipped
    assert text_of(alices, quote).count("step-done") == text_of(alices, order).count("step-done") == 3
    assert "TXN-1" in text_of(alices, "/payments")
    assert text_of(alices, "/outbox").count("/outbox/dlv_") == 2
    with company_scope(company):
        stored = Customer.objects.get()
        assert (stored.current_balance, stored.total_sales) == (Decimal(0), Decimal(9010))
    assert list(find_discrepancies(company)) == []


def test_an_order_is_invoiced_in_parts(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line("10", "25.00"), line("2", "50.00", description="Gadget")])
        keys = [row.public_id for row in order.lines.all()]
    url = f"/sales-orders/{order.public_id}/invoice"
    day = {"invoice_date": "2024-01-15"}
    too_much = alices.post(url, day | {keys[0]: "11", keys[1]: "1"})
    assert too_much.status_code == 400
    assert "Only 10 remain" in flat(too_much)
    assert 'value="11"' in flat(too_much)
    nothing = alices.post(url, day | {keys[0]: "", keys[1]: "0"})
    assert nothing.status_code == 400
    assert "Enter a quantity for at least one line." in flat(nothing)

    assert alices.post(url, day | {keys[0]: "4", keys[1]: "2"}).status_code == 302
    form = text_of(alices, url)
    assert re.search(r'name="send_reminders"[^>]* checked', form)
    assert f'name="{keys[0]}" value="6"' in form
    assert keys[1] not in form
    second = alices.post(url, day | {keys[0]: "6", "send_reminders": "on"})["Location"]
    with company_scope(actor.company):
        asked = Invoice.objects.order_by("invoice_number").values_list("send_reminders", flat=True)
        assert list(asked) == [False, True]
    assert "2 invoices" in text_of(alices, second)
    page = text_of(alices, f"/invoices?orderId={order.public_id}")
    assert "INV-2024-0001" in page
    assert "INV-2024-0002" in page
    assert "Create invoice" not in text_of(alices, f"/sales-orders/{order.public_id}")


def test_a_refused_payment_keeps_what_was_typed(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor)
    url = f"/invoices/{invoice.public_id}/payments"
    for typed, status, message in [
        ({"amount": "100.01"}, 422, "Only MYR\u00a0100.00 is due on this invoice"),
        ({"amount": "0"}, 400, "Amount must be above 0"),
        ({"amount": "1.005"}, 400, "Amount can have at most 2 decimals in MYR"),
        ({"amount": "1", "payment_date": "2024-01-16"}, 400, "Payment date cannot be in the future"),
    ]:
        response = alices.post(url, PAYMENT | typed)
        assert response.status_code == status
        assert message in flat(response)
        assert 'value="TXN-1"' in flat(response)
    with company_scope(actor.company):
        assert not Payment.objects.exists()


def test_issuing_asks_first_and_offers_what_comes_next(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, draft=True)
    url = f"/invoices/{invoice.public_id}"
    assert f"{url}/payments" not in text_of(alices, url)
    assert "only its notes can be changed" in text_of(alices, f"{url}/issue")
    assert alices.post(f"{url}/issue")["Location"] == url
    page = text_of(alices, url)
    assert f"{url}/payments" in page
    assert f"{url}/issue" not in page
    assert alices.post(f"{url}/issue").status_code == 422


def test_home_adds_up_what_is_owed_in_the_companys_currency(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_invoice(actor)
        make_invoice(actor, invoice_date=actor.today().replace(day=1), due_date=actor.today().replace(day=2))
        abroad = make_customer(actor, name="Abroad", currency="USD")
        make_invoice(actor, abroad, exchange_rate=Decimal("4.5"))
        make_invoice(actor, draft=True)
    page = text_of(alices, "/")
    figures = re.findall(r'metric-value">([\d,.]+)', page)
    assert figures == ["650.00", "100.00", "0.00", "0.00", "650.00"]
    assert re.findall(r"(Not yet due|days overdue)</a></th>\s*<td class=\"amount\">([\d,.]+)", page)[:2] == [
        ("Not yet due", "550.00"),
        ("days overdue", "100.00"),
    ]
    assert text_of(alices, "/invoices?show=open").count('href="/invoices/inv_') == 3
    assert text_of(alices, "/invoices?show=overdue").count('href="/invoices/inv_') == 1
    assert "13 days overdue" in text_of(alices, f"/invoices/{_overdue(actor).public_id}")


def test_home_shows_what_comes_due_and_what_waits(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        today = actor.today()
        for days in (0, 6, 7):
            make_invoice(actor, due_date=today + timedelta(days=days))
            make_quote(actor, valid_until=today + timedelta(days=days))
    page = text_of(alices, "/")
    figures = re.findall(r'metric-value">([\d,.]+)', page)
    assert figures == ["300.00", "0.00", "200.00", "0.00", "300.00"]
    assert page.count('href="/quotes/quote_') >= 3  # my drafts
    assert re.search("(Quote|Invoice|Customer) (created|issued)", page)  # all at one frozen moment, in any order
    due_soon = re.findall(r'href="(/invoices\?[^"]*dueDateTo[^"]*)"', page)[0].replace("&amp;", "&")
    rows = text_of(alices, due_soon)
    assert len(set(re.findall(r"/invoices/inv_\w+", rows))) == 2
    assert "Due from: 15 Jan 2024" in rows
    assert alices.get("/invoices?dueDateFrom=soon").status_code == 400


def test_analytics_draws_every_figure_with_its_table(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        item = make_item(actor, name="Left-handed widget")
        make_invoice(actor, lines=[LineInput(item_id=item.public_id, quantity=Decimal(2))])
        make_quote(actor, accepted=True)
    page = text_of(alices, "/analytics")
    assert "Left-handed widget" in page
    assert "Acme Corporation" in page
    assert page.count('<svg class="chart-drawing"') == page.count('<details class="chart-table">') == 2
    assert text_of(alices, "/analytics?days=365").count('aria-current="true"') == 1
    assert alices.get("/analytics?days=7").status_code == 404


def test_analytics_of_nothing_is_a_page(alices: Client, company: Company) -> None:
    page = text_of(alices, "/analytics")
    assert "No sales in this period" in page


def _overdue(actor: Actor) -> Invoice:
    with company_scope(actor.company):
        return Invoice.objects.get(due_date__lt=actor.today())


def test_an_empty_company_is_told_where_to_begin(alices: Client, company: Company) -> None:
    assert "Start with a customer" in text_of(alices, "/")
    for url in ("/customers", "/quotes", "/sales-orders", "/invoices", "/payments", "/items", "/outbox"):
        assert 'class="empty-state"' in text_of(alices, url)


def test_a_stranger_finds_nothing(client: Client, charlie: User, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor)
        invoice = make_invoice(actor, order.customer)
    client.force_login(charlie)
    for url in ("", "/pdf", "/send", "/issue", "/payments"):
        assert client.get(f"/invoices/{invoice.public_id}{url}").status_code == 404
    for url in ("/send", "/issue", "/payments"):
        assert client.post(f"/invoices/{invoice.public_id}{url}", PAYMENT | {"amount": "1"}).status_code == 404
    assert client.get(f"/sales-orders/{order.public_id}/invoice").status_code == 404
    assert client.post(f"/sales-orders/{order.public_id}/invoice").status_code == 404
    assert client.get(f"/invoices?customerId={order.customer.public_id}").status_code == 404
    assert client.get(f"/payments?customerId={order.customer.public_id}").status_code == 404
    for url in ("/", "/invoices", "/payments"):
        assert "Acme" not in flat(client.get(url))


def test_nobody_does_anything_to_a_strangers_rows_in_a_list(alices: Client, stranger: Actor) -> None:
    with company_scope(stranger.company):
        theirs = make_invoice(stranger, draft=True)
    assert alices.post("/invoices", {"do": "issue", "row": [theirs.public_id]}).status_code == 404
    assert alices.get(f"/invoices?export=csv&row={theirs.public_id}").status_code == 404
    with company_scope(stranger.company):
        assert Invoice.objects.get().status == "draft"
