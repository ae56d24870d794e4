"""The journal: its entries, and the accounts that they are posted to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, DetailField, Text
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.lists import FilterField, ListPage
from bigledger_crm.web.views import CompanyView
from invoicing.filters import JournalFilters
from invoicing.models import JournalEntry
from invoicing.pages.journal_files import JOURNAL_FORMATS
from invoicing.queries.journal import journal_accounts
from invoicing.rules.journal import check_accounts
from invoicing.services.journal import post_journal, update_journal_accounts
from sales.pages.lists import OF_CUSTOMER

KINDS: dict[str, Text] = {
    "invoice": gettext_lazy("Invoice"),
    "cancellation": gettext_lazy("Invoice cancelled"),
    "payment": gettext_lazy("Payment"),
    "void": gettext_lazy("Payment voided"),
    "credit_note": gettext_lazy("Credit note"),
    "refund": gettext_lazy("Refund"),
    "refund_void": gettext_lazy("Refund voided"),
    "write_off": gettext_lazy("Written off"),
    "write_off_reversal": gettext_lazy("Write-off reversed"),
    "exchange_difference": gettext_lazy("Exchange gain or loss"),
}
PURPOSES: dict[str, tuple[Text, Text]] = {
    "receivables": (gettext_lazy("Receivables"), gettext_lazy("What customers owe.")),
    "bank": (gettext_lazy("Bank"), gettext_lazy("Payments and refunds by every method but cash.")),
    "cash": (gettext_lazy("Cash"), gettext_lazy("Payments and refunds in cash.")),
    "sales": (gettext_lazy("Sales"), gettext_lazy("The lines of invoices, after discounts and before tax.")),
    "opening_balances": (
        gettext_lazy("Opening balances"),
        gettext_lazy("What customers owed when the company began here, as it was imported."),
    ),
    "shipping": (gettext_lazy("Shipping"), gettext_lazy("Shipping costs on invoices.")),
    "sales_returns": (gettext_lazy("Sales returns"), gettext_lazy("The lines of credit notes, before tax.")),
    "tax": (gettext_lazy("Tax payable"), gettext_lazy("Tax on invoices and credit notes, one line for each rate.")),
    "exchange_difference": (
        gettext_lazy("Exchange gains and losses"),
        gettext_lazy("Differences between the exchange rate of an invoice and that of its payment."),
    ),
    "bank_charge": (gettext_lazy("Bank charges"), gettext_lazy("Write-offs of this kind.")),
    "small_difference": (gettext_lazy("Small differences"), gettext_lazy("Write-offs of this kind.")),
    "bad_debt": (gettext_lazy("Bad debts"), gettext_lazy("Write-offs of this kind.")),
}


def journal_href(public_id: str) -> str:
    """An entry's page."""
    return reverse("invoicing:journal-entry", args=[public_id])


def kind_of(entry: JournalEntry) -> str:
    """What an entry is; that of an imported document may stand in other books already."""
    kind = str(KINDS[entry.kind])
    return _("%(kind)s, imported") % {"kind": kind} if entry.is_imported else kind


def _accounts(side: str) -> Any:
    def value(row: JournalEntry) -> str:
        return ", ".join(line["code"] for line in row.lines if Decimal(line[side]))

    return value


class JournalView(ListPage):
    """All entries, with files for other accounting programs."""

    resource = "journal"
    filters = JournalFilters
    title = gettext_lazy("Journal")
    sorts = {"date": "entry_date"}
    default_sort = "-date"
    formats = JOURNAL_FORMATS
    narrow_by = (
        FilterField("date", gettext_lazy("Date")),
        OF_CUSTOMER,
    )
    empty_title = gettext_lazy("No entries yet")
    empty_text = gettext_lazy("The double entries for invoices, payments and credit notes appear here.")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Posts what happened before the first page is shown."""
        if "after" not in request.GET:
            post_journal(self.actor)
        return super().get(request)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Document"), lambda row: row.document_number, "main", note=lambda row: row.customer.name),
            Column(_("Type"), kind_of),
            Column(_("Debit"), _accounts("debit"), name="debit"),
            Column(_("Credit"), _accounts("credit"), name="credit"),
            Column(_("Date"), lambda row: row.entry_date, "day", "date"),
            Column(_("Amount"), lambda row: row.debit, "amount", name="amount"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Entries with their customers."""
        return JournalEntry.objects.select_related("customer")

    def read_more(self, rows: Sequence[JournalEntry]) -> None:
        """Amounts are in the company's currency."""
        for row in rows:
            row.currency = self.actor.company.currency

    def href(self, row: JournalEntry) -> str:
        """The entry's page."""
        return journal_href(row.public_id)


class JournalEntryView(CompanyView):
    """One entry with both its sides."""

    resource = "journal"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The entry."""
        entry = by_public_id(JournalEntry.objects.select_related("customer"), "Journal entry", public_id)
        base = self.actor.company.currency
        return self.page(
            "invoicing/journal_entry.html",
            title=f"{kind_of(entry)} {entry.document_number}",
            entry=entry,
            base=base,
            lines=[
                {
                    **line,
                    "debit": Decimal(line["debit"]),
                    "credit": Decimal(line["credit"]),
                    "currency_amount": Decimal(line["currencyAmount"]),
                }
                for line in entry.lines
            ],
            details=[
                DetailField(_("Date"), formatting.day(entry.entry_date)),
                DetailField(
                    _("Customer"),
                    entry.customer.name,
                    href=reverse("customers:detail", args=[entry.customer.public_id]),
                ),
                DetailField(_("Document"), entry.document_number),
                DetailField(_("Posted"), formatting.moment(entry.created_at)),
                DetailField(_("ID"), entry.public_id),
            ],
        )


class JournalAccountsForm(forms.Form):
    """Code and name of each account."""

    def __init__(self, data: Any = None) -> None:
        """With what is stored."""
        super().__init__(data)
        for purpose, (code, name) in journal_accounts().items():
            self.fields[f"{purpose}_code"] = forms.CharField(label=_("Code"), required=False, initial=code)
            self.fields[f"{purpose}_name"] = forms.CharField(label=_("Name"), required=False, initial=name)

    def rows(self) -> list[tuple[Text, Text, list[forms.BoundField]]]:
        """The accounts: what they are for, and their fields."""
        return [
            (label, about, [self[f"{purpose}_code"], self[f"{purpose}_name"]])
            for purpose, (label, about) in PURPOSES.items()
        ]

    def accounts(self) -> dict[str, tuple[str, str]]:
        """What was typed, by what each account is for."""
        typed = self.cleaned_data
        return {name: (typed.get(f"{name}_code", ""), typed.get(f"{name}_name", "")) for name in PURPOSES}


class JournalAccountsView(ServiceFormView):
    """The accounts that entries are posted to."""

    resource = "settings"
    verb = "manage"
    template = "invoicing/journal_accounts.html"

    def make_form(self, data: Any = None) -> JournalAccountsForm:
        """What is stored."""
        return JournalAccountsForm(data)

    def also_wrong(self, form: JournalAccountsForm) -> list[FieldError]:
        """By the rules."""
        return check_accounts(form.accounts())

    def save(self, form: JournalAccountsForm) -> str:
        """Back to the form."""
        update_journal_accounts(self.actor, form.accounts())
        self.done(_("Changes saved. Entries that were posted keep their accounts."))
        return reverse("invoicing:journal-accounts")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Journal accounts"), "submit": _("Save")}
