"""Which buttons an invoice, a payment and an order to invoice have today: what is allowed, the next step last."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action
from invoicing.lifecycle import INVOICE
from invoicing.models import Invoice, Payment
from invoicing.pages.einvoice_panel import EInvoicePanel
from invoicing.rules import InvoiceState
from invoicing.rules.allocations import is_small_difference
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import SalesOrder, SalesOrderLine

OPEN = ("sent", "overdue")


def invoice_buttons(
    invoice: Invoice, state: InvoiceState, actor: Actor, einvoice: EInvoicePanel | None
) -> list[Action]:
    """What may be done with an invoice: what is paid or credited in part is no longer cancelled but credited.

    One that LHDN has, or is about to have, is cancelled with its e-invoice.
    """

    def to(name: str) -> str:
        return reverse(f"invoicing:{name}", args=[invoice.public_id])

    actions = [Action(_("PDF"), to("invoice-pdf"), icon="file-text")]
    may_write, is_open = actor.may("invoices", "write"), state.status in OPEN
    if may_write:
        actions += _further_buttons(invoice, state, to)
    if invoice.status == "sent" and actor.may("credit-notes", "write"):
        actions.append(Action(_("Create credit note"), to("credit"), dialog=True, more=True, icon="receipt"))
    if may_write:
        is_live = einvoice is not None and einvoice.is_live
        actions += _lifecycle_buttons(invoice, to, may_cancel=actor.may("invoices", "cancel") and not is_live)
    if is_open and actor.may("invoices", "write-off"):
        actions += _write_off_buttons(invoice, state, actor, to("write-off"))
    if einvoice is None and actor.company.country == "MY" and invoice.status != "cancelled":
        actions.append(Action(_("Check e-invoice"), to("invoice-einvoice"), more=True, icon="check"))
    if is_open and actor.may("payments", "write"):
        actions.append(Action(_("Record payment"), to("pay"), primary=True, dialog=True))
    return actions


def _write_off_buttons(invoice: Invoice, state: InvoiceState, actor: Actor, href: str) -> list[Action]:
    """The form; and a small difference, such as a cent, is written off by one click."""
    company, due = actor.company, state.amount_due
    form = Action(_("Write off"), href, dialog=True, more=True, icon="minus")
    if not is_small_difference(due, invoice.exchange_rate, company.currency, company.small_difference_tolerance):
        return [form]
    label = _("Write off %(amount)s") % {"amount": formatting.amount_with_currency(due, invoice.currency)}
    fields = {"amount": formatting.amount(due, invoice.currency), "kind": "small_difference"}
    return [form, Action(label, href, post=True, icon="minus", fields=fields)]


def invoice_order_buttons(order: SalesOrder, lines: Sequence[SalesOrderLine], actor: Actor) -> list[Action]:
    """The invoice of what of an order isn't invoiced yet."""
    may_write = actor.may("invoices", "write") and actor.may("sales-orders", "write")
    if not may_write or order.status not in ORDER_OPEN_STATES:
        return []
    if all(line.invoiced_quantity >= line.quantity for line in lines):
        return []
    href = reverse("invoicing:from-order", args=[order.public_id])
    return [Action(_("Create invoice"), href, primary=True, dialog=True)]


def payment_buttons(payment: Payment, actor: Actor) -> list[Action]:
    """What may be done with a payment."""
    actions = [Action(_("Receipt"), reverse("invoicing:receipt", args=[payment.public_id]))]
    if payment.invoice is not None:
        invoice = reverse("invoicing:invoice", args=[payment.invoice.public_id])
        actions.insert(0, Action(_("View invoice"), invoice))
    if payment.voided_at or not actor.may("payments", "void"):
        return actions
    void = reverse("invoicing:void", args=[payment.public_id])
    return [Action(_("Void"), void, danger=True, dialog=True, more=True, icon="ban"), *actions]


def _further_buttons(invoice: Invoice, state: InvoiceState, to: Callable[[str], str]) -> list[Action]:
    is_open = state.status in OPEN
    actions = [Action(_("Duplicate"), to("duplicate"), post=True, more=True, icon="copy")]
    if invoice.status == "draft":
        actions.append(Action(_("Edit"), to("invoice-edit"), icon="pencil"))
    if invoice.status == "sent":
        actions.append(Action(_("Edit notes"), to("invoice-edit"), more=True, icon="pencil"))
    if is_open:
        actions.append(_reminders_button(invoice, to("switch-reminders")))
    if state.overdue_by:
        actions.append(Action(_("Send reminder now"), to("remind"), dialog=True, more=True, icon="bell"))
    if invoice.status == "sent":
        actions.append(Action(_("Send again"), to("send"), dialog=True, more=not is_open, icon="send"))
    return actions


def _lifecycle_buttons(invoice: Invoice, to: Callable[[str], str], *, may_cancel: bool) -> list[Action]:
    actions = []
    touched = invoice.amount_paid or invoice.amount_credited or invoice.amount_written_off
    if may_cancel and INVOICE.allows(invoice.status, "cancelled") and not touched:
        actions.append(Action(_("Cancel invoice"), to("cancel"), danger=True, dialog=True, more=True, icon="ban"))
    if INVOICE.allows(invoice.status, "sent"):
        actions.append(Action(_("Mark as sent"), to("issue"), dialog=True))
        actions.append(Action(_("Send"), to("send"), primary=True, dialog=True))
    return actions


def _reminders_button(invoice: Invoice, href: str) -> Action:
    label = _("Stop reminders") if invoice.send_reminders else _("Send reminders")
    wanted = {"wanted": "" if invoice.send_reminders else "yes"}
    return Action(label, href, post=True, more=True, icon="bell", fields=wanted)
