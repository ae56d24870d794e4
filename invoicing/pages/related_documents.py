"""A whole sale around one of its documents: how far it has come, and what belongs to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.own_records import may_see
from bigledger_crm.web import formatting
from bigledger_crm.web.components import StatusBadge, Step, Text
from bigledger_crm.web.formatting import amount_with_currency
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.pages.forms import METHODS
from invoicing.pages.labels import PAYMENT_STATES, invoice_badge
from invoicing.queries import state_of
from invoicing.queries.settlement import settling
from sales.models import Quote, SaleDocument, SalesOrder, Shipment
from sales.pages.labels import order_badge
from sales.pages.quotes import quote_badge, quote_href
from sales.queries import with_shipping


@dataclass(frozen=True)
class Related:
    """A document that belongs to the one on the page."""

    icon: str
    label: str
    href: str
    note: Text = ""
    state: StatusBadge | None = None
    amount: str = ""


def sale_of(document: SaleDocument, actor: Actor) -> "Sale | None":
    """The sale that a document belongs to; a credit note's is shown by its invoice."""
    return Sale(document, actor) if isinstance(document, Quote | SalesOrder | Invoice) else None


class Sale:
    """Reads what is around `document` in at most five queries, whatever the sale has."""

    def __init__(self, document: Quote | SalesOrder | Invoice, actor: Actor) -> None:
        self.document = document
        self.actor = actor

    @cached_property
    def order(self) -> SalesOrder | None:
        """The sale's order with its quote and how many of its lines there are, are shipped and are invoiced."""
        document = self.document
        goods = Q(lines__type="goods")
        orders = with_shipping(SalesOrder.objects.select_related("quote")).annotate(
            lines_of_goods=Count("lines", filter=goods),
            shipped_lines=Count("lines", filter=goods & Q(lines__shipped_quantity=F("lines__quantity"))),
            all_lines=Count("lines"),
            invoiced_lines=Count("lines", filter=Q(lines__invoiced_quantity=F("lines__quantity"))),
        )
        if isinstance(document, Quote):
            return orders.filter(quote=document).first()
        pk = document.order_id if isinstance(document, Invoice) else document.pk
        return orders.filter(pk=pk).first() if pk else None

    @cached_property
    def quote(self) -> Quote | None:
        """The quote that it began with."""
        if isinstance(self.document, Quote):
            return self.document
        quote = self.order.quote if self.order is not None else None
        return quote if quote is not None and may_see(Quote, quote.pk) else None

    @cached_property
    def invoices(self) -> Sequence[Invoice]:
        """Those of the order, or the one that belongs to none."""
        if self.order is not None:
            return list(Invoice.objects.filter(order=self.order).order_by("invoice_date", "pk"))
        return [self.document] if isinstance(self.document, Invoice) else []

    @cached_property
    def steps(self) -> list[Step]:
        """Quote, order, invoice, paid, as far as the sale has or will have them; the first that isn't done is next."""
        stages = [*self._quote_stage(), *self._order_stage(), self._invoice_stage(), self._paid_stage()]
        present = next((index for index, (_step, done) in enumerate(stages) if not done), len(stages))
        return [
            Step(step.label, "done" if done else "current" if index == present else "ahead", *_rest(step))
            for index, (step, done) in enumerate(stages)
        ]

    @cached_property
    def related(self) -> list[Related]:
        """What belongs to the document, but for itself."""
        rows = [*self._versions(), *self._before(), *self._shipments(), *self._invoices(), *self._money()]
        return [row for row in rows if row.href]

    def _quote_stage(self) -> Iterator[tuple[Step, bool]]:
        if (quote := self.quote) is not None:
            note = quote_badge(quote, self.actor).label if self.order is None else ""
            yield (
                Step(_("Quote"), "ahead", quote_href(quote.public_id), quote.quote_number, note),
                (self.order is not None),
            )

    def _order_stage(self) -> Iterator[tuple[Step, bool]]:
        order = self.order
        if order is None:
            if self.quote is not None:
                yield Step(_("Order"), "ahead"), False
            return
        href = reverse("sales:order", args=[order.public_id])
        note: Text = order_badge(order).label
        goods = _count(order, "lines_of_goods")
        if order.status == "confirmed" and getattr(order, "has_shipped", False):
            note = _of(_("%(part)s of %(whole)s lines shipped"), _count(order, "shipped_lines"), goods)
        is_done = order.status in ("shipped", "delivered") or (order.status == "confirmed" and not goods)
        yield Step(_("Order"), "ahead", href, order.order_number, note), is_done

    def _invoice_stage(self) -> tuple[Step, bool]:
        live, order = self._live, self.order
        if not live:
            return Step(_("Invoice"), "ahead"), False
        whole, part = (_count(order, "all_lines"), _count(order, "invoiced_lines")) if order is not None else (0, 0)
        drafts = any(invoice.status == "draft" for invoice in live)
        note: Text = _("Draft") if drafts else ""
        if part < whole:
            note = _of(_("%(part)s of %(whole)s lines invoiced"), part, whole)
        if len(live) == 1:
            href, label = reverse("invoicing:invoice", args=[live[0].public_id]), live[0].invoice_number
        else:
            href = f"{reverse('invoicing:invoices')}?orderId={order.public_id if order is not None else ''}"
            label = _("%(count)s invoices") % {"count": len(live)}
        return Step(_("Invoice"), "ahead", href, label, note), part == whole and not drafts

    def _paid_stage(self) -> tuple[Step, bool]:
        issued = [invoice for invoice in self._live if invoice.status == "sent"]
        done = self._invoice_stage()[1] and not any(invoice.amount_due for invoice in issued)
        paid = sum((invoice.amount_paid for invoice in issued), ZERO)
        note = ""
        if paid and not done:
            currency = self.document.currency
            given_up = sum((invoice.amount_credited + invoice.amount_written_off for invoice in self._live), ZERO)
            owed = sum((invoice.total for invoice in self._live), ZERO) - given_up
            values = {
                "part": formatting.amount(paid, currency),
                "whole": amount_with_currency(owed, currency),
            }
            note = _("%(part)s of %(whole)s") % values
        return Step(_("Paid"), "ahead", note=note), done

    @property
    def _live(self) -> list[Invoice]:
        return [invoice for invoice in self.invoices if invoice.status != "cancelled"]

    def _versions(self) -> Iterator[Related]:
        quote = self.document
        if not isinstance(quote, Quote):
            return
        newer = quote.superseded_by.first() if quote.status == "cancelled" else None
        for label, other in ((_("Replaced by this version"), newer), (_("Replaced by this quote"), quote.supersedes)):
            if other is not None and may_see(Quote, other.pk):
                state, amount = quote_badge(other, self.actor), amount_with_currency(other.total, other.currency)
                yield Related("file-text", other.quote_number, quote_href(other.public_id), label, state, amount)

    def _before(self) -> Iterator[Related]:
        quote, order = self.quote, self.order
        if quote is not None and quote is not self.document:
            state, amount = quote_badge(quote, self.actor), amount_with_currency(quote.total, quote.currency)
            yield Related("file-text", quote.quote_number, quote_href(quote.public_id), quote.title, state, amount)
        if order is not None and not isinstance(self.document, SalesOrder):
            href, state = reverse("sales:order", args=[order.public_id]), order_badge(order)
            yield Related(
                "shopping-cart", order.order_number, href, "", state, amount_with_currency(order.total, order.currency)
            )

    def _shipments(self) -> Iterator[Related]:
        if not isinstance(self.document, SalesOrder):
            return
        for shipment in Shipment.objects.filter(order=self.document).order_by("shipped_on", "pk"):
            label = _("Shipment of %(day)s") % {"day": formatting.day(shipment.shipped_on)}
            note = " · ".join(filter(None, [shipment.method, shipment.tracking_number]))
            yield Related("truck", label, reverse("sales:shipment", args=[shipment.public_id]), note)

    def _invoices(self) -> Iterator[Related]:
        today = self.actor.today()
        for invoice in self.invoices:
            if invoice.pk != self.document.pk:
                yield Related(
                    "receipt",
                    invoice.invoice_number,
                    reverse("invoicing:invoice", args=[invoice.public_id]),
                    _("Due %(day)s") % {"day": formatting.day(invoice.due_date)} if invoice.stage == "open" else "",
                    invoice_badge(state_of(invoice, today)),
                    amount_with_currency(invoice.total, invoice.currency),
                )

    def _money(self) -> Iterator[Related]:
        """Payments and credit notes of an invoice."""
        invoice = self.document
        if not isinstance(invoice, Invoice) or invoice.status == "draft":
            return
        for payment in Payment.objects.filter(settling(invoice)).order_by("payment_date", "pk"):
            label = _("Payment of %(day)s") % {"day": formatting.day(payment.payment_date)}
            how = " · ".join(filter(None, [str(METHODS[payment.payment_method]), payment.reference]))
            state = PAYMENT_STATES[payment.status]
            href = reverse("invoicing:payment", args=[payment.public_id])
            yield Related("banknote", label, href, how, state, amount_with_currency(payment.amount, payment.currency))
        for note in CreditNote.objects.filter(invoice=invoice).order_by("credit_note_date", "pk"):
            href = reverse("invoicing:credit-note", args=[note.public_id])
            yield Related(
                "file-check",
                note.credit_note_number,
                href,
                note.reason,
                None,
                amount_with_currency(-note.total, note.currency),
            )


def _count(order: SalesOrder, name: str) -> int:
    """A number of lines that `Sale.order` counted."""
    return int(getattr(order, name))


def _of(words: str, part: int, whole: int) -> str:
    return words % {"part": formatting.number(part), "whole": formatting.number(whole)}


def _rest(step: Step) -> tuple[str, Text, Text]:
    return step.href, step.document, step.note
