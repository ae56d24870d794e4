"""QR codes that pay an invoice: by the guideline for euros, by the company's own static code, on paper and page."""

import re
from base64 import b64decode
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from segno import helpers
from weasyprint import HTML

from bigledger_crm.documents.qr_codes import qr_data_uri
from bigledger_crm.kernel.tests.test_emv_qr import STATIC
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice
from invoicing.rules.payment_qr import Payee, epc_qr, payment_qr
from invoicing.services import record_payment, render_invoice_pdf
from sales.inputs import CompanyInput
from sales.services import update_company

D = Decimal
PAYEE = Payee("Wikimedia Foerdergesellschaft", "DE33100205000001194700", "BFSWDE33BER", STATIC)


def pay_by(actor: Actor, **settings: Any) -> None:
    update_company(actor, CompanyInput(**settings))
    actor.company.refresh_from_db()


def read_codes(pdf: bytes) -> list[str]:
    """What a camera would read on the first page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [found.text for found in zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())]
    finally:
        document.close()


def drawn(svg_uri: str) -> list[str]:
    """What a camera would read of a picture on a page."""
    head, _, data = svg_uri.partition(",")
    svg = b64decode(data) if head.endswith("base64") else unquote(data).encode()
    return read_codes(HTML(string=f'<img style="width:60mm" src="{qr_uri(svg)}">').write_pdf())


def qr_uri(svg: bytes) -> str:
    return "data:image/svg+xml," + "".join(f"%{byte:02X}" for byte in svg)


def test_the_code_for_euros_says_what_the_guideline_wants() -> None:
    assert epc_qr(PAYEE, D("123.40"), "RF18539007547034").split("\n") == [
        *("BCD", "002", "1", "SCT", "BFSWDE33BER", "Wikimedia Foerdergesellschaft", "DE33100205000001194700"),
        *("EUR123.40", "", "RF18539007547034"),
    ]


def test_another_implementation_writes_the_same() -> None:
    theirs = helpers._make_epc_qr_data(  # type: ignore[attr-defined]
        *(PAYEE.name, PAYEE.iban, "123.45", None, "RF18539007547034", PAYEE.bic, None, "utf-8")
    )
    assert epc_qr(PAYEE, D("123.4500"), "RF18539007547034").encode() == theirs


@pytest.mark.parametrize(
    ("currency", "amount", "kind"),
    [
        ("EUR", "0.01", "BCD"),
        ("EUR", "999999999.99", "BCD"),
        ("EUR", "1000000000.00", ""),
        ("EUR", "0", ""),
        ("MYR", "2567.50", "000201"),
        ("MYR", "99999999999.00", ""),
        ("USD", "1.00", ""),
    ],
)
def test_which_code_there_is(currency: str, amount: str, kind: str) -> None:
    made = payment_qr(PAYEE, currency, D(amount), "RF17INV20240001")
    assert made.startswith(kind)
    assert bool(made) == bool(kind)
    assert payment_qr(Payee("A", "", "", ""), currency, D(amount), "RF17INV20240001") == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("in_company", "time_in_2024")
class TestInvoices:
    def test_it_is_printed_for_the_total(self, actor: Actor) -> None:
        pay_by(actor, static_qr=STATIC)
        invoice = make_invoice(actor, lines=[line(unit_price="2567.50")])
        (text,) = read_codes(render_invoice_pdf(actor, invoice).content)
        assert text.startswith("000201010212")
        assert "54072567.50" in text
        assert text.count("RF17INV20240001") == 2

    def test_in_euros_by_the_iban(self, actor: Actor) -> None:
        pay_by(actor, iban="DE33 1002 0500 0001 1947 00", legal_name="Müller GmbH")
        customer = make_customer(actor, currency="EUR")
        invoice = make_invoice(actor, customer, [line(unit_price="99.90")], exchange_rate=D("5.1"))
        (text,) = read_codes(render_invoice_pdf(actor, invoice).content)
        assert text.split("\n")[4:] == ["", "Müller GmbH", "DE33100205000001194700", "EUR99.90", "", "RF17INV20240001"]

    def test_what_asks_for_no_money_has_none(self, actor: Actor) -> None:
        assert read_codes(render_invoice_pdf(actor, make_invoice(actor)).content) == []  # no settings
        pay_by(actor, static_qr=STATIC)
        assert read_codes(render_invoice_pdf(actor, make_invoice(actor, draft=True)).content) == []
        free = make_invoice(actor, lines=[line(unit_price="0")])
        assert read_codes(render_invoice_pdf(actor, free).content) == []

    def test_the_page_asks_for_what_is_due_now(self, actor: Actor, alices: Client) -> None:
        pay_by(actor, static_qr=STATIC)
        invoice = make_invoice(actor)
        record_payment(actor, invoice, PaymentInput(amount=D("40.00")))
        (text,) = drawn(self._picture(alices, invoice))
        assert "540560.00" in text
        record_payment(actor, invoice, PaymentInput(amount=D("60.00")))
        assert self._picture(alices, invoice) == ""

    def _picture(self, client: Client, invoice: Invoice) -> str:
        page = client.get(f"/invoices/{invoice.public_id}").content.decode()
        found = re.search(r'class="payment-qr" src="([^"]+)"', page)
        return found[1].replace("&#x27;", "'").replace("&amp;", "&") if found else ""


def test_a_picture_on_a_page_can_be_read() -> None:
    assert drawn(qr_data_uri("Zahlung über 5 €")) == ["Zahlung über 5 €"]
