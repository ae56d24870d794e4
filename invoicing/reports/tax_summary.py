"""The report on taxes: what a return such as Malaysia's SST-02 asks for."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter
from bigledger_crm.kernel.money import plain_number
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from invoicing.analytics.period import Span
from invoicing.analytics.tax_summary import PARTS, Taxed, TaxLine, TaxTotal, tax_summary
from invoicing.reports.filters import PeriodFilters
from invoicing.reports.periods import PERIODS
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, Value

KIND_NAMES: dict[str, Text] = {
    "taxable": gettext_lazy("Taxable"),
    "zero_rated": gettext_lazy("Zero-rated"),
    "exempt": gettext_lazy("Exempt"),
    "untaxed": gettext_lazy("Without a tax code"),
    "shipping": gettext_lazy("Shipping"),
}


class TaxFilters(PeriodFilters):
    """A period."""

    defaults = {"period": "last_month"}
    period = ChoiceFilter(
        "", PERIODS, about="The period; `last_month` by default. Use `dateFrom` and `dateTo` for any other"
    )


def _compute(actor: Actor, given: TaxFilters) -> ReportTable:
    first, last = given.chosen.span
    found = tax_summary(actor.company, first, last)
    rows = [
        ReportRow(
            {
                "tax": _label(line),
                "name": line.name,
                "kind": str(KIND_NAMES[line.kind]),
                "rate": line.rate if line.tax_code else None,
                **_values(TaxTotal(line.invoiced, line.cancelled, line.credited, line.net)),
            },
            f"{line.tax_code}:{plain_number(line.rate)}" if line.tax_code else line.kind,
            _links(line, given.chosen.span),
        )
        for line in found.lines
    ]
    has_cancelled = any(line.cancelled.value or line.cancelled.tax for line in found.lines)
    return ReportTable(
        _columns(has_cancelled=has_cancelled),
        rows,
        ReportChart("ranking", _("Net value"), "tax", "value"),
        actor.company.currency,
        {"tax": _("Total"), "name": "", "kind": "", **_values(found.total)},
        given.chosen.span,
        notes=[
            _(
                "Invoices dated in the period, less credit notes dated in it and less invoices of earlier periods that "
                "were cancelled in it. Values are without tax."
            ),
            _(
                "For the SST-02 return: value and tax of each rate are those of part B2, item 11, the tax of credit "
                "notes is deducted there, and exempt values are those of part D. This is the invoice basis; who pays "
                "service tax when customers pay has to correct it for unpaid invoices."
            ),
        ],
    )


def _links(line: TaxLine, span: Span) -> dict[str, DrillDown]:
    """Each figure that isn't nothing leads to the documents that make it."""
    days = {"dateFrom": span[0], "dateTo": span[1]}
    of: dict[str, object] = {**days, "taxKind": line.kind}
    if line.tax_code:
        of |= {"taxCode": line.tax_code, "taxRate": plain_number(line.rate)}
    links = {"value": DrillDown("invoicing:report-tax-by-document", of)}
    if line.net.tax:
        links["net_tax"] = links["value"]
    for part in PARTS:
        behind = DrillDown("invoicing:report-tax-by-document", {**of, "countsAs": part})
        sums: Taxed = getattr(line, part)
        links |= {name: behind for name, sum_ in ((part, sums.value), (f"{part}_tax", sums.tax)) if sum_}
    return links


def _label(line: TaxLine) -> str:
    if not line.tax_code:
        return str(KIND_NAMES[line.kind])
    return f"{line.tax_code} {plain_number(line.rate)}%"


def _values(total: TaxTotal) -> dict[str, Value]:
    return {
        "invoiced": total.invoiced.value,
        "invoiced_tax": total.invoiced.tax,
        "cancelled": total.cancelled.value,
        "cancelled_tax": total.cancelled.tax,
        "credited": total.credited.value,
        "credited_tax": total.credited.tax,
        "value": total.net.value,
        "net_tax": total.net.tax,
    }


def _columns(*, has_cancelled: bool) -> list[ReportColumn]:
    cancelled = [
        ReportColumn("cancelled", _("Cancelled"), "amount"),
        ReportColumn("cancelled_tax", _("Tax cancelled"), "amount"),
    ]
    return [
        ReportColumn("tax", _("Tax code")),
        ReportColumn("name", _("Name")),
        ReportColumn("kind", _("Kind")),
        ReportColumn("rate", _("Rate, %"), "quantity"),
        ReportColumn("invoiced", _("Invoiced"), "amount"),
        ReportColumn("invoiced_tax", _("Tax invoiced"), "amount"),
        *(cancelled if has_cancelled else ()),
        ReportColumn("credited", _("Credited"), "amount"),
        ReportColumn("credited_tax", _("Tax credited"), "amount"),
        ReportColumn("value", _("Net value"), "amount"),
        ReportColumn("net_tax", _("Net tax"), "amount"),
    ]


TAX_SUMMARY = Report(
    "tax-summary",
    gettext_lazy("Tax summary"),
    gettext_lazy("Taxable, exempt and untaxed sales and their tax, by tax code and rate"),
    TaxFilters,
    _compute,
)
