"""The pages about reminders: what will be sent, and the schedule."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, StatusBadge, make_table
from bigledger_crm.web.form_views import ActionView, ServiceFormView
from bigledger_crm.web.views import CompanyView
from invoicing.models import ReminderStep
from invoicing.pages.invoices import invoice_href
from invoicing.pages.reminder_forms import DOCUMENTS, StepForm, step_initial
from invoicing.queries import invoice_by_public_id
from invoicing.queries.reminders import QUOTE, step_by_public_id
from invoicing.services import (
    Upcoming,
    create_step,
    remove_step,
    schedule_of,
    set_reminders,
    upcoming,
    update_step,
)
from sales.pages.quotes import quote_href

DAYS_AHEAD = 14


MOST_SHOWN = 50


def step_label(step: ReminderStep) -> str:
    """`3 days before the due date`."""
    count = abs(step.days)
    values = {"days": count}
    if step.document == "quote":
        if not count:
            return _("On the valid-until date")
        return ngettext("%(days)s day before it expires", "%(days)s days before it expires", count) % values
    if not count:
        return _("On the due date")
    if step.days < 0:
        return ngettext("%(days)s day before the due date", "%(days)s days before the due date", count) % values
    return ngettext("%(days)s day after the due date", "%(days)s days after the due date", count) % values


class ReminderScheduleView(CompanyView):
    """What will be sent in the next days, and the schedule."""

    resource = "reminders"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        steps = schedule_of(self.actor)
        rows = upcoming(self.actor, DAYS_AHEAD)
        may_write = self.actor.may("reminders", "write")
        lead = ngettext(
            "%(count)s email in the next %(days)s days", "%(count)s emails in the next %(days)s days", len(rows)
        )
        return self.page(
            "invoicing/reminders.html",
            title=_("Reminders"),
            lead=" ".join([lead % {"count": formatting.number(len(rows)), "days": DAYS_AHEAD}, *_cut(len(rows))]),
            actions=[Action(_("New reminder"), reverse("invoicing:new-step"), primary=True)] if may_write else [],
            upcoming=make_table(_upcoming_columns(), rows[:MOST_SHOWN], _document_href),
            steps=make_table(_step_columns(), steps, step_href if may_write else lambda step: ""),
        )


def _cut(count: int) -> list[str]:
    """What is said where there are more than are shown."""
    return [_("– the first %(count)s are shown") % {"count": MOST_SHOWN}] if count > MOST_SHOWN else []


def step_href(step: ReminderStep) -> str:
    """The page of a step."""
    return reverse("invoicing:step", args=[step.public_id])


def _document_href(row: Upcoming) -> str:
    public_id = row.kind.model(pk=row.document.pk).public_id
    return quote_href(public_id) if row.kind is QUOTE else invoice_href(public_id)


def _upcoming_columns() -> Sequence[Column]:
    def amount(row: Upcoming) -> str:
        return formatting.amount_with_currency(row.document.amount, row.document.currency)

    return (
        Column(_("Document"), lambda row: row.document.number, "main", note=lambda row: DOCUMENTS[row.kind.name]),
        Column(_("Customer"), lambda row: row.document.customer_name),
        Column(_("Send date"), lambda row: row.day, "day", note=lambda row: step_label(row.step)),
        Column(_("To"), _address, "badge"),
        Column(_("Amount"), amount, "figure"),
    )


def _address(row: Upcoming) -> StatusBadge:
    return (
        StatusBadge(", ".join(row.document.emails))
        if row.document.emails
        else StatusBadge(_("No email address"), "bad")
    )


def _step_columns() -> Sequence[Column]:
    return (
        Column(_("Subject"), lambda step: step.subject, "main"),
        Column(_("Document"), lambda step: DOCUMENTS[step.document]),
        Column(_("When"), step_label),
    )


def _others(actor: Actor) -> list[str]:
    """The languages beside the company's."""
    return [language for language in LANGUAGES if language != actor.company.language]


class ReminderStepCreateView(ServiceFormView):
    """A new step."""

    resource = "reminders"
    template = "invoicing/step.html"

    def also_wrong(self, form: StepForm) -> list[FieldError]:
        """By the rules."""
        return form.also_wrong("invoice")

    def make_form(self, data: Any = None) -> StepForm:
        """An empty one."""
        return StepForm(data, languages=_others(self.actor), initial={"document": "invoice", "days": 21})

    def save(self, form: StepForm) -> str:
        """To the schedule."""
        create_step(self.actor, form.step_input())
        self.done(_("Changes saved"))
        return reverse("invoicing:reminders")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New reminder"), "submit": _("Save"), "back": reverse("invoicing:reminders")}


class ReminderStepUpdateView(ServiceFormView):
    """A step."""

    resource = "reminders"
    template = "invoicing/step.html"
    step: ReminderStep

    def prepare(self, public_id: str = "") -> None:
        """The step."""
        self.step = step_by_public_id(public_id)

    def also_wrong(self, form: StepForm) -> list[FieldError]:
        """By the rules."""
        return form.also_wrong(self.step.document)

    def make_form(self, data: Any = None) -> StepForm:
        """What is stored."""
        languages = [language for language in LANGUAGES if language in {*_others(self.actor), *self.step.translations}]
        return StepForm(data, document=self.step.document, languages=languages, initial=step_initial(self.step))

    def save(self, form: StepForm) -> str:
        """To the schedule."""
        update_step(self.actor, self.step, form.step_input())
        self.done(_("Changes saved"))
        return reverse("invoicing:reminders")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        remove = Action(
            _("Remove"), reverse("invoicing:remove-step", args=[self.step.public_id]), post=True, danger=True
        )
        return {
            "title": step_label(self.step),
            "submit": _("Save"),
            "back": reverse("invoicing:reminders"),
            "actions": [remove],
        }


class ReminderStepDeleteView(ActionView):
    """Takes a step off the schedule."""

    resource = "reminders"

    def act(self, public_id: str) -> str:
        """To the schedule."""
        remove_step(self.actor, step_by_public_id(public_id))
        return reverse("invoicing:reminders")

    def back(self, public_id: str) -> str:
        """The schedule."""
        return reverse("invoicing:reminders")


class InvoiceRemindersSwitchView(ActionView):
    """Turns the reminders of an invoice on or off."""

    resource = "invoices"

    def act(self, public_id: str) -> str:
        """Back to the invoice."""
        wanted = self.request.POST.get("wanted") == "yes"
        set_reminders(self.actor, invoice_by_public_id(public_id), wanted=wanted)
        return self.back(public_id)

    def back(self, public_id: str) -> str:
        """The invoice."""
        return invoice_href(public_id)
