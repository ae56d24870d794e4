"""All bank transactions, one of them, and matching it by hand."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, DetailField, StatusBadge
from bigledger_crm.web.form_fields import NumberField
from bigledger_crm.web.form_views import ChildFormView, place_error
from bigledger_crm.web.lists import FilterField, ListPage
from bigledger_crm.web.timeline import timeline
from bigledger_crm.web.views import CompanyView
from customers.queries import customer_by_public_id
from invoicing.filters import BankTransactionFilters
from invoicing.inputs import AllocationInput, BankMatchInput
from invoicing.models import BankMatch, BankTransaction
from invoicing.pages.allocation_forms import AllocationsForm, AllocationsFormView
from invoicing.pages.bank_queue import offers, queue_href, transaction_amount, transaction_facts
from invoicing.pages.payments import payment_href
from invoicing.pages.receive_money import PayingCustomerView
from invoicing.queries.bank import bank_transaction_by_public_id, matches_of
from invoicing.services import match_transaction

STATUSES = {
    "unmatched": StatusBadge(gettext_lazy("Unmatched"), "warn"),
    "matched": StatusBadge(gettext_lazy("Matched"), "good"),
    "ignored": StatusBadge(gettext_lazy("Ignored")),
}


def transaction_href(public_id: str) -> str:
    """A transaction's page."""
    return reverse("invoicing:bank-transaction", args=[public_id])


