"""The queue of bank transactions that wait to be matched, and what is done with each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action
from bigledger_crm.web.form_views import ActionView
from bigledger_crm.web.toasts import Undo, toast
from bigledger_crm.web.views import CompanyView
from invoicing.inputs import AllocationInput, BankMatchInput
from invoicing.models import BankAccount, BankTransaction, Payment
from invoicing.pages.payments import payment_href
from invoicing.queries.bank import bank_transaction_by_public_id
from invoicing.queries.bank_suggestions import Suggestion, suggestions
from invoicing.services import ignore_transaction, match_transaction, unmatch_transaction

MOST = 50
_UNDO_SECONDS = 20


def queue_href(public_id: str = "") -> str:
    """The queue, at a transaction."""
    return reverse("invoicing:bank") + (f"?on={public_id}" if public_id else "")


def transaction_amount(row: BankTransaction) -> str:
    """The amount, with a sign for money that went out."""
    return formatting.amount_with_currency(row.amount, row.currency)


@dataclass(frozen=True)
class Offer:
    """A suggestion as the page shows it: what accepting it posts, and what it comes to."""

    suggestion: Suggestion
    title: str
    href: str
    lines: Sequence[tuple[str, str]]
    left: str
    fields: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def reasons(self) -> list[str]:
        """Why, as sentences."""
        return [reason.message for reason in self.suggestion.reasons]


def offers(row: BankTransaction) -> list[Offer]:
    """What a transaction may be."""
    return [_offer(row, one) for one in suggestions(row)]


def _offer(row: BankTransaction, one: Suggestion) -> Offer:
    name, recorded = one.customer.name, one.recorded
    fields: tuple[tuple[str, str], ...]
    customer = reverse("customers:detail", args=[one.customer.public_id])
    if recorded is not None:
        is_payment = isinstance(recorded, Payment)
        title = _("Payment by %(name)s") if is_payment else _("Refund to %(name)s")
        fields = (("payment" if is_payment else "refund", recorded.public_id),)
        href = payment_href(recorded.public_id) if is_payment else customer
        line = (_("Recorded by hand"), formatting.amount_with_currency(recorded.amount, row.currency))
        return Offer(one, title % {"name": name}, href, [line], "", fields)
    lines = [
        (invoice.invoice_number, formatting.amount_with_currency(amount, row.currency)) for invoice, amount in one.parts
    ]
    fields = tuple(("invoice", invoice.public_id) for invoice, _amount in one.parts)
    left = formatting.amount_with_currency(one.left, row.currency) if one.left else ""
    return Offer(one, name, customer, lines, left, (*fields, *((("left", "yes"),) if left else ())))


class BankQueueView(CompanyView):
    """What waits, the oldest first; one of them is open, with its suggestions."""

    resource = "bank"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The queue."""
        waiting = BankTransaction.objects.filter(status="unmatched").order_by("booking_date", "pk")
        found = list(waiting.select_related("account")[: MOST + 1])
        rows, more = found[:MOST], len(found) > MOST
        wanted = request.GET.get("on", "")
        place = next((index for index, row in enumerate(rows) if row.public_id == wanted), 0)
        current = rows[place] if rows else None
        after = [*rows[place + 1 :], *rows[:place]]
        return self.page(
            "invoicing/bank_queue.html",
            title=_("Bank"),
            rows=[(row, queue_href(row.public_id)) for row in rows],
            more=more,
            current=current,
            offers=offers(current) if current is not None else [],
            following=after[0].public_id if after else "",
            may_match=self.actor.may("bank", "write") and self.actor.may("payments", "write"),
            **self._accounts(),
        )

    def _accounts(self) -> dict[str, Any]:
        """Where statements are imported: at the account, if there is only one."""
        accounts = list(BankAccount.objects.filter(is_active=True)[:2])
        everything = reverse("invoicing:bank-accounts")
        one = reverse("invoicing:bank-account", args=[accounts[0].public_id]) if len(accounts) == 1 else everything
        buttons = [
            Action(_("All transactions"), reverse("invoicing:bank-transactions"), icon="rows-3"),
            Action(_("Bank accounts"), everything, icon="landmark"),
        ]
        if self.actor.may("bank", "write") and accounts:
            buttons.append(Action(_("Import statement"), one, icon="upload", primary=True))
        elif self.actor.may("bank", "write"):
            new = reverse("invoicing:new-bank-account")
            buttons = [Action(_("New bank account"), new, icon="plus", primary=True)]
        return {"actions": buttons, "has_accounts": bool(accounts)}


class _TransactionAction(ActionView):
    """A button of the queue: on to the next one, with the chance to take it back."""

    resource = "bank"
    done_text: ClassVar[str] = ""

    def change(self, row: BankTransaction) -> None:
        """Calls the service."""
        raise NotImplementedError

    def told(self, row: BankTransaction) -> str:
        """What was done, in words."""
        raise NotImplementedError

    def act(self, public_id: str) -> str:
        """Does it, and goes on."""
        row = bank_transaction_by_public_id(public_id)
        self.change(row)
        undo = Undo(reverse("invoicing:unmatch-bank-transaction", args=[public_id]), _("Undo"), _UNDO_SECONDS)
        toast(self.request, self.told(row), undo=undo)
        return queue_href(self.request.POST.get("following", ""))

    def back(self, public_id: str) -> str:
        """The queue, where it stood."""
        return queue_href(public_id)


class BankSuggestionAcceptView(_TransactionAction):
    """Takes a suggestion: what it named is posted, so that what changed meanwhile is refused."""

    def change(self, row: BankTransaction) -> None:
        """Matches it."""
        match_transaction(self.actor, row, self._inputs())

    def _inputs(self) -> BankMatchInput:
        posted = self.request.POST
        if recorded := posted.get("payment"):
            return BankMatchInput(payment_id=recorded)
        if recorded := posted.get("refund"):
            return BankMatchInput(refund_id=recorded)
        allocations = [AllocationInput(invoice_id=one) for one in posted.getlist("invoice")]
        return BankMatchInput(allocations=allocations, excess="credit" if "left" in posted else "refuse")

    def told(self, row: BankTransaction) -> str:
        """So much was matched."""
        return _("%(amount)s matched") % {"amount": transaction_amount(row)}


class BankTransactionIgnoreView(_TransactionAction):
    """Takes a transaction off the queue."""

    def change(self, row: BankTransaction) -> None:
        """Ignores it."""
        ignore_transaction(self.actor, row, reason=self.request.POST.get("reason", ""))

    def told(self, row: BankTransaction) -> str:
        """So much is ignored."""
        return _("%(amount)s ignored") % {"amount": transaction_amount(row)}


class BankTransactionUnmatchView(ActionView):
    """Puts a transaction back into the queue."""

    resource = "bank"

    def act(self, public_id: str) -> str:
        """Back to it."""
        row = bank_transaction_by_public_id(public_id)
        unmatch_transaction(self.actor, row)
        self.done(_("%(amount)s is waiting again") % {"amount": transaction_amount(row)})
        return queue_href(public_id)

    def back(self, public_id: str) -> str:
        """The transaction."""
        return reverse("invoicing:bank-transaction", args=[public_id])


def transaction_facts(row: BankTransaction) -> list[tuple[str, Any]]:
    """What the bank says of a transaction."""
    return [
        (_("From or to"), row.counterparty_name),
        (_("Their account"), row.counterparty_account),
        (_("Reference"), row.reference),
        (_("Bank reference"), row.bank_reference),
    ]
