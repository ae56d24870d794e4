"""The journal: by the API, on pages and as files for other accounting programs."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice, JournalAccount, JournalEntry
from invoicing.rules.journal import DEFAULT_ACCOUNTS
from invoicing.services import record_payment

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture
def invoice(actor: Actor) -> Invoice:
    customer = make_customer(actor, currency="USD")
    return make_invoice(actor, customer, [line("10", "10.00", tax_code="SST")], exchange_rate=D("4.7"))


def rows(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_what_happened_is_in_it_when_it_is_read(api: ApiClient, actor: Actor, invoice: Invoice) -> None:
    [entry] = api.get("/journal").data
    one = api.get(f"/journal/{entry['id']}").data
    assert one == entry
    sides = [(side["accountCode"], side["debit"], side["credit"], side["currencyAmount"]) for side in one["lines"]]
    assert sides == [
        ("1200", D("498.20"), D("0.00"), D("106.00")),
        ("4000", D("0.00"), D("470.00"), D("-100.00")),
        ("2200", D("0.00"), D("28.20"), D("-6.00")),
    ]
    assert (one["kind"], one["documentId"], one["debit"], one["credit"], one["baseCurrency"], one["currency"]) == (
        "invoice",
        invoice.public_id,
        D("498.20"),
        D("498.20"),
        "MYR",
        "USD",
    )
    record_payment(actor, invoice, PaymentInput(amount=D("50.00"), exchange_rate=D("4.8")))
    kinds = {row["kind"]: row["debit"] for row in api.get("/journal?order=asc").data}
    assert kinds == {"invoice": D("498.20"), "payment": D("240.00"), "exchange_difference": D("5.00")}
    assert api.get("/journal?dateFrom=2024-01-16").data == []
    strange = api.get("/journal/jrn_01hm63egqaf1arj3k9f2q1r8w4")
    assert (strange.status, strange.error["code"]) == (404, "JOURNAL_ENTRY_NOT_FOUND")


def test_the_page_and_an_entry(alices: Client, invoice: Invoice) -> None:
    listed = alices.get("/journal").content.decode()
    entry = JournalEntry.objects.get()
    assert f"/journal/{entry.public_id}" in listed
    shown = " ".join(alices.get(f"/journal/{entry.public_id}").content.decode().split())
    for told in (
        "1200 Trade receivables",
        "SST 6%",
        "498.20",
        "28.20",
        "\N{MINUS SIGN}6.00",
        f"Invoice {invoice.invoice_number}",
    ):
        assert told in shown


def test_files_have_a_line_for_each_side(alices: Client, invoice: Invoice) -> None:
    plain = rows(alices.get("/journal?export=csv"))
    entry = JournalEntry.objects.get()
    assert [
        (row["Account code"], row["Debit"], row["Credit"], row["Amount in document currency"]) for row in plain
    ] == [
        ("1200", "498.20", "0.00", "106.00"),
        ("4000", "0.00", "470.00", "-100.00"),
        ("2200", "0.00", "28.20", "-6.00"),
    ]
    assert {row["Entry"] for row in plain} == {entry.public_id}
    xero = rows(alices.get("/journal?export=xero"))
    assert list(xero[0]) == ["*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"]
    assert [(row["*AccountCode"], row["*Amount"], row["*TaxRate"], row["*Date"]) for row in xero] == [
        ("1200", "498.20", "Tax Exempt", "2024-01-15"),
        ("4000", "-470.00", "Tax Exempt", "2024-01-15"),
        ("2200", "-28.20", "Tax Exempt", "2024-01-15"),
    ]
    assert entry.public_id in xero[0]["*Narration"]
    books = rows(alices.get("/journal?export=quickbooks"))
    assert [(row["AccountName"], row["Debits"], row["Credits"]) for row in books] == [
        ("Trade receivables", "498.20", ""),
        ("Sales", "", "470.00"),
        ("Sales and service tax payable", "", "28.20"),
    ]


def test_accounts_are_changed_and_what_is_wrong_is_told_at_each(alices: Client) -> None:
    path = "/settings/journal-accounts"
    typed = {
        f"{name}_{part}": value
        for name, pair in DEFAULT_ACCOUNTS.items()
        for part, value in zip(("code", "name"), pair, strict=True)
    }
    wrong = alices.post(path, {**typed, "bank_code": "", "tax_name": "T" * 101})
    page = wrong.content.decode()
    assert (wrong.status_code, "The code of the account is required" in page) == (400, True)
    assert "At most 100 characters are allowed" in page
    assert "T" * 101 in page
    assert not JournalAccount.objects.exists()
    saved = alices.post(path, {**typed, "sales_code": "500-000", "sales_name": "Jualan"})
    assert saved.status_code == 302
    [account] = JournalAccount.objects.all()
    assert (account.purpose, account.code, account.name) == ("sales", "500-000", "Jualan")
    assert 'value="500-000"' in alices.get(path).content.decode()
