"""Aged receivables: which customers owe how much, by how late it is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, Text, make_table
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from invoicing.analytics.sales_reports import AGES, ages_of_debts, debts_by_customer, owed_by_due_day
from invoicing.pages.dashboard_charts import debts_by_age
from invoicing.pages.statements import AGE_LABELS
from invoicing.queries.settlement import unapplied_by_customer

ROWS = 100
SHOWN: dict[str, Text] = {"": gettext_lazy("Overdue"), "all": gettext_lazy("All with a balance")}


class AgedReceivablesView(CompanyView):
    """The customers, who is late with most first."""

    resource = "invoices"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page: overdue customers, or all who owe something."""
        shown, page = request.GET.get("show", ""), request.GET.get("page", "1")
        if shown not in SHOWN or not (page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= 10_000):
            raise Http404("No such list")
        company, today = self.actor.company, self.actor.today()
        start = (int(page[:6]) - 1) * ROWS
        rows = list(debts_by_customer(today, only_overdue=not shown)[start : start + ROWS + 1])
        credit = unapplied_by_customer([row["customer_id"] for row in rows])
        rows = [{**row, "credit": credit.get(row["customer_id"], ZERO)} for row in rows]
        owed = owed_by_due_day()
        return self.page(
            "invoicing/receivables.html",
            title=_("Aged receivables"),
            lead=formatting.long_day(today),
            report=reverse("invoicing:report-receivables-ageing") if self.actor.may("analytics", "read") else "",
            aged_receivables=debts_by_age(company, ages_of_debts(company, owed, today), today) if owed else None,
            chips=[(label, f"?show={name}" if name else "?", name == shown) for name, label in SHOWN.items()],
            table=make_table(_columns(), rows[:ROWS], _statement) if rows else None,
            previous_page=f"?show={shown}&page={int(page) - 1}" if start else "",
            next_page=f"?show={shown}&page={int(page) + 1}" if len(rows) > ROWS else "",
        )


def _columns() -> list[Column]:
    def amount(name: str) -> Any:
        return lambda row: formatting.amount(row[name] or None, row["currency"])

    def number(row: Any) -> str:
        return str(row["customer__customer_number"])

    labels = list(AGE_LABELS.values())
    return [
        Column(_("Customer"), lambda row: row["customer__name"], "main", note=number),
        Column(_("Oldest due date"), lambda row: row["oldest"], "day"),
        *(Column(labels[place], amount(f"age_{place}"), "figure") for place in range(len(AGES))),
        Column(_("Overdue"), amount("overdue"), "figure"),
        Column(_("Unapplied credit"), lambda row: formatting.amount(-row["credit"] or None, row["currency"]), "figure"),
        Column(_("Balance"), _balance, "figure"),
    ]


def _balance(row: Any) -> str:
    return formatting.amount_with_currency(row["total"] - row["credit"], row["currency"])


def _statement(row: Any) -> str:
    return reverse("invoicing:customer-statement", args=[ids.encode(Customer.PREFIX, row["customer_id"])])
