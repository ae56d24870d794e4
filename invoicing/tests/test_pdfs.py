"""What delivery notes, receipts and statements say, and that it is what the books say."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pytest_django import Settings

from bigledger_crm.documents import pdf
from bigledger_crm.documents.translations import translate
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import update_customer
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.services import (
    Span,
    create_credit_note,
    record_payment,
    render_invoice_pdf,
    render_receipt_pdf,
    render_statement_pdf,
    void_payment,
)
from sales.inputs import QuantityInput
from sales.services import render_delivery_note_pdf, ship_order

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture(autouse=True)
def printed(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[dict[str, Any]]:
    """The facts of every document that is printed."""
    settings.MEDIA_ROOT = tmp_path
    facts: list[dict[str, Any]] = []
    render = pdf.render

    def keep(template: str, context: Any, moment: Any) -> bytes:
        facts.append(dict(context))
        return render(template, context, moment)

    monkeypatch.setattr(pdf, "render", keep)
    return facts


def _text(content: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def test_a_delivery_note_says_what_left_and_what_is_to_come(actor: Actor, printed: list[dict[str, Any]]) -> None:
    item = make_item(actor, item_code="WDG-001", name="Premium Widget")
    order = make_order(actor, make_customer(actor, name="Acme"), [line("10", item_id=item.public_id)])
    (order_line,) = order.lines.all()
    pdfs = []
    for quantity in (4, 5):
        items = [QuantityInput(item_id=order_line.public_id, quantity=Decimal(quantity))]
        ship_order(actor, order, items=items, tracking_number=f"TRK-{quantity}")
        pdfs.append(render_delivery_note_pdf(actor, order.shipments.get(tracking_number=f"TRK-{quantity}")))
    tables = [facts["table"]["rows"][0]["figures"] for facts in printed]
    assert tables == [["10", "4", "6"], ["10", "5", "1"]]
    assert [pdf.filename for pdf in pdfs] == [f"{order.order_number}-{n}.pdf" for n in (1, 2)]
    text = _text(pdfs[1].content)
    for expected in ("Delivery note", "Acme", "TRK-5", "Outstanding", "Received in good order by"):
        assert expected in text
    assert "100.00" not in text  # no prices


def test_an_invoice_prints_the_sst_number_as_the_law_wants_it(actor: Actor) -> None:
    company = actor.company
    company.registration_number, company.tin, company.tax_number = "201901012345", "C20880050010", "W10-1808-32000123"
    invoice = make_invoice(actor, draft=True)
    for country, numbers in (("MY", "TIN C20880050010 SST no."), ("SG", "TIN C20880050010 Tax no.")):
        company.country = country
        text = " ".join(_text(render_invoice_pdf(actor, invoice).content).split())
        assert f"Reg. no. 201901012345 {numbers} W10-1808-32000123" in text


def test_a_receipt_says_what_was_left_to_pay_then(actor: Actor, printed: list[dict[str, Any]]) -> None:
    invoice = make_invoice(actor, make_customer(actor), [line()])
    first = record_payment(actor, invoice, PaymentInput(amount=Decimal(30), payment_method="cash", reference="TXN-1"))
    second = record_payment(actor, invoice, PaymentInput(amount=Decimal(50), payment_method="cheque"))
    for payment in (first, second):
        text = _text(render_receipt_pdf(actor, payment).content)
    assert [(facts["number"], facts["total"], facts["amount_due"]) for facts in printed] == [
        (f"{invoice.invoice_number}/1", "30.00", "70.00"),
        (f"{invoice.invoice_number}/2", "50.00", "20.00"),
    ]
    assert "Cheque" in text
    assert "Balance due" in text
    void_payment(actor, first, reason="Bounced")
    first.refresh_from_db()
    assert "VOID" in _text(render_receipt_pdf(actor, first).content)
    render_receipt_pdf(actor, second)
    assert [(facts["total"], facts["amount_due"]) for facts in printed[2:]] == [("30.00", "100.00"), ("50.00", "20.00")]


def test_a_statement_ends_with_the_balance_of_the_books(actor: Actor, printed: list[dict[str, Any]]) -> None:
    customer, today = make_customer(actor, name="Acme"), actor.today()
    old = make_invoice(actor, customer, [line()], invoice_date=today - timedelta(90), due_date=today - timedelta(60))
    recent = make_invoice(actor, customer, [line("3")], invoice_date=today)
    record_payment(actor, old, PaymentInput(amount=Decimal("12.34"), payment_method="cash"))
    credit = [QuantityInput(item_id=recent.lines.get().public_id, quantity=Decimal(1))]
    create_credit_note(actor, CreditNoteInput(invoice_id=recent.public_id, items=credit, reason="Broken"))
    text = _text(render_statement_pdf(actor, customer, Span()).content)
    render_statement_pdf(actor, customer, Span(today - timedelta(30)))
    balance = Customer.objects.get(pk=customer.pk).current_balance
    whole, month = printed
    assert Decimal(whole["total"]) == Decimal(month["total"]) == balance == Decimal("287.66")
    assert [row["figures"][1:] for row in whole["table"]["rows"]] == [
        ["100.00", "", "100.00"],
        ["300.00", "", "400.00"],
        ["", "12.34", "387.66"],
        ["", "100.00", "287.66"],
    ]
    assert month["table"]["rows"][0]["figures"] == ["", "", "", "100.00"]  # before
    assert {part["label"]: part["amount"] for part in whole["ageing"]} == {
        "Not yet due": "200.00",
        "1–30 days": "0.00",
        "31–60 days": "87.66",
        "61–90 days": "0.00",
        "Over 90 days": "0.00",
    }
    assert "Statement of account" in text


def test_a_statement_says_its_days(actor: Actor) -> None:
    customer, today = make_customer(actor, name="Acme"), actor.today()
    whole = _text(render_statement_pdf(actor, customer, Span()).content)
    month = _text(render_statement_pdf(actor, customer, Span(today - timedelta(30), today)).content)
    labels = ("From", "To", "As at")
    assert [[label for label in labels if label in text.split()] for text in (whole, month)] == [[], ["From", "To"]]
    assert "As at" in whole
    assert "As at" not in month


@pytest.mark.parametrize(("language", "title"), [("ms", "Resit"), ("zh", "收据")])
def test_pdfs_are_in_the_customers_language(actor: Actor, company: Company, language: str, title: str) -> None:
    invoice = make_invoice(actor, make_customer(actor), [line()])
    payment = record_payment(actor, invoice, PaymentInput(amount=Decimal(30), payment_method="cash"))
    update_customer(actor, payment.customer, CustomerInput(language=language))
    payment.invoice.refresh_from_db()
    text = _text(render_receipt_pdf(actor, type(payment).objects.get(pk=payment.pk)).content)
    assert title in text
    assert translate("Balance due", language) in text
    assert "Balance due" not in text
