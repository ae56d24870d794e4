"""The report on receivables: what was owed at the end of any day, by how late it was."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, ObjectFilter
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from invoicing.analytics.receivables_ageing import Aged, AgedBalance, ReceivablesAgeing, receivables_ageing
from invoicing.analytics.sales_reports import AGES
from invoicing.reports.filters import AsOfFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, RowsOf, Value
from invoicing.reports.sales import customer_of

GROUPS: dict[str, Text] = {
    "customer": gettext_lazy("Customer"),
    "owner": gettext_lazy("Owner"),
    "currency": gettext_lazy("Currency"),
}
AMOUNTS: dict[str, Text] = {
    "company": gettext_lazy("The company's currency"),
    "document": gettext_lazy("The documents' currency"),
}
AGE_LABELS: Sequence[Text] = (
    gettext_lazy("Not yet due"),
    gettext_lazy("1–30 days"),
    gettext_lazy("31–60 days"),
    gettext_lazy("61–90 days"),
    gettext_lazy("Over 90 days"),
)


class AgeingFilters(AsOfFilters):
    """A day, what a row is, whose debts, and in which currency."""

    defaults = {"groupBy": "customer", "amountsIn": "company"}
    group_by = ChoiceFilter("", tuple(GROUPS), about="What each row is; `customer` by default")
    amounts_in = ChoiceFilter(
        "", tuple(AMOUNTS), about="Amounts in the company's currency, which is the default, or in the documents' own"
    )
    customer_id = ObjectFilter("customer", Customer, "Customer", about="What this customer owed only")

    @property
    def in_base(self) -> bool:
        """Whether amounts are in the company's currency."""
        return bool(self.value("amountsIn") == "company")


def _compute(actor: Actor, given: AgeingFilters) -> ReportTable:
    customer = customer_of(given)
    group: Any = given.value("groupBy")
    found = receivables_ageing(
        actor.company,
        given.day,
        by="owner" if group == "owner" else "customer",
        customer=customer.pk if customer else None,
        by_currency=not given.in_base,
        most=given.most,
    )
    balances, count = (found.currencies, None) if group == "currency" else (found.rows, found.count)
    # Lists know neither another day nor currencies.
    has_lists = given.day == given.today and (group == "customer" or (group == "owner" and given.in_base))

    def row_of(one: AgedBalance) -> ReportRow:
        return ReportRow(
            {**_NAMES[group](one), **_values(one.base if given.in_base else one.amounts), **_facts(one)},
            _key(group, one),
            _links(given, group, one) if has_lists and one.is_open else {},
            "" if given.in_base else one.currency,
        )

    return ReportTable(
        _columns(given),
        RowsOf(balances, row_of, count),
        _chart(given),
        actor.company.currency,
        _totals(group, found) if given.in_base else {},
        as_of=given.day,
        notes=_notes(given),
        in_one_currency=given.in_base,
    )


def _chart(given: AgeingFilters) -> ReportChart:
    """Amounts of different currencies aren't compared."""
    group = given.value("groupBy")
    if given.in_base:
        return ReportChart("ranking", _("Overdue"), group, "overdue")
    return ReportChart("ranking", _("Invoices"), group, "invoices")


_NAMES: dict[str, Any] = {
    "customer": lambda one: {"customer": one.name},
    "owner": lambda one: {"owner": one.name or _("Without an owner"), "currency": one.currency},
    "currency": lambda one: {"currency": one.currency},
}


def _key(group: str, one: AgedBalance) -> str:
    if group == "currency":
        return one.currency
    return ids.encode(Customer.PREFIX if group == "customer" else User.PREFIX, one.key) if one.key else ""


def _values(aged: Aged) -> dict[str, Value]:
    ages = {f"age_{place}": amount for place, amount in enumerate(aged.ages)}
    return {**ages, "overdue": aged.overdue, "total": aged.total, "credit": -aged.credit, "balance": aged.balance}


def _facts(one: AgedBalance) -> dict[str, Value]:
    return {"invoices": one.invoices, "oldest": one.oldest}


def _totals(group: str, found: ReceivablesAgeing) -> dict[str, Value]:
    invoices = sum(one.invoices for one in found.currencies)
    oldest = min((one.oldest for one in found.currencies if one.oldest), default=None)
    return {
        "number": "",
        "currency": "",
        group: _("Total"),
        **_values(found.total),
        "invoices": invoices,
        "oldest": oldest,
    }


def _links(given: AgeingFilters, group: str, one: AgedBalance) -> dict[str, DrillDown]:
    """The open invoices behind amounts."""
    whose = {"customerId": given.value("customerId")} if given.value("customerId") else {}
    whose["customerId" if group == "customer" else "ownerId"] = _key(group, one) or "none"
    shown = {"show": "open", "invoiceDateTo": given.day, **whose}
    links = {"total": DrillDown("invoicing:invoices", shown), "invoices": DrillDown("invoicing:invoices", shown)}
    if one.amounts.overdue:
        late = {**shown, "dueDateTo": given.day - timedelta(days=1)}
        links["overdue"] = DrillDown("invoicing:invoices", late)
    for place, (first, last) in enumerate(AGES):
        if one.amounts.ages[place]:
            due: dict[str, object] = {} if last is None else {"dueDateFrom": given.day - timedelta(days=last)}
            due |= {} if first is None else {"dueDateTo": given.day - timedelta(days=first)}
            links[f"age_{place}"] = DrillDown("invoicing:invoices", {**shown, **due})
    return links if one.invoices else {}


def _columns(given: AgeingFilters) -> list[ReportColumn]:
    group = given.value("groupBy")
    has_currencies = group == "owner" and not given.in_base
    return [
        ReportColumn(group, GROUPS[group]),
        *([ReportColumn("currency", GROUPS["currency"])] if has_currencies else []),
        ReportColumn("invoices", _("Invoices"), "count"),
        ReportColumn("oldest", _("Oldest due date"), "day"),
        *(ReportColumn(f"age_{place}", label, "amount") for place, label in enumerate(AGE_LABELS)),
        ReportColumn("overdue", _("Overdue"), "amount"),
        ReportColumn("total", _("Amount due"), "amount"),
        ReportColumn("credit", _("Unapplied credit"), "amount"),
        ReportColumn("balance", _("Balance"), "amount"),
    ]


def _notes(given: AgeingFilters) -> list[str]:
    notes = [
        _(
            "What was due at the end of the day, by the dates of the receivables ledger; documents dated later don't "
            "count. Unapplied credit is negative, and adds up with the amount due to the balance."
        )
    ]
    if given.value("groupBy") == "owner":
        notes.append(_("Invoices count for their owner, unapplied credit for the customer's."))
    if given.in_base:
        notes.append(_("Amounts in other currencies are converted at the exchange rates of their documents."))
    return notes


RECEIVABLES_AGEING = Report(
    "receivables-ageing",
    gettext_lazy("Receivables ageing"),
    gettext_lazy("What customers owed at the end of any day, by how late it was"),
    AgeingFilters,
    _compute,
    (
        FilterField("groupBy", gettext_lazy("Group by"), GROUPS),
        FilterField("amountsIn", gettext_lazy("Amounts in"), AMOUNTS),
        FilterField("customerId", gettext_lazy("Customer")),
    ),
)
