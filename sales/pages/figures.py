"""What a document comes to while it is written, by the same calculator that will price it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Total
from bigledger_crm.tenancy.actor import Actor
from sales.models import DocumentLine
from sales.pages.line_forms import BLANK, LineForm, Row
from sales.services import Calculation, estimate

_LINE_PATH = re.compile(r"items\[(\d+)\]\.\w+")


class ReadLines(Protocol):
    """Lines as they were read: their forms, and what the services take of each."""

    @property
    def forms(self) -> Sequence[LineForm]:
        """With their errors."""

    @property
    def fields(self) -> Sequence[dict[str, Any]]:
        """As long as `forms`."""


@dataclass(frozen=True)
class Figures:
    """The totals, and by the index of its row each line's amount, or what is still missing of it."""

    currency: str = ""
    totals: Sequence[Total] = ()
    amounts: Mapping[int, str] = field(default_factory=dict)
    hints: Mapping[int, str] = field(default_factory=dict)

    @property
    def total(self) -> str:
        """The grand total with its currency, as it is read out."""
        return f"{self.totals[-1].label} {self.totals[-1].value}" if self.totals else ""

    def row(self, index: int, values: Mapping[str, str]) -> Row:
        """A row with its figures, and something in each of its fields."""
        return Row(index, {**BLANK, **values}, hint=self.hints.get(index, ""), amount=self.amounts.get(index, ""))


NO_FIGURES = Figures()


def work_out(
    actor: Actor,
    head: Mapping[str, Any],
    lines: ReadLines,
    day: str,
    currency: str,
    kept: Mapping[str, DocumentLine],
) -> Figures:
    """The figures of what can be read; `day` names the field of the document's date in `head`."""
    readable = [(form, fields) for form, fields in zip(lines.forms, lines.fields, strict=True) if not form.errors]
    hints = {form.index: form.messages()[0] for form in lines.forms if form.errors}
    wanted = {
        "currency": currency,
        "document_date": head.get(day),
        "shipping_cost": head.get("shipping_cost"),
        "prices_include_tax": head.get("prices_include_tax"),
        "items": [fields for _form, fields in readable],
    }
    calculation, errors = estimate(actor, wanted, kept=kept)
    for path, message in errors.items():
        if match := _LINE_PATH.fullmatch(path):
            hints.setdefault(readable[int(match[1])][0].index, message)
    amounts = {
        readable[line.values["position"] - 1][0].index: formats.amount(line.priced.line_total, currency)
        for line in calculation.lines
    }
    return Figures(currency, _totals(calculation), amounts, hints)


def _totals(calculation: Calculation) -> list[Total]:
    currency, sums = calculation.currency, calculation.totals

    def row(label: str, value: Any, *, strong: bool = False) -> Total:
        return Total(label, formats.amount(value, currency), strong)

    totals = [row(_("Subtotal"), sums.subtotal)]
    if sums.total_discount:
        totals.insert(0, row(_("Discount"), sums.total_discount))
    totals += [row(f"{tax.tax_code} {formats.number(tax.tax_rate)}\u00a0%", tax.tax) for tax in calculation.taxes]
    if sums.shipping_cost:
        totals.append(row(_("Shipping"), sums.shipping_cost))
    return [*totals, row(_("Total %(currency)s") % {"currency": currency}, sums.total, strong=True)]
