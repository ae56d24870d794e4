"""The documents behind the tax summary, for whoever checks a return."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, NumberFilter, TextFilter
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from invoicing.analytics.tax_by_document import TaxedDocument, tax_by_document
from invoicing.analytics.tax_summary import KINDS, PARTS
from invoicing.models import CreditNote, Invoice
from invoicing.reports.report import DrillDown, Report, ReportColumn, ReportRow, ReportTable
from invoicing.reports.tax_summary import KIND_NAMES, TaxFilters

_PARTS: dict[str, Text] = {
    "invoiced": gettext_lazy("Invoiced"),
    "cancelled": gettext_lazy("Cancelled"),
    "credited": gettext_lazy("Credited"),
}


class TaxedDocumentFilters(TaxFilters):
    """A period, and which figure of the tax summary."""

    counts_as = ChoiceFilter("", PARTS, about="What the document counts as: invoiced, cancelled or credited")
    tax_kind = ChoiceFilter("", KINDS, about="What its lines are for the tax: taxable, exempt and so on")
    tax_code = TextFilter("", about="Lines with this tax code only")
    tax_rate = NumberFilter("", about="Lines at this rate in percent only")


def _compute(actor: Actor, given: TaxedDocumentFilters) -> ReportTable:
    first, last = given.chosen.span
    found = tax_by_document(
        actor.company,
        first,
        last,
        part=given.value("countsAs"),
        kind=given.value("taxKind"),
        code=given.value("taxCode"),
        rate=given.value("taxRate"),
    )
    value, tax = (sum((getattr(one, name) * one.sign for one in found), ZERO) for name in ("value", "tax"))
    return ReportTable(
        [
            ReportColumn("day", _("Date"), "day"),
            ReportColumn("number", _("Number")),
            ReportColumn("customer", _("Customer")),
            ReportColumn("part", _("Counts as")),
            ReportColumn("code", _("Tax code")),
            ReportColumn("kind", _("Kind")),
            ReportColumn("rate", _("Rate, %"), "quantity"),
            ReportColumn("value", _("Net value"), "amount"),
            ReportColumn("tax", _("Tax"), "amount"),
        ],
        [_row(one) for one in found],
        None,
        actor.company.currency,
        {
            **dict.fromkeys(("number", "customer", "part", "code", "kind"), ""),
            "day": _("Total"),
            "value": value,
            "tax": tax,
        },
        given.chosen.span,
        notes=[
            _(
                "One row for each document, tax code and rate. Credit notes and invoices of earlier periods that were "
                "cancelled in this one are deducted; these are listed by the date of cancellation. Values are without "
                "tax."
            )
        ],
    )


def _row(one: TaxedDocument) -> ReportRow:
    return ReportRow(
        {
            "day": one.day,
            "number": one.number,
            "customer": one.customer,
            "part": str(_PARTS[one.part]),
            "code": one.tax_code,
            "kind": str(KIND_NAMES[one.kind]),
            "rate": one.rate if one.tax_code else None,
            "value": one.value * one.sign,
            "tax": one.tax * one.sign,
        },
        ids.encode(CreditNote.PREFIX if one.part == "credited" else Invoice.PREFIX, one.key),
        {"number": _page_of(one)},
    )


def _page_of(one: TaxedDocument) -> DrillDown:
    if one.part == "credited":
        return DrillDown("invoicing:credit-note", of=ids.encode(CreditNote.PREFIX, one.key))
    return DrillDown("invoicing:invoice", of=ids.encode(Invoice.PREFIX, one.key))


TAX_BY_DOCUMENT = Report(
    "tax-by-document",
    gettext_lazy("Tax by document"),
    gettext_lazy("The invoices and credit notes behind the tax summary, one by one"),
    TaxedDocumentFilters,
    _compute,
    (
        FilterField("countsAs", gettext_lazy("Counts as"), _PARTS),
        FilterField("taxKind", gettext_lazy("Kind"), KIND_NAMES),
        FilterField("taxCode", gettext_lazy("Tax code")),
        FilterField("taxRate", gettext_lazy("Rate, %")),
    ),
)
