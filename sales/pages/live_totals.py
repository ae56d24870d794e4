"""What a document comes to while it is written, by the same calculator that will price it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Total
from sales.inputs import CalculationInput, LineInput
from sales.models import DocumentLine
from sales.pages.line_forms import BLANK, LineForm, Row
from sales.pages.totals import total_rows
from sales.services import Calculation, check_discounts, estimate

# What of the head the calculator looks at, besides the currency and the day.
HEAD_FIELDS = ("shipping_cost", "prices_include_tax", "exchange_rate")
# The fields of a line whose name isn't that of its cell.
CELLS = {
    "id": "item_code",
    "item_id": "item_code",
    "discount_amount": "discount_percent",
    "notes": "description",
}
# What an item would have given, had one been found.
_OF_THE_ITEM = ("description", "unit_price")
Problems = Mapping[int, Mapping[str, Sequence[str]]]


class ReadLines(Protocol):
    """Lines as they were read: their forms, and what the services take of each."""

    @property
    def forms(self) -> Sequence[LineForm]:
        """With their errors."""

    @property
    def inputs(self) -> Sequence[LineInput]:
        """As long as `forms`."""


@dataclass(frozen=True)
class LiveTotals:
    """The totals, and by the index of its row each line's amount, and what is wrong with it by its cells.

    `head` is what is wrong with the fields above the lines.
    """

    currency: str = ""
    totals: Sequence[Total] = ()
    amounts: Mapping[int, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    head: Sequence[FieldError] = ()
    total_amount: Decimal = ZERO

    @property
    def total(self) -> str:
        """The grand total with its currency, as it is read out."""
        return f"{self.totals[-1].label} {self.totals[-1].value}" if self.totals else ""

    def row(self, index: int, values: Mapping[str, str]) -> Row:
        """A row with its figures, and something in each of its fields."""
        return Row(index, {**BLANK, **values}, amount=self.amounts.get(index, ""))


NO_TOTALS = LiveTotals()


def preview_totals(
    actor: Actor,
    head: Mapping[str, Any],
    lines: ReadLines,
    day: str,
    currency: str,
    kept: Mapping[str, DocumentLine],
) -> LiveTotals:
    """The figures of what can be read, and all that is wrong; `day` names the field of the document's date."""
    wanted = CalculationInput(
        currency=currency, document_date=head.get(day), **{name: head[name] for name in HEAD_FIELDS if name in head}
    )
    pairs = list(zip(lines.forms, lines.inputs, strict=True))
    readable = [pair for pair in pairs if not pair[0].errors]
    others = [pair for pair in pairs if pair[0].errors]
    calculation, errors = estimate(actor, replace(wanted, items=[line for _form, line in readable]), kept=kept)
    problems = {form.index: form.messages_by_field() for form in lines.forms}
    _add_problems(problems, readable, [*errors, *check_discounts(actor, calculation.lines, currency)])
    if others:
        _nothing, more = estimate(actor, replace(wanted, items=[line for _form, line in others]), kept=kept)
        _add_problems(problems, others, more)
    for form, line in pairs:
        if not (line.description or line.item_id or "item_code" in form.errors):
            problems[form.index].setdefault("description", [_("Description is required for a line without an item")])
    amounts = {
        readable[made.values["position"] - 1][0].index: formatting.amount(made.priced.line_total, currency)
        for made in calculation.lines
    }
    return LiveTotals(
        currency,
        totals_of_calculation(calculation),
        amounts,
        {index: found for index, found in problems.items() if found},
        [error for error in errors if error.path[0] != "items"],
        calculation.totals.total,
    )


def _add_problems(
    problems: dict[int, dict[str, list[str]]],
    pairs: Sequence[tuple[LineForm, LineInput]],
    errors: Sequence[FieldError],
) -> None:
    """Puts errors of the calculator on the cells that they mean, where nothing is said of these yet."""
    for error in errors:
        match error.path:
            case ("items", int() as index, str() as name):
                form, cell = pairs[index][0], CELLS.get(name, name)
                if not (cell in _OF_THE_ITEM and "item_code" in form.errors):
                    problems[form.index].setdefault(cell, [error.message])


def totals_of_calculation(calculation: Calculation) -> list[Total]:
    """The totals block of what isn't stored."""
    sums = calculation.totals
    return total_rows(sums, calculation.taxes, calculation.currency, calculation.prices_include_tax)
