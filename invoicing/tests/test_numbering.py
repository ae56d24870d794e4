"""Patterns of numbers: what may be set, what comes next, and that the proofs of the books hold afterwards."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.numbering import rules
from bigledger_crm.numbering.queries import has_numbered_documents
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.inputs import CreditNoteInput, InvoiceInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import create_credit_note, create_invoice, update_numbering
from invoicing.tests.tampering import tamper
from sales.inputs import QuantityInput
from sales.services import EmailOptions, revise_quote, send_quote

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture
def customer(actor: Actor, in_company: Company, time_in_2024: None) -> Iterator[Customer]:
    yield make_customer(actor)
    assert [str(one) for one in check_integrity(in_company)] == []


def bill(actor: Actor, customer: Customer, day: date = date(2024, 1, 15)) -> str:
    """The number of a new invoice."""
    draft = InvoiceInput(customer_id=customer.public_id, items=[line("1", "9")], invoice_date=day)
    return create_invoice(actor, draft).invoice_number


def change(actor: Actor, pattern: str, next_value: int | None = None, kind: str = "invoice") -> None:
    """As the page does it, for the company as it stands."""
    actor.company.refresh_from_db()
    update_numbering(actor, {kind: pattern}, {} if next_value is None else {kind: next_value})
    actor.company.refresh_from_db()


@pytest.mark.parametrize(
    ("kind", "pattern", "told"),
    [
        ("invoice", "INV-{year}", "needs {number}"),
        ("invoice", "", "1 to 40"),
        ("invoice", "{number}{number:4}", "needs {number} once"),
        ("invoice", "{number:13}", "needs {number}"),
        ("invoice", "{year}{year}{number}", "once"),
        ("invoice", "{month}-{number}", "needs {year}"),
        ("invoice", "INV {number}", "Only letters"),
        ("invoice", "{jahr}-{number}", "Only letters"),
        ("invoice", "-{number}", "begins with"),
        ("invoice", "X" * 32 + "{number}", "too long"),
        ("customer", "C-{year}-{number}", "without {year}"),
        ("quote", "QT-R{number}", "revisions"),
        ("quote", "QT{number}-R2", "revisions"),
        ("invoice", "INV-{year}-{number:4}", None),
        ("invoice", "{year}/{month}/{number:12}", None),
        ("customer", "{number}", None),
    ],
)
def test_what_a_pattern_is(kind: str, pattern: str, told: str | None) -> None:
    problem = rules.check_pattern(kind, pattern)
    assert problem is None if told is None else told in str(problem)


@pytest.mark.parametrize("pattern", ["INV-{year}-{number:4}", "{year}{month}{number}", "A.{number:3}/x_{year}#"])
def test_a_number_is_found_by_the_expression_of_its_pattern(pattern: str) -> None:
    regex, groups = rules.regex_of(pattern)
    found = re.fullmatch(regex, rules.number_of(pattern, date(2024, 3, 1), 4711))
    assert found is not None
    assert (found[groups["number"]].lstrip("0"), found[groups["year"]]) == ("4711", "2024")


def test_a_series_goes_on_under_another_pattern(actor: Actor, customer: Customer) -> None:
    assert bill(actor, customer) == "INV-2024-0001"
    change(actor, "RE{year}/{number:3}")
    assert bill(actor, customer) == "RE2024/002"
    change(actor, "INV-{year}-{number:4}")
    assert bill(actor, customer) == "INV-2024-0003"
    assert bill(actor, customer, date(2023, 12, 31)) == "INV-2023-0001"


def test_without_year_there_is_one_series_and_with_month_twelve(actor: Actor, customer: Customer) -> None:
    bill(actor, customer)
    change(actor, "{number:6}")
    assert [bill(actor, customer), bill(actor, customer, date(2023, 5, 1))] == ["000001", "000002"]
    change(actor, "I{year}{month}-{number}")
    assert [bill(actor, customer), bill(actor, customer, date(2023, 5, 1))] == ["I202401-1", "I202305-1"]
    assert bill(actor, customer) == "I202401-2"


def test_no_number_comes_again(actor: Actor, customer: Customer) -> None:
    for _ in range(3):
        bill(actor, customer)
    with pytest.raises(InvalidData) as refused:
        change(actor, "INV-2024-{number:4}")
    assert refused.value.errors[0].path == ("invoice_pattern",)
    assert "INV-2024-0003" in refused.value.errors[0].message
    actor.company.refresh_from_db()
    assert actor.company.invoice_number_pattern == "INV-{year}-{number:4}"
    change(actor, "INV-2024-{number:4}", 4)
    assert bill(actor, customer) == "INV-2024-0004"
    with pytest.raises(InvalidData, match="Numbering"):
        change(actor, "INV-{year}-{number:4}")


def test_the_next_number_goes_forward_only(actor: Actor, customer: Customer) -> None:
    change(actor, "INV-{year}-{number:4}", 250)
    assert not has_numbered_documents()
    change(actor, "INV-{year}-{number:4}", 300)
    assert not has_numbered_documents()
    assert bill(actor, customer) == "INV-2024-0300"
    assert has_numbered_documents()
    change(actor, "INV-{year}-{number:4}", 301)
    assert bill(actor, customer) == "INV-2024-0301"
    change(actor, "INV-{year}-{number:4}", 900_000_000)
    assert bill(actor, customer) == "INV-2024-900000000"
    for value in (1, 900_000_000, 1_000_000_000):
        with pytest.raises(InvalidData) as refused:
            change(actor, "INV-{year}-{number:4}", value)
        assert refused.value.errors[0].path == ("invoice_next",)
    entries = AuditEntry.objects.filter(event="company.numbering_changed")
    assert sorted(entry.changes["invoice_next"] for entry in entries) == [[1, 250], [250, 300], [302, 900_000_000]]


def test_every_kind_is_provable(actor: Actor, customer: Customer) -> None:
    for kind in ("quote", "sales_order", "credit_note", "customer"):
        change(actor, "X{number:2}" if kind == "customer" else "X{year}{number:2}", 7, kind)
    assert make_customer(actor).customer_number == "X07"
    quote = make_quote(actor, customer)
    assert quote.quote_number == "X202407"
    send_quote(actor, quote, EmailOptions())
    quote.refresh_from_db()
    assert revise_quote(actor, quote).quote_number == "X202407-R2"
    invoice = make_invoice(actor, customer)
    credited = [QuantityInput(item_id=invoice.lines.all()[0].public_id, quantity=Decimal(1))]
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=credited, reason="Wrong"))
    assert note.credit_note_number == "X202407"


def test_a_lost_number_of_a_pattern_is_named(actor: Actor, in_company: Company) -> None:
    customer = make_customer(actor)
    change(actor, "{number}-A", 5)
    assert [bill(actor, customer, actor.today()) for _ in range(2)] == ["5-A", "6-A"]
    Invoice.objects.get(invoice_number="6-A")
    tamper("UPDATE invoicing_invoice SET invoice_number = '5-B' WHERE invoice_number = '6-A'")
    told = "\n".join(str(one) for one in check_integrity(in_company))
    assert "number 6 for invoice: times given is 0, should be 1" in told
    assert "number is 5-B" in told


def test_only_managers_may(bob: User, in_company: Company) -> None:
    membership = Membership.objects.select_related("company", "user").get(user=bob)
    with pytest.raises(PermissionDenied):
        update_numbering(actor_for_member(membership), {"invoice": "{number}"}, {})


def test_the_page(client: Client, alice: User, actor: Actor, in_company: Company) -> None:
    client.force_login(alice)
    page = client.get("/settings/numbering")
    today = actor.today()
    assert f"INV-{today.year}-0001" in flat(page)
    form = {name: field.initial for name, field in page.context["form"].fields.items() if name.endswith("_pattern")}
    typed = {**form, "invoice_pattern": "R{year}{month}-{number:5}", "invoice_next": "42"}
    preview = flat(client.post("/settings/numbering/preview", typed))
    assert f"R{today:%Y%m}-00042" in preview
    assert "every month" in preview
    wrong = client.post("/settings/numbering", {**typed, "quote_pattern": "QT", "customer_pattern": "{number"})
    assert wrong.status_code == 400
    assert set(wrong.context["form"].errors) == {"quote_pattern", "customer_pattern"}
    assert 'value="R{year}{month}-{number:5}"' in flat(wrong)
    assert client.post("/settings/numbering", typed).status_code == 302
    in_company.refresh_from_db()
    assert in_company.invoice_number_pattern == "R{year}{month}-{number:5}"
    back = client.post("/settings/numbering", {**typed, "invoice_next": "7"})
    assert set(back.context["form"].errors) == {"invoice_next"}
    actor.company.refresh_from_db()
    assert make_invoice(actor).invoice_number == f"R{today:%Y%m}-00042"
