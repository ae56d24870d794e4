"""The report on customers who bought regularly and have stopped."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.analytics.quiet_customers import SALE_DAYS, QuietCustomer, quiet_customers
from invoicing.reports.filters import AsOfFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, RowsOf, Value


def _compute(actor: Actor, given: AsOfFilters) -> ReportTable:
    found = quiet_customers(actor.company, given.day)

    def row_of(one: QuietCustomer) -> ReportRow:
        key = ids.encode(Customer.PREFIX, one.key)
        last = {"show": "issued", "customerId": key, "invoiceDateFrom": one.last_sale, "invoiceDateTo": one.last_sale}
        values: dict[str, Value] = {
            "customer": one.name,
            "number": one.number,
            "owner": one.owner_name,
            "last_sale": one.last_sale,
            "days": one.days,
            "usual_days": one.usual_days,
            "sale_days": one.sale_days,
            "sales": one.sales,
        }
        return ReportRow(values, key, {"last_sale": DrillDown("invoicing:invoices", last)})

    return ReportTable(
        [
            ReportColumn("customer", _("Customer")),
            ReportColumn("number", _("Customer number")),
            ReportColumn("owner", _("Owner")),
            ReportColumn("last_sale", _("Last invoice"), "day"),
            ReportColumn("days", _("Days since"), "count"),
            ReportColumn("usual_days", _("Usual days between invoices"), "days"),
            ReportColumn("sale_days", _("Days with invoices"), "count"),
            ReportColumn("sales", _("Sales of the last year"), "amount"),
        ],
        RowsOf(found, row_of),
        ReportChart("ranking", _("Sales of the last year"), "customer", "sales"),
        actor.company.currency,
        {"customer": _("Total"), "number": "", "owner": "", "sales": sum((one.sales for one in found), ZERO)},
        as_of=given.day,
        notes=[
            _(
                "Customers who were invoiced on at least %(count)s days in the last two years, and haven't been for "
                "more than one and a half of the usual (median) number of days between. Inactive customers are left "
                "out. Sales are issued invoices less credit notes, tax included, of the last 365 days."
            )
            % {"count": SALE_DAYS}
        ],
        in_one_currency=True,
    )


QUIET_CUSTOMERS = Report(
    "quiet-customers",
    gettext_lazy("Quiet customers"),
    gettext_lazy("Who bought regularly and hasn't for longer than usual"),
    AsOfFilters,
    _compute,
)
