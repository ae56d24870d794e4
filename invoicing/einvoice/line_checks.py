"""What LHDN would reject of a line."""

import re
from decimal import Decimal, localcontext

from bigledger_crm.kernel.money import decimals_of, quantize, with_currency
from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice import codes
from invoicing.einvoice.facts import LineFacts, TaxFacts
from invoicing.einvoice.lines import MAX_EXEMPTION_REASON
from invoicing.einvoice.problem import Problem, at

MAX_QUANTITY_DECIMALS = 5
MAX_REASON = 300


def check_line(line: LineFacts, currency: str) -> list[Problem]:
    """The errors of a line by itself."""
    problems = []
    if not clean_line(line.description):
        problems.append(Problem(("description",), "DESCRIPTION_MISSING", "The description is missing"))
    if not line.classification:
        message = "The classification is missing, such as 022 (Others)"
        problems.append(Problem(("classification",), "CLASSIFICATION_MISSING", message))
    elif not codes.is_known("classifications", line.classification):
        message = f"{line.classification} is no classification of MyInvois, such as 022 (Others)"
        problems.append(Problem(("classification",), "CLASSIFICATION_UNKNOWN", message))
    if not codes.is_known("units", line.unit_code):
        message = f"{line.unit_code or 'Nothing'} is no unit code of MyInvois, such as C62 (one)"
        problems.append(Problem(("unit_code",), "UNIT_UNKNOWN", message))
    if line.quantity <= 0:
        problems.append(Problem(("quantity",), "QUANTITY_NOT_POSITIVE", "The quantity must be above 0"))
    elif decimals_of(line.quantity) > MAX_QUANTITY_DECIMALS:
        message = f"A quantity can have at most {MAX_QUANTITY_DECIMALS} decimals on an e-invoice"
        problems.append(Problem(("quantity",), "QUANTITY_TOO_PRECISE", message))
    if line.discount_amount and not 0 < len(clean_line(line.discount_reason)) <= MAX_REASON:
        message = f"The reason of a discount has 1 to {MAX_REASON} characters"
        problems.append(Problem(("discount_reason",), "DISCOUNT_REASON_INVALID", message))
    return [*problems, *_check_amounts(line, currency), *at(_check_tax(line.tax), "tax")]


def _check_amounts(line: LineFacts, currency: str) -> list[Problem]:
    if min(line.unit_price, line.subtotal, line.discount_amount, line.net, line.tax.amount) < 0:
        return [Problem(("net",), "AMOUNT_NEGATIVE", "No amount of a line can be negative")]
    problems = []
    with localcontext(prec=80):
        gross = quantize(line.quantity * line.unit_price, currency)
    if gross != line.subtotal:
        message = _differ("The quantity times the unit price", gross, "the subtotal", line.subtotal, currency)
        problems.append(Problem(("subtotal",), "SUMS_DIFFER", message))
    if line.subtotal - line.discount_amount != line.net:
        rest = line.subtotal - line.discount_amount
        message = _differ("The subtotal less the discount", rest, "the net amount", line.net, currency)
        problems.append(Problem(("net",), "SUMS_DIFFER", message))
    return problems


def _differ(one: str, amount: Decimal, other: str, other_amount: Decimal, currency: str) -> str:
    return f"{one} is {with_currency(amount, currency)}, {other} is {with_currency(other_amount, currency)}"


def _check_tax(tax: TaxFacts) -> list[Problem]:
    if not tax.type:
        return [Problem(("type",), "TAX_TYPE_MISSING", "The tax has no type of MyInvois, such as 02 (service tax)")]
    if not codes.is_known("tax_types", tax.type):
        return [Problem(("type",), "TAX_TYPE_UNKNOWN", f"{tax.type} is no type of tax of MyInvois")]
    if tax.type == codes.TOURISM_TAX:
        message = "Tourism tax is an amount for each night, which isn't supported: choose another type of tax"
        return [Problem(("type",), "TAX_TYPE_UNSUPPORTED", message)]
    if tax.type == codes.NOT_TAXED and (tax.rate or tax.amount):
        return [Problem(("type",), "TAX_NOT_APPLICABLE", "A line with tax can't have the type 06 (not applicable)")]
    return _check_exemption(tax) if tax.type == codes.EXEMPT else []


def _check_exemption(tax: TaxFacts) -> list[Problem]:
    if tax.amount or tax.rate:
        return [Problem(("amount",), "EXEMPT_WITH_TAX", "A line that is exempt from tax has none")]
    reason = clean_line(tax.exemption_reason)
    if not reason:
        message = "A line that is exempt from tax needs the reason of the exemption"
        return [Problem(("exemption_reason",), "EXEMPTION_REASON_MISSING", message)]
    if len(reason) > MAX_EXEMPTION_REASON:
        message = f"The reason of an exemption can have at most {MAX_EXEMPTION_REASON} characters"
        return [Problem(("exemption_reason",), "EXEMPTION_REASON_TOO_LONG", message)]
    if not re.fullmatch(r"[\w\s.,()-]+", reason) or "_" in reason:
        message = "The reason of an exemption can have letters, digits and . - , ( ) only"
        return [Problem(("exemption_reason",), "EXEMPTION_REASON_INVALID", message)]
    return []
