"""What is added up of the lines of an e-invoice."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bigledger_crm.kernel.money import ZERO, plain_number, round_half_up
from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.codes import EXEMPT, NOT_TAXED, ONE, OTHERS
from invoicing.einvoice.facts import DocumentFacts, LineFacts, TaxFacts

MAX_EXEMPTION_REASON = 300
MAX_RATE = 15  # characters


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """The taxable amount and the tax of all lines with one type of tax."""

    type: str
    taxable: Decimal
    amount: Decimal
    exemption_reason: str


def tax_facts(tax_type: str, rate: Decimal, amount: Decimal, exemption_reason: str = "") -> TaxFacts:
    """The tax of a line, of what its tax code says; `tax_type` is "" for a line without one.

    A tax of nothing is none: LHDN's own texts don't say whether a sales or service tax of 0 % is accepted.
    """
    is_taxed = bool(rate or amount)
    if tax_type == EXEMPT or (tax_type and is_taxed):
        return TaxFacts(tax_type, rate, amount, exemption_reason if tax_type == EXEMPT else "")
    return TaxFacts(tax_type if is_taxed else NOT_TAXED, rate, amount)


def all_lines(facts: DocumentFacts) -> tuple[LineFacts, ...]:
    """The lines, and shipping where it is one."""
    if not facts.shipping_cost or not facts.shipping_as_line:
        return facts.lines
    shipping = LineFacts(
        position=max((line.position for line in facts.lines), default=0) + 1,
        description="Shipping",
        classification=OTHERS,
        unit_code=ONE,
        quantity=Decimal(1),
        unit_price=facts.shipping_cost,
        subtotal=facts.shipping_cost,
        net=facts.shipping_cost,
        tax=TaxFacts(NOT_TAXED, ZERO, ZERO),
    )
    return (*facts.lines, shipping)


def tax_groups(lines: Iterable[LineFacts]) -> list[TaxGroup]:
    """The lines by type of tax, in the order of types; reasons of exemption that differ are listed."""
    by_type: dict[str, list[LineFacts]] = {}
    for line in lines:
        by_type.setdefault(line.tax.type, []).append(line)
    return [
        TaxGroup(
            tax_type,
            sum((line.net for line in group), ZERO),
            sum((line.tax.amount for line in group), ZERO),
            _joined(line.tax.exemption_reason for line in group),
        )
        for tax_type, group in sorted(by_type.items())
    ]


def _joined(reasons: Iterable[str]) -> str:
    distinct = dict.fromkeys(filter(None, map(clean_line, reasons)))
    return ", ".join(distinct)[:MAX_EXEMPTION_REASON].rstrip(" ,")


def exchange_rate_text(rate: Decimal) -> str:
    """A rate in at most 15 characters; what is cut off is rounded."""
    whole = len(f"{int(rate)}")
    return plain_number(round_half_up(rate, min(10, MAX_RATE - whole - 1)))
