"""Creditor references: how they are made, where they are shown and found, and that they stay."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from bigledger_crm.numbering.rules import Series
from bigledger_crm.numbering.services import skip_to
from bigledger_crm.outbox.email_templates.services import save_email_text
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_invoice, make_order
from invoicing.inputs import InvoiceInput
from invoicing.rules.payment_references import find_reference, grouped_reference, reference_of_key, reference_of_number
from invoicing.services import convert_order_to_invoice, duplicate_invoice, update_invoice
from invoicing.services.invoice_email import invoice_email_content
from invoicing.services.invoice_pdf import invoice_context

KEY = UUID("01912345-6789-7abc-8def-0123456789ab")


def test_the_example_of_the_standard() -> None:
    assert reference_of_number("539007547034") == "RF18539007547034"
    assert grouped_reference("RF18539007547034") == "RF18 5390 0754 7034"
    assert find_reference("rf18 5390 0754 7034") == "RF18539007547034"


@pytest.mark.parametrize("text", ["", "RF", "RF19 5390 0754 7034", "INV-2024-0001", "RF18 5390 0754 703٤"])
def test_what_is_no_reference(text: str) -> None:
    assert find_reference(text) == ""


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_none(text: str) -> None:
    assert find_reference(text) == "" or iso11649.is_valid(text)


@given(st.from_regex(r"[A-Za-z0-9/._#-]{1,40}", fullmatch=True))
def test_references_of_numbers_are_valid(number: str) -> None:
    reference = reference_of_number(number)
    has = len(re.sub("[^A-Za-z0-9]", "", number))
    assert iso11649.is_valid(reference) if 0 < has <= 21 else reference == ""


@given(st.uuids())
def test_references_of_keys_are_valid(key: UUID) -> None:
    assert iso11649.is_valid(reference_of_key(key)) or key.int % 2**80 == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("in_company", "time_in_2024")
class TestInvoices:
    def test_every_invoice_has_one(self, actor: Actor) -> None:
        first = make_invoice(actor, draft=True)
        copy = duplicate_invoice(actor, first)
        of_an_order = convert_order_to_invoice(actor, make_order(actor))
        found = [(one.invoice_number, one.payment_reference) for one in (first, copy, of_an_order)]
        assert found == [(number, reference_of_number(number)) for number, _ in found]
        assert found[0] == ("INV-2024-0001", "RF17INV20240001")

    def test_the_same_number_in_other_words_makes_another_one(self, actor: Actor) -> None:
        make_invoice(actor)
        actor.company.invoice_number_pattern = "INV-{number:8}"
        actor.company.save()
        skip_to(actor.company, "invoice", Series(), 20240001)
        second = make_invoice(actor)
        assert second.invoice_number == "INV-20240001"
        assert second.payment_reference == reference_of_key(second.pk)

    def test_it_is_shown_and_found(self, actor: Actor, api: ApiClient) -> None:
        invoice = make_invoice(actor)
        other = make_invoice(actor, draft=True)
        assert api.get(f"/invoices/{invoice.public_id}").data["paymentReference"] == "RF17INV20240001"
        for text in ("RF17INV20240001", "rf17 inv2 0240 001", "rf17inv"):
            found = api.get(f"/invoices?search={text.replace(chr(32), chr(43))}").data
            assert [row["id"] for row in found] == [invoice.public_id]
        sent_back = api.put(f"/invoices/{other.public_id}", {"paymentReference": "RF00X", "reference": "PO-1"})
        assert sent_back.data["paymentReference"] == other.payment_reference
        assert [row["id"] for row in api.get(f"/invoices?search={other.payment_reference}").data] == [other.public_id]

    def test_it_is_printed_and_can_be_named_in_emails(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        assert invoice_context(actor, invoice)["payment_reference"] == "RF17 INV2 0240 001"
        save_email_text(actor, "invoice", "en", EmailContent("Invoice {number}", "Quote {payment_reference}."))
        content, _ = invoice_email_content(actor, invoice)
        assert content.body == "Quote RF17 INV2 0240 001."

    def test_a_change_of_the_invoice_keeps_it(self, actor: Actor) -> None:
        invoice = make_invoice(actor, draft=True)
        changed = update_invoice(actor, invoice, InvoiceInput(reference="PO-2"))
        assert changed.payment_reference == invoice.payment_reference
        assert invoice.payment_reference.lower() in changed.search_text
