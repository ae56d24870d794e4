"""The report on expected payments: when open invoices will probably be paid."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ObjectFilter
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from invoicing.analytics.expected_payments import RECENT, ExpectedWeek, expected_payments
from invoicing.analytics.payment_behaviour import HABIT
from invoicing.reports.filters import ReportFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, Value
from invoicing.reports.sales import customer_of


class ExpectedPaymentsFilters(ReportFilters):
    """Whose invoices."""

    customer_id = ObjectFilter("customer", Customer, "Customer", about="Invoices of this customer only")


def _compute(actor: Actor, given: ExpectedPaymentsFilters) -> ReportTable:
    customer = customer_of(given)
    found = expected_payments(actor.company, given.today, customer=customer.pk if customer else None)
    whose = {"customerId": customer.public_id} if customer else {}
    rows = [
        ReportRow(_values(week), _key(week), _links(week, whose), short=_short(week))
        for week in (found.weeks if found.total.invoices else [])
    ]
    totals: dict[str, Value] = {
        "week": _("Total"),
        "due_invoices": found.total.invoices,
        "due": found.total.base,
        "habit_invoices": found.total.invoices,
        "habit": found.total.base,
    }
    return ReportTable(
        [
            ReportColumn("week", _("Expected")),
            ReportColumn("due_invoices", _("Invoices by due date"), "count"),
            ReportColumn("due", _("By due date"), "amount"),
            ReportColumn("habit_invoices", _("Invoices by habit"), "count"),
            ReportColumn("habit", _("By habit"), "amount"),
        ],
        rows,
        ReportChart("columns", _("Expected by the customers' habits"), "week", "habit", "due"),
        actor.company.currency,
        totals,
        as_of=found.today,
        notes=[
            _(
                "The amounts due on open invoices. By habit, each is expected as many days after its due date as its "
                "customer was usually late: the median of its last %(recent)s paid invoices, if they are at least "
                "%(count)s; otherwise on its due date. %(without)s of the invoices are of customers without a habit."
            )
            % {"recent": RECENT, "count": HABIT, "without": found.without_habit},
            _("Unapplied credit isn't deducted. Amounts are converted at the exchange rates of their invoices."),
        ],
    )


def _values(week: ExpectedWeek) -> dict[str, Value]:
    return {
        "week": _label(week),
        "due_invoices": week.by_due_date.invoices,
        "due": week.by_due_date.base,
        "habit_invoices": week.by_habit.invoices,
        "habit": week.by_habit.base,
    }


def _label(week: ExpectedWeek) -> str:
    if week.first is None:
        return _("Overdue")
    if week.last is None:
        return _("From %(day)s") % {"day": formatting.day(week.first)}
    return formatting.days(week.first, week.last)


def _short(week: ExpectedWeek) -> str:
    if week.first is None:
        return _("Overdue")
    return formatting.short_day(week.first)


def _key(week: ExpectedWeek) -> str:
    return week.first.isoformat() if week.first else "overdue"


def _links(week: ExpectedWeek, whose: dict[str, str]) -> dict[str, DrillDown]:
    """The invoices that are due in a week; no list knows habits."""
    if not week.by_due_date.invoices:
        return {}
    days = {"dueDateFrom": week.first, "dueDateTo": week.last}
    given = {name: day for name, day in days.items() if day is not None}
    shown = DrillDown("invoicing:invoices", {"show": "open", **given, **whose})
    return {"due_invoices": shown, "due": shown}


EXPECTED_PAYMENTS = Report(
    "expected-payments",
    gettext_lazy("Expected payments"),
    gettext_lazy("What will be paid in which week, by due date and by the customers' habits"),
    ExpectedPaymentsFilters,
    _compute,
    (FilterField("customerId", gettext_lazy("Customer")),),
)