class BankTransactionListView(ListPage):
    """All movements of all accounts."""

    resource = "bank"
    filters = BankTransactionFilters
    title = gettext_lazy("Bank transactions")
    search_label = gettext_lazy("Search text, reference or name")
    sorts = {"date": "booking_date", "amount": "amount"}
    default_sort = "-date"
    chips = tuple((status, badge.label) for status, badge in STATUSES.items())
    narrow_by = (
        FilterField("bookingDate", gettext_lazy("Date")),
        FilterField("amount", gettext_lazy("Amount")),
    )
    empty_title = gettext_lazy("No bank transactions yet")
    empty_text = gettext_lazy("Import a statement of one of your bank accounts.")

    def columns(self) -> Sequence[Column]:
        """What the list shows."""
        return (
            Column(
                _("Transaction"),
                lambda row: row.counterparty_name or row.description or row.reference or "—",
                "main",
                note=lambda row: row.description if row.counterparty_name else row.reference,
            ),
            Column(_("Account"), lambda row: row.account.name, name="account"),
            Column(_("Status"), lambda row: STATUSES[row.status], "badge"),
            Column(_("Date"), lambda row: row.booking_date, "day", "date"),
            Column(_("Amount"), lambda row: row.amount, "amount", "amount"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Movements with their accounts."""
        return BankTransaction.objects.select_related("account")

    def href(self, row: BankTransaction) -> str:
        """The transaction's page."""
        return transaction_href(row.public_id)


class BankTransactionView(CompanyView):
    """One movement, what it is matched to, or what it may be."""

    resource = "bank"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        row = bank_transaction_by_public_id(public_id)
        match = matches_of([row.pk]).get(row.pk)
        may = self.actor.may("bank", "write")
        return self.page(
            "invoicing/bank_transaction.html",
            title=transaction_amount(row),
            badge=STATUSES[row.status],
            current=row,
            details=[
                DetailField(_("Booked on"), formatting.day(row.booking_date)),
                DetailField(
                    _("Account"), row.account.name, href=reverse("invoicing:bank-account", args=[row.account.public_id])
                ),
                *(DetailField(label, value) for label, value in transaction_facts(row)),
                DetailField(_("Text"), row.description, wide=True),
                DetailField(_("Why it is ignored"), row.ignore_reason),
                *(_matched(match) if match else []),
            ],
            offers=offers(row),
            may_match=may and self.actor.may("payments", "write"),
            actions=_buttons(row) if may else [],
            timeline=timeline(request, row.pk),
        )


def _matched(match: BankMatch) -> list[DetailField]:
    customer = match.customer
    how = _("automatically, by its payment reference") if match.is_automatic else _("by hand")
    found = [
        DetailField(_("Customer"), customer.name, href=reverse("customers:detail", args=[customer.public_id])),
        DetailField(_("Matched"), f"{formatting.moment(match.created_at)}, {how}"),
    ]
    if match.payment is not None:
        label = _("Recorded by the match") if match.makes_payment else _("Recorded by hand before")
        found.append(DetailField(_("Payment"), label, href=payment_href(match.payment.public_id)))
    if match.write_off is not None:
        charge = formatting.amount_with_currency(match.write_off.amount, match.transaction.currency)
        found.append(DetailField(_("Bank charge"), charge))
    return found


def _buttons(row: BankTransaction) -> list[Action]:
    if row.status == "unmatched":
        return [Action(_("In the queue"), queue_href(row.public_id), icon="inbox")]
    label = _("Undo match") if row.status == "matched" else _("Put back")
    undo = reverse("invoicing:unmatch-bank-transaction", args=[row.public_id])
    return [Action(label, undo, post=True, icon="undo-2", danger=row.status == "matched")]


class BankMatchCustomerView(PayingCustomerView):
    """Asks whose money it is."""

    resource = "bank"
    row: BankTransaction

    def prepare(self, public_id: str = "") -> None:
        """The transaction."""
        self.row = bank_transaction_by_public_id(public_id)

    def save(self, form: Any) -> str:
        """To the form of the customer."""
        customer = form.cleaned_data["customer"].public_id
        return reverse("invoicing:match-bank-transaction-by-hand", args=[self.row.public_id, customer])

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        title = _("Whose are these %(amount)s?") % {"amount": transaction_amount(self.row)}
        return {"title": title, "submit": _("Continue"), "back": queue_href(self.row.public_id)}


class BankMatchForm(AllocationsForm):
    """What a transaction pays, and what the bank kept of it."""

    bank_charge = NumberField(label=gettext_lazy("Bank charge"), required=False)
    exchange_rate = NumberField(label=gettext_lazy("Exchange rate"), required=False)

    def __init__(self, data: Any = None, *, base: str, **options: Any) -> None:
        """`base` is the company's currency."""
        super().__init__(data, **options)
        charge = NumberField(label=gettext_lazy("Bank charge"), required=False, affix=self.currency)
        charge.help_text = _("What the bank kept: it is written off the last invoice below.")
        self.fields["bank_charge"] = charge
        if self.currency == base:
            del self.fields["exchange_rate"]
            self.own_fields.remove("exchange_rate")


class BankMatchView(ChildFormView, AllocationsFormView):
    """Shares a transaction among a customer's open invoices; what is left is the customer's credit."""

    resource = "bank"
    row: BankTransaction

    def prepare(self, public_id: str = "") -> None:
        """The transaction and the customer."""
        self.row = bank_transaction_by_public_id(public_id)
        self.customer = customer_by_public_id(self.part_id)

    def make_form(self, data: Any = None) -> BankMatchForm:
        """The oldest first."""
        base = self.actor.company.currency
        return BankMatchForm(data, base=base, customer=self.customer, invoices=self.invoices(), initial={})

    def amount_of(self, form: Any) -> Decimal | None:
        """All of the transaction."""
        return self.row.amount

    def save(self, form: BankMatchForm) -> str:
        """On with the queue."""
        values = form.cleaned_data
        plan = form.plan(self.row.amount)
        match_transaction(
            self.actor,
            self.row,
            BankMatchInput(
                customer_id=self.customer.public_id,
                allocations=[AllocationInput(invoice_id=one.public_id, amount=amount) for one, amount in plan],
                bank_charge=values.get("bank_charge"),
                exchange_rate=values.get("exchange_rate"),
                excess="credit",
            ),
        )
        self.done(_("%(amount)s matched") % {"amount": transaction_amount(self.row)})
        return queue_href()

    def refuse(self, form: AllocationsForm, error: DomainError) -> None:
        """What is wrong with the charge is told at it."""
        charge = [wrong for wrong in error.errors if wrong.path == ("bank_charge",)]
        for wrong in charge:
            place_error(form, wrong)
        if not charge:
            super().refuse(form, error)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        values = {"amount": transaction_amount(self.row), "customer": self.customer.name}
        return {
            "title": _("Match %(amount)s to %(customer)s") % values,
            "submit": _("Match"),
            "back": queue_href(self.row.public_id),
        }
