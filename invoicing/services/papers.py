"""The papers about money: receipts of payments, statements of account."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from bigledger_crm.documents.figures import short_day
from bigledger_crm.documents.services import Paper, made_paper
from bigledger_crm.documents.words import word
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.languages import chosen
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer, ReceivableEntry
from customers.queries import statement_of
from invoicing.models import Invoice, Payment
from invoicing.queries import standing_of
from invoicing.services.invoices import references_of
from sales.services.printing import amount_text, customer_on, paper_head

METHODS = {
    "cash": "Cash",
    "cheque": "Cheque",
    "bank_transfer": "Bank transfer",
    "credit_card": "Credit card",
    "debit_card": "Debit card",
    "e_wallet": "E-wallet",
    "direct_debit": "Direct debit",
    "other": "Other",
}
ENTRIES = {
    "invoice": "Invoice",
    "payment": "Payment",
    "void": "Payment voided",
    "credit_note": "Credit note",
    "cancellation": "Invoice cancelled",
}
# The age of a debt: from so many days past its due date on.
AGES = (("Not due", 0), ("1–30 days", 1), ("31–60 days", 31), ("61–90 days", 61), ("Over 90 days", 91))


def receipt(actor: Actor, payment: Payment) -> Paper:
    """What was received, for which invoice, and what was left to pay of it then.  A voided one says so."""
    invoice, currency = payment.invoice, payment.currency
    at, sums = payment.created_at, {"sum": Sum("amount", default=ZERO)}
    earlier = invoice.payments.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=payment.pk))
    # What was taken back later had been paid then: a receipt printed again says the same.
    paid = earlier.filter(Q(voided_at=None) | Q(voided_at__gt=at)).aggregate(**sums)["sum"]
    notes = invoice.credit_notes.filter(created_at__lt=at)
    credited = notes.aggregate(sum=Sum("total", default=ZERO))["sum"]
    received = ZERO if payment.voided_at else payment.amount
    language = chosen(invoice.customer.language, actor.company.language)
    head = paper_head(
        actor.company,
        invoice.customer,
        customer_on(invoice),
        kind="receipt",
        title="Receipt",
        number=f"{invoice.invoice_number}/{earlier.count() + 1}",
        currency=currency,
        dates=[("Received on", payment.payment_date), ("Invoice date", invoice.invoice_date)],
        references=[
            ("Our invoice", invoice.invoice_number),
            ("Paid by", word(METHODS[payment.payment_method], language)),
            ("Reference", payment.reference),
        ],
        watermark="VOID" if payment.voided_at else "",
    )
    figures = [_figure(value, currency) for value in (invoice.total, paid + credited, payment.amount)]
    theirs = next((value for label, value in references_of(invoice) if value and label.startswith("Your")), "")
    row = {"text": invoice.invoice_number, "aside": theirs, "figures": figures}
    table = {"columns": ["Total", "Paid", "Received"], "rows": [row]}
    facts = {"total": amount_text(payment.amount, currency)}
    facts["amount_due"] = amount_text(invoice.total - paid - credited - received, currency)
    return made_paper({**head, **facts, "table": table, "notes": ""}, payment.voided_at or payment.created_at)


def statement(actor: Actor, customer: Customer, first: date | None, last: date | None) -> Paper:
    """The ledger of a customer from `first` through `last`, and how old what is owed today is."""
    currency, today = customer.currency, actor.today()
    before, entries = statement_of(customer, first, last)
    language = chosen(customer.language, actor.company.language)
    rows = [_entry(entry, currency, language) for entry in entries]
    closing = before + sum((entry.amount for entry in entries), ZERO)
    if first is not None:
        opening = {"text": word("Opening balance", language), "figures": ["", "", "", _figure(before, currency)]}
        rows.insert(0, opening)
    head = paper_head(
        actor.company,
        customer,
        {
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "tax_number": customer.tax_number,
            "billing_address": customer.billing_address or customer.address,
            "shipping_address": None,
        },
        kind="statement",
        title="Statement of account",
        number=customer.customer_number,
        currency=currency,
        dates=[("From", first), ("Through", last or today)],
    )
    table = {"columns": ["Date", "Charged", "Credited", "Balance"], "rows": rows}
    facts: dict[str, Any] = {"total": amount_text(closing, currency), "table": table, "notes": ""}
    if last is None or last >= today:
        facts["ageing"] = _ageing(customer, today)
    return made_paper({**head, **facts}, clock.now())


def _entry(entry: ReceivableEntry, currency: str, language: str) -> dict[str, Any]:
    charged, credited = max(entry.amount, ZERO), max(-entry.amount, ZERO)
    return {
        "text": f"{word(ENTRIES[entry.kind], language)} {entry.document_number}",
        "figures": [
            short_day(entry.entry_date, language),
            _figure(charged, currency) if charged else "",
            _figure(credited, currency) if credited else "",
            _figure(entry.balance, currency),  # type: ignore[attr-defined]  # annotated
        ],
    }


def _figure(value: Decimal, currency: str) -> str:
    return f"{Decimal(amount_text(value, currency)):,f}"


def _ageing(customer: Customer, today: date) -> Sequence[dict[str, str]]:
    """What is owed today by how many days it is past its due date; the parts make up the balance."""
    sums = dict.fromkeys((label for label, _ in AGES), ZERO)
    for invoice in Invoice.objects.filter(customer=customer, stage="open"):
        late = (today - invoice.due_date).days
        label = next(label for label, days in reversed(AGES) if late >= days or days == 0)
        sums[label] += standing_of(invoice, today).amount_due
    return [{"label": label, "amount": amount_text(amount, customer.currency)} for label, amount in sums.items()]
