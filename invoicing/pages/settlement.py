"""What settled an invoice, and what a payment or credit note settled: the rows that their pages show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.own_records import hidden_of
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Text
from customers.models import Customer
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.pages.labels import WRITE_OFF_KINDS
from invoicing.queries.settlement import (
    Source,
    credit_notes_with_credit,
    day_of,
    key_of,
    live_allocations,
    payments_with_credit,
    unapplied_of,
)


@dataclass(frozen=True)
class Settled:
    """A row: what it was, when and how much of it, and what takes it back."""

    label: Text
    day: date
    amount: Decimal
    currency: str
    href: str = ""
    note: Text = ""
    undo: Action | None = None
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Settlement:
    """The rows with their heading; `left` is what remains of a payment or credit note."""

    heading: Text
    rows: Sequence[Settled]
    left: str = ""


def spent(source: Source, actor: Actor) -> Settlement:
    """Which invoices a payment or credit note settles, its refunds, and what is left."""
    is_payment = isinstance(source, Payment)
    resource = "payments" if is_payment else "credit-notes"
    take_back = "invoicing:reverse-payment-allocation" if is_payment else "invoicing:reverse-credit-note-allocation"
    may_write = actor.may(resource, "write") and not (isinstance(source, Payment) and source.voided_at)

    def undo(one: Allocation) -> Action | None:
        href = reverse(take_back, args=[source.public_id, one.public_id])
        return _undo(_("Reverse"), href) if may_write else None

    rows = [
        Settled(
            one.invoice.invoice_number,
            one.allocation_date,
            one.amount,
            source.currency,
            href=reverse("invoicing:invoice", args=[one.invoice.public_id]),
            note=_gain_note(one, actor),
            undo=undo(one),
        )
        for one in live_allocations(source)
    ]
    refunds = Refund.objects.filter(**key_of(source)).order_by("created_at", "pk")
    rows += [_refund_row(refund, source.currency, actor) for refund in refunds]
    left = unapplied_of(source)
    return Settlement(
        _("Used for") if rows else _("Not used yet"),
        rows,
        formatting.amount_with_currency(left, source.currency) if left or not rows else "",
    )


def _gain_note(one: Allocation, actor: Actor) -> str:
    if not one.realized_gain_loss:
        return ""
    amount = formatting.amount_with_currency(abs(one.realized_gain_loss), actor.company.currency)
    text = _("Exchange gain of %(amount)s") if one.realized_gain_loss > 0 else _("Exchange loss of %(amount)s")
    return text % {"amount": amount}


def _refund_row(refund: Refund, currency: str, actor: Actor) -> Settled:
    may = actor.may("payments", "refund") and refund.voided_at is None
    return Settled(
        _("Refund") if refund.voided_at is None else _("Refund, voided"),
        refund.refund_date,
        refund.amount,
        currency,
        note=refund.reference,
        undo=_undo(_("Void"), reverse("invoicing:void-refund", args=[refund.public_id])) if may else None,
    )


def settled_by(invoice: Invoice, actor: Actor) -> Settlement | None:
    """The payments and credit that stand, and the write-offs of an invoice; None where there is nothing."""
    live = Allocation.objects.filter(invoice=invoice, reverses=None, reversals=None)
    allocations = list(live.select_related("payment", "credit_note").order_by("created_at", "pk"))
    hidden = hidden_of(_source_key(one) for one in allocations)
    rows = [_source_row(one, invoice.currency, hidden) for one in allocations]
    may = actor.may("invoices", "write-off")
    for write_off in WriteOff.objects.filter(invoice=invoice).order_by("created_at", "pk"):
        back = reverse("invoicing:reverse-write-off", args=[invoice.public_id, write_off.public_id])
        label = WRITE_OFF_KINDS[write_off.kind]
        is_live = write_off.reversed_at is None
        rows.append(
            Settled(
                _("Written off") if is_live else _("Written off, reversed"),
                write_off.write_off_date,
                write_off.amount,
                invoice.currency,
                note=" · ".join(filter(None, [str(label), write_off.reason])),
                undo=_undo(_("Reverse"), back) if may and is_live else None,
            )
        )
    return Settlement(_("Payments and credit"), rows) if rows else None


def _source_key(one: Allocation) -> tuple[str, UUID]:
    source: Source = one.payment or one.credit_note
    return source.PREFIX, source.pk


def _source_row(one: Allocation, currency: str, hidden: Collection[UUID]) -> Settled:
    """Without a link to a payment or credit note of other invoices, for who sees this one alone."""
    payment, note = one.payment, one.credit_note
    if isinstance(note, CreditNote):
        href = "" if note.pk in hidden else reverse("invoicing:credit-note", args=[note.public_id])
        return Settled(note.credit_note_number, one.allocation_date, one.amount, currency, href, _("Credit note"))
    href = "" if payment.pk in hidden else reverse("invoicing:payment", args=[payment.public_id])
    return Settled(_("Payment"), one.allocation_date, one.amount, currency, href, payment.reference)


def _undo(label: Text, href: str) -> Action:
    return Action(label, href, dialog=True)


def credits_of(customer: Customer, actor: Actor) -> list[Settled]:
    """What a customer has for invoices to come, oldest first, with what may be done with it."""
    found: list[Source] = []
    if actor.may("payments", "read"):
        found += payments_with_credit(customer)
    if actor.may("credit-notes", "read"):
        found += credit_notes_with_credit(customer)
    return [_credit_row(source, actor) for source in sorted(found, key=day_of)]


def _credit_row(source: Source, actor: Actor) -> Settled:
    is_payment = isinstance(source, Payment)
    name = "invoicing:payment" if is_payment else "invoicing:credit-note"
    return Settled(
        _("Payment") if isinstance(source, Payment) else source.credit_note_number,
        day_of(source),
        unapplied_of(source),
        source.currency,
        href=reverse(name, args=[source.public_id]),
        note=source.reference if isinstance(source, Payment) else _("Credit note"),
        actions=credit_buttons(source, actor),
    )


def credit_buttons(source: Source, actor: Actor) -> list[Action]:
    """What may be done with what is left of a payment or a credit note."""
    if not unapplied_of(source):
        return []
    is_payment = isinstance(source, Payment)
    kind, resource = ("payment", "payments") if is_payment else ("credit-note", "credit-notes")
    found = []
    if actor.may("payments", "refund"):
        href = reverse(f"invoicing:refund-{kind}", args=[source.public_id])
        found.append(Action(_("Refund"), href, dialog=True, icon="undo-2"))
    if actor.may(resource, "write"):
        href = reverse(f"invoicing:apply-{kind}", args=[source.public_id])
        found.append(Action(_("Apply to invoices"), href, primary=True))
    return found
