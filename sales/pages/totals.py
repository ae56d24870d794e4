"""What a document comes to, in the order in which it adds up."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Total
from sales.pricing import TaxSummary


class Sums(Protocol):
    """The amounts of a document, stored or worked out."""

    @property
    def subtotal(self) -> Decimal:
        """Without tax, after discounts."""

    @property
    def total_discount(self) -> Decimal:
        """Of all lines."""

    @property
    def total_tax(self) -> Decimal:
        """Of all lines."""

    @property
    def shipping_cost(self) -> Decimal:
        """Untaxed."""

    @property
    def total(self) -> Decimal:
        """Everything."""


def total_rows(sums: Sums, taxes: Sequence[TaxSummary], currency: str, prices_include_tax: bool) -> list[Total]:
    """The rows of a totals block: each is what those above it come to, or goes to what follows."""

    def row(label: str, value: Decimal, *, strong: bool = False) -> Total:
        return Total(label, formatting.amount(value, currency), strong)

    rows: list[Total] = []
    if sums.total_discount:
        inside = sums.total_tax if prices_include_tax else Decimal(0)
        label = _("List price, tax included") if inside else _("List price")
        rows = [row(label, sums.subtotal + inside + sums.total_discount), row(_("Discount"), -sums.total_discount)]
        if inside:
            rows.append(row(_("Tax included"), -inside))
    rows.append(row(_("Subtotal"), sums.subtotal))
    rows += [row(f"{tax.tax_code} {formatting.number(tax.tax_rate)}\u00a0%", tax.tax) for tax in taxes]
    if sums.shipping_cost:
        rows.append(row(_("Shipping"), sums.shipping_cost))
    return [*rows, row(_("Total %(currency)s") % {"currency": currency}, sums.total, strong=True)]
