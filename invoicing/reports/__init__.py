"""Reports: one declaration for each, and from it the API, the page and the files.

To add a report, compute its figures in `invoicing.analytics`, as a function of the company and plain values to frozen
dataclasses, and declare it in a module of its own here:

    class QuietCustomersFilters(AsOfFilters):  # or PeriodFilters, which has a period and a comparison
        defaults = {"days": "90"}
        days = ChoiceFilter("", ("90", "180"), about="Days without an invoice; `90` by default")

    def _compute(actor: Actor, given: QuietCustomersFilters) -> ReportTable:
        found = quiet_customers(actor.company, given.day, int(given.value("days")))
        return ReportTable(
            columns=[
                ReportColumn("customer", _("Customer")),
                ReportColumn("last", _("Last invoice"), "day"),
                ReportColumn("sales", _("Sales"), "amount"),
            ],
            rows=[
                ReportRow(
                    {"customer": one.name, "last": one.last_invoice, "sales": one.sales},
                    key=one.public_id,
                    links={"sales": DrillDown("invoicing:invoices", {"show": "issued", "customerId": one.public_id})},
                )
                for one in found
            ],
            chart=ReportChart("ranking", _("Sales of quiet customers"), "customer", "sales"),
            currency=actor.company.currency,
            totals={"customer": _("Total"), "sales": sum((one.sales for one in found), ZERO)},
            as_of=given.day,
        )

    QUIET_CUSTOMERS = Report(
        "quiet-customers", gettext_lazy("Quiet customers"), gettext_lazy("Who hasn't bought for long"),
        QuietCustomersFilters, _compute, (FilterField("days", gettext_lazy("Quiet for"), {"90": …, "180": …}),),
    )

and add it to REPORTS below.  Then follow what the tests ask for: an entry in the tenancy matrix, an example of its
filters in the test over all reports, and what `manage.py describe_api` and `clients/generate.py` write.  Values are
raw: Decimal, int, date or text, None for nothing; amounts exact, they are rounded half up when shown.  Headings and
notes are translated, so columns are made when the report is computed.  A link's conditions are filters of that list.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from bigledger_crm.web.components import Text
from invoicing.reports.products import PRODUCTS
from invoicing.reports.report import Report
from invoicing.reports.sales import SALES

REPORTS: Sequence[tuple[Text, Sequence[Report]]] = ((_("Sales"), (SALES, PRODUCTS)),)
REPORT_BY_SLUG: Mapping[str, Report] = {report.slug: report for _heading, reports in REPORTS for report in reports}
