"""Batches: how far each is, what became of its invoices, and cancelling it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, DetailField, StatusBadge, Text, Tone
from bigledger_crm.web.form_views import ConfirmView
from bigledger_crm.web.htmx import wanted_part
from bigledger_crm.web.lists import ListPage
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.pages.invoices import invoice_href
from invoicing.queries.batches import batch_by_public_id, emails_of_batch
from invoicing.rules.batches import CANCELLED, ISSUE, RUNNING, SEND
from invoicing.services import cancel_batch, create_batch

ACTIONS: dict[str, Text] = {SEND: gettext_lazy("Send invoices"), ISSUE: gettext_lazy("Mark invoices as sent")}
STATUSES = {
    "running": StatusBadge(gettext_lazy("Running"), "info"),
    "completed": StatusBadge(gettext_lazy("Completed"), "good"),
    "cancelled": StatusBadge(gettext_lazy("Cancelled")),
}
RESULTS = {
    "failed": StatusBadge(gettext_lazy("Failed"), "bad"),
    "waiting": StatusBadge(gettext_lazy("Waiting")),
    "done": StatusBadge(gettext_lazy("Done"), "good"),
}
_LEFT = StatusBadge(gettext_lazy("Not handled"))
PROGRESS = "progress"


def batch_href(public_id: str) -> str:
    """A batch's page."""
    return reverse("invoicing:batch", args=[public_id])


def send_all(actor: Actor, invoices: QuerySet[Invoice]) -> str:
    """Begins a batch that sends all of these; its page."""
    return batch_href(create_batch(actor, SEND, invoices).public_id)


def issue_all(actor: Actor, invoices: QuerySet[Invoice]) -> str:
    """Begins a batch that issues all of these; its page."""
    return batch_href(create_batch(actor, ISSUE, invoices).public_id)


def _count(value: int | None) -> str:
    return formatting.number(value)


def _tone(failed: int) -> Tone:
    return "bad" if failed else "neutral"


class BatchListView(ListPage):
    """All batches."""

    resource = "invoices"
    title = gettext_lazy("Batches")
    sorts = {"created": "created_at"}
    default_sort = "-created"
    chips = tuple((status, badge.label) for status, badge in STATUSES.items())
    empty_title = gettext_lazy("No batches yet")
    empty_text = gettext_lazy("To send many invoices together, select all rows in the list of invoices.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Action"), lambda row: ACTIONS[row.action], "main"),
            Column(_("Status"), lambda row: STATUSES[row.status], "badge"),
            Column(_("Created"), lambda row: row.created_at, "moment", "created"),
            Column(_("Invoices"), lambda row: row.total, "number"),
            Column(_("Done"), lambda row: row.succeeded, "number"),
            Column(_("Failed"), lambda row: row.failed, "number"),
            Column(_("Ended"), lambda row: row.finished_at, "moment"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Batches."""
        return Batch.objects.all()

    def href(self, row: Batch) -> str:
        """The batch's page."""
        return batch_href(row.public_id)


class BatchView(ListPage):
    """One batch: its progress, above the list of its invoices."""

    resource = "invoices"
    template = "invoicing/batch.html"
    partials = {**ListPage.partials, PROGRESS: "invoicing/batch.html#progress"}
    title = gettext_lazy("Invoices")
    sorts = {"order": "position"}
    default_sort = "order"
    chips = tuple((status, badge.label) for status, badge in RESULTS.items())
    empty_title = gettext_lazy("No invoices")
    empty_text = gettext_lazy("None of its invoices is among your own records.")

    def dispatch(self, request: HttpRequest, *args: Any, public_id: str, **kwargs: Any) -> HttpResponseBase:
        """Keeps the id: the list is of this batch's invoices."""
        self.public_id = public_id
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the progress alone."""
        if wanted_part(request) == PROGRESS:
            return self.page(self.template, **self.more())
        return super().get(request)

    @cached_property
    def batch(self) -> Batch:
        """The batch.  Raises NotFound."""
        return batch_by_public_id(self.public_id)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        is_over = self.batch.status == CANCELLED
        return (
            Column(_("Invoice"), lambda row: row.invoice.invoice_number, "main"),
            Column(_("Customer"), lambda row: row.invoice.customer_name),
            Column(
                _("Result"), lambda row: _LEFT if is_over and row.status == "waiting" else RESULTS[row.status], "badge"
            ),
            Column(_("Reason"), lambda row: row.error),
            Column(_("Handled"), lambda row: row.finished_at, "moment"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """The items with their invoices."""
        return BatchItem.objects.filter(batch=self.batch).select_related("invoice")

    def href(self, row: BatchItem) -> str:
        """The invoice's page."""
        return invoice_href(row.invoice.public_id)

    def more(self) -> dict[str, Any]:
        """How far it is."""
        batch = self.batch
        is_running = batch.status == RUNNING
        may_cancel = is_running and self.actor.may("invoices", "write")
        emails = emails_of_batch(batch) if batch.action == SEND else {}
        return {
            "title": ACTIONS[batch.action],
            "batch": batch,
            "badge": STATUSES[batch.status],
            "refreshes": is_running or emails.get("waiting"),
            "handled": batch.total - batch.waiting,
            "paused": formatting.moment(batch.next_attempt_at) if batch.retry_code else "",
            "details": self._facts(emails),
            "actions": [Action(_("Cancel"), reverse("invoicing:cancel-batch", args=[self.public_id]), dialog=True)]
            if may_cancel
            else [],
        }

    def _facts(self, emails: Mapping[str, int]) -> list[DetailField]:
        batch = self.batch
        asked = timeline_of(batch.pk).filter(event="batch.created").first()
        facts = [
            DetailField(_("Done"), _count(batch.succeeded)),
            DetailField(_("Failed"), _count(batch.failed), tone=_tone(batch.failed)),
            DetailField(_("Waiting") if batch.status == RUNNING else _("Not handled"), _count(batch.waiting or None)),
        ]
        if emails:
            facts += [
                DetailField(_("Emails sent"), _count(emails["sent"])),
                DetailField(_("Emails on their way"), _count(emails["waiting"])),
                DetailField(
                    _("Emails not sent"), _count(emails["failed"]), tone="bad" if emails["failed"] else "neutral"
                ),
            ]
        return [
            *facts,
            DetailField(_("Created"), formatting.moment(batch.created_at)),
            DetailField(_("Created by"), asked.actor_name if asked else ""),
            DetailField(_("Ended"), formatting.moment(batch.finished_at)),
        ]


class BatchCancelView(ConfirmView):
    """Leaves the rest of a batch alone."""

    resource = "invoices"
    batch: Batch

    def prepare(self, public_id: str = "") -> None:
        """The batch."""
        self.batch = batch_by_public_id(public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the batch."""
        cancel_batch(self.actor, self.batch)
        self.done(_("Batch cancelled"))
        return batch_href(self.batch.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Cancel this batch?"),
            "text": _("Invoices that are already done stay as they are. The waiting ones are left alone."),
            "submit": _("Cancel batch"),
            "danger": True,
            "back": batch_href(self.batch.public_id),
        }
