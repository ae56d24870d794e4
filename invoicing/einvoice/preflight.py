"""All that LHDN would reject of a document, found before it is sent."""

from datetime import datetime, timedelta
from decimal import Decimal

from bigledger_crm.kernel.money import ZERO, with_currency
from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice import codes
from invoicing.einvoice.document import build
from invoicing.einvoice.facts import NOTES, SELF_BILLED, DocumentFacts
from invoicing.einvoice.line_checks import check_line
from invoicing.einvoice.parties import GENERAL_PUBLIC
from invoicing.einvoice.party_checks import check_buyer, check_supplier
from invoicing.einvoice.problem import Problem, at

MAX_NUMBER = 50
MAX_AGE = timedelta(hours=72)
MAX_TERMS = 300
MAX_ACCOUNT = 150
MAX_FREQUENCY = 50
# LHDN takes 300 KB and doesn't say of what: of the document, or of its base64.
MAX_SIZE = 220_000


def check(facts: DocumentFacts, now: datetime) -> list[Problem]:
    """The errors of a document, in the order of its parts; [] when it can be sent.

    The time of the issue has to be within the 72 hours before `now`.  Whether an original was accepted is the caller's
    to know, and whether a sale may go into a consolidated e-invoice.
    """
    problems = [
        *_check_head(facts, now),
        *_check_currency(facts),
        *_check_references(facts),
        *at(check_supplier(facts.supplier, is_self_billed=facts.kind in SELF_BILLED), "supplier"),
        *at(check_buyer(facts.buyer), "buyer"),
        *_check_payment(facts),
        *_check_lines(facts),
        *_check_totals(facts),
    ]
    return problems or _check_size(facts)


def _check_head(facts: DocumentFacts, now: datetime) -> list[Problem]:
    problems = []
    if not codes.is_known("document_types", facts.kind):
        problems.append(Problem(("kind",), "KIND_UNKNOWN", f"{facts.kind} is no type of document of MyInvois"))
    if not clean_line(facts.number):
        problems.append(Problem(("number",), "NUMBER_MISSING", "The document has no number"))
    elif len(facts.number) > MAX_NUMBER:
        message = f"The number can have at most {MAX_NUMBER} characters on an e-invoice"
        problems.append(Problem(("number",), "NUMBER_TOO_LONG", message))
    if facts.issued_at > now:
        problems.append(Problem(("issued_at",), "ISSUED_IN_FUTURE", "The time of issue is in the future"))
    elif now - facts.issued_at > MAX_AGE:
        problems.append(Problem(("issued_at",), "ISSUED_TOO_LONG_AGO", "The time of issue is more than 72 hours ago"))
    period = facts.period
    if period and period.end < period.start:
        problems.append(Problem(("period", "end"), "PERIOD_BACKWARDS", "The period ends before it begins"))
    if period and len(period.frequency) > MAX_FREQUENCY:
        message = f"The frequency can have at most {MAX_FREQUENCY} characters"
        problems.append(Problem(("period", "frequency"), "FREQUENCY_TOO_LONG", message))
    return problems


def _check_currency(facts: DocumentFacts) -> list[Problem]:
    if facts.currency == "MYR":
        return []
    if facts.exchange_rate is None or facts.exchange_rate <= 0:
        message = f"An e-invoice in {facts.currency} needs its exchange rate to MYR"
        return [Problem(("exchange_rate",), "EXCHANGE_RATE_MISSING", message)]
    return []


def _check_references(facts: DocumentFacts) -> list[Problem]:
    if facts.kind not in NOTES:
        if facts.references:
            return [Problem(("references",), "ORIGINAL_UNEXPECTED", "Only a note names an invoice that it corrects")]
        return []
    if not facts.references:
        message = "A note needs the invoice that it corrects, which LHDN has accepted"
        return [Problem(("references",), "ORIGINAL_MISSING", message)]
    return [
        Problem(("references", index), "ORIGINAL_NOT_ACCEPTED", f"LHDN hasn't accepted {original.number} yet")
        for index, original in enumerate(facts.references)
        if not original.uuid or not original.number
    ]


def _check_payment(facts: DocumentFacts) -> list[Problem]:
    problems = []
    if facts.payment_means and not codes.is_known("payment_means", facts.payment_means):
        message = f"{facts.payment_means} is no payment method of MyInvois"
        problems.append(Problem(("payment_means",), "PAYMENT_MEANS_UNKNOWN", message))
    if len(facts.payment_account) > MAX_ACCOUNT:
        message = f"The bank account can have at most {MAX_ACCOUNT} characters"
        problems.append(Problem(("payment_account",), "PAYMENT_ACCOUNT_TOO_LONG", message))
    if len(clean_line(facts.payment_terms)) > MAX_TERMS:
        message = f"The payment terms can have at most {MAX_TERMS} characters on an e-invoice"
        problems.append(Problem(("payment_terms",), "PAYMENT_TERMS_TOO_LONG", message))
    return problems


def _check_lines(facts: DocumentFacts) -> list[Problem]:
    if not facts.lines:
        return [Problem(("lines",), "LINES_MISSING", "The document has no lines")]
    problems = []
    is_consolidated = facts.buyer == GENERAL_PUBLIC
    for index, line in enumerate(facts.lines):
        problems += at(check_line(line, facts.currency), "lines", index)
        if is_consolidated != (line.classification == codes.CONSOLIDATED):
            message = (
                "Every line of a consolidated e-invoice has the classification 004"
                if is_consolidated
                else "The classification 004 is for consolidated e-invoices only"
            )
            problems.append(Problem(("lines", index, "classification"), "CLASSIFICATION_CONSOLIDATED", message))
    return problems


def _check_totals(facts: DocumentFacts) -> list[Problem]:
    if facts.total <= 0:
        message = "LHDN accepts no e-invoice with nothing to pay" if not facts.total else "The total can't be negative"
        return [Problem(("total",), "TOTAL_NOT_POSITIVE", message)]
    if facts.shipping_cost < 0:
        return [Problem(("shipping_cost",), "AMOUNT_NEGATIVE", "The shipping cost can't be negative")]
    sums = {
        "subtotal": (sum((line.net for line in facts.lines), ZERO), facts.subtotal, "The lines add up to"),
        "total_tax": (sum((line.tax.amount for line in facts.lines), ZERO), facts.total_tax, "The taxes add up to"),
        "total": (facts.subtotal + facts.total_tax + facts.shipping_cost, facts.total, "The amounts add up to"),
    }
    return [
        Problem((name,), "SUMS_DIFFER", _differs(label, expected, name, stated, facts.currency))
        for name, (expected, stated, label) in sums.items()
        if expected != stated
    ]


def _differs(label: str, expected: Decimal, name: str, stated: Decimal, currency: str) -> str:
    shown = name.replace("_", " ")
    return f"{label} {with_currency(expected, currency)}, but the {shown} is {with_currency(stated, currency)}"


def _check_size(facts: DocumentFacts) -> list[Problem]:
    """The error of a document that is too large, where nothing else is wrong with it."""
    size = len(build(facts))
    if size <= MAX_SIZE:
        return []
    message = f"With {len(facts.lines)} lines the document is too large for LHDN: divide it into several"
    return [Problem(("lines",), "DOCUMENT_TOO_LARGE", message)]
