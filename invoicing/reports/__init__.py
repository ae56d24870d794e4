"""Reports: one declaration for each, and from it the API, the page and the files.

To add a report, compute its figures in `invoicing.analytics`, as a function of the company and plain values to frozen
dataclasses, and declare it in a module of its own here:

    class QuietCustomersFilters(AsOfFilters):  # or PeriodFilters, or ComparedPeriodFilters
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
from invoicing.reports.expected_payments import EXPECTED_PAYMENTS
from invoicing.reports.payment_behaviour import PAYMENT_BEHAVIOUR
from invoicing.reports.products import PRODUCTS
from invoicing.reports.quiet_customers import QUIET_CUSTOMERS
from invoicing.reports.quotes import QUOTES
from invoicing.reports.receivables_ageing import RECEIVABLES_AGEING
from invoicing.reports.report import Report
from invoicing.reports.sales import SALES
from invoicing.reports.tax_by_document import TAX_BY_DOCUMENT
from invoicing.reports.tax_summary import TAX_SUMMARY

REPORTS: Sequence[tuple[Text, Sequence[Report]]] = (
    (_("Sales"), (SALES, PRODUCTS, QUOTES, QUIET_CUSTOMERS)),
    (_("Receivables"), (RECEIVABLES_AGEING, EXPECTED_PAYMENTS, PAYMENT_BEHAVIOUR)),
    (_("Taxes"), (TAX_SUMMARY, TAX_BY_DOCUMENT)),
)
REPORT_BY_SLUG: Mapping[str, Report] = {report.slug: report for _heading, reports in REPORTS for report in reports}
