"""The statement of account of a customer: the ledger's entries and how old the debts are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.formatting import amount as document_amount
from bigledger_crm.documents.formatting import short_day
from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.documents.translations import translate
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.money import ZERO, grouped_amount, plain_amount
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer, ReceivableEntry
from customers.queries import statement_of
from invoicing.analytics.receivables_ageing import receivables_ageing
from invoicing.rules import check_span
from sales.services.shared.print_context import base_context, customer_now

ENTRIES = {
    "invoice": "Invoice",
    "payment": "Payment",
    "void": "Payment voided",
    "credit_note": "Credit note",
    "cancellation": "Invoice cancelled",
    "refund": "Refund",
    "refund_void": "Refund voided",
    "write_off": "Written off",
    "write_off_reversal": "Write-off reversed",
}
AGES = ("Not yet due", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")  # those of the ageing
UNAPPLIED = "Unapplied credit"


@dataclass(frozen=True)
class Span:
    """The days of a statement; None is from the beginning, and through today."""

    first: date | None = None
    last: date | None = None

    def until(self, today: date) -> date:
        """The last day; what is dated later isn't in the statement."""
        return self.last or today


def render_statement_pdf(actor: Actor, customer: Customer, span: Span) -> RenderedPdf:
    """The PDF of a statement as it is now.  Raises InvalidData for days in the wrong order."""
    check_statement_span(actor, span)
    context, _closing = statement_context(actor, customer, span)
    return render_unstored(context, clock.now(), statement_filename(actor, customer, span))


def statement_filename(actor: Actor, customer: Customer, span: Span) -> str:
    """The name of a statement's PDF, such as `statement-CUST-0001-2024-01-31.pdf`."""
    return pdf_filename("statement", customer.customer_number, span.until(actor.today()).isoformat())


def ages_of(actor: Actor, customer: Customer, day: date) -> dict[str, Decimal]:
    """What a customer owed at the end of a day, by AGES; the parts make up the balance of the ledger on that day.

    With credit that settled no invoice then, that is a part of its own, below zero.
    """
    rows = receivables_ageing(actor.company, day, customer=customer.pk).rows
    owed = next((row.amounts for row in rows if row.currency == customer.currency), None)
    if owed is None:
        return dict.fromkeys(AGES, ZERO)
    credit = {UNAPPLIED: -owed.credit} if owed.credit else {}
    return {**dict(zip(AGES, owed.ages, strict=True)), **credit}


def check_statement_span(actor: Actor, span: Span) -> None:
    if problem := check_span(span.first, span.until(actor.today())):
        raise InvalidData("Email", field_error("date_to", problem))


def closing_balance(actor: Actor, customer: Customer, span: Span) -> Decimal:
    before, entries = statement_of(customer, span.first, span.until(actor.today()))
    return before + sum(entries.values_list("amount", flat=True), ZERO)


def statement_context(actor: Actor, customer: Customer, span: Span) -> tuple[dict[str, Any], Decimal]:
    """What the PDF says, and the closing balance."""
    currency, last = customer.currency, span.until(actor.today())
    before, entries = statement_of(customer, span.first, last)
    language = resolve_language(customer.language, actor.company.language)
    rows = [_entry(entry, currency, language) for entry in entries]
    closing = before + sum((entry.amount for entry in entries), ZERO)
    if span.first is not None:
        opening = {
            "text": translate("Opening balance", language),
            "figures": ["", "", "", document_amount(plain_amount(before, currency))],
        }
        rows.insert(0, opening)
    head = base_context(
        actor.company,
        customer,
        customer_now(customer),
        kind="statement",
        title="Statement of account",
        number=customer.customer_number,
        currency=currency,
        dates=[("From", span.first), ("To", last)] if span.first else [("As at", last)],
    )
    table = {"columns": ["Date", "Debit", "Credit", "Balance"], "rows": rows}
    facts: dict[str, Any] = {"total": plain_amount(abs(closing), currency), "table": table, "notes": ""}
    facts["is_credit"] = closing < 0
    ages = ages_of(actor, customer, last).items()
    facts["ageing"] = [{"label": label, "amount": plain_amount(amount, currency)} for label, amount in ages]
    return {**head, **facts}, closing


def _entry(entry: ReceivableEntry, currency: str, language: str) -> dict[str, Any]:
    charged, credited = max(entry.amount, ZERO), max(-entry.amount, ZERO)
    return {
        "text": f"{translate(ENTRIES[entry.kind], language)} {entry.document_number}",
        "figures": [
            short_day(entry.entry_date, language),
            grouped_amount(charged, currency) if charged else "",
            grouped_amount(credited, currency) if credited else "",
            document_amount(plain_amount(entry.balance, currency)),  # type: ignore[attr-defined]  # annotated
        ],
    }
