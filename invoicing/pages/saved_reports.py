"""The pages of saved reports: saving one, opening it, changing and deleting it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import FieldError, InvalidData, NotFound
from bigledger_crm.web.components import Action, Text
from bigledger_crm.web.form_views import ActionView, ConfirmView, ServiceFormView
from invoicing.inputs import SavedReportInput
from invoicing.models import SavedReport
from invoicing.pages.reports import BaseReportView, ReportView, save_action, saved_href
from invoicing.pages.saved_report_form import SavedReportForm
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.saved import (
    create_saved_report,
    delete_saved_report,
    may_change,
    saved_report_by_public_id,
    update_saved_report,
)


class SavedReportCreateView(ServiceFormView, BaseReportView):
    """Saves the report that the URL names, with the filters that it names."""

    verb = "read"  # what is saved is a person's own; the service asks who shares

    def prepare(self, public_id: str = "") -> None:
        """The report."""
        slug = self.request.GET.get("report", "")
        if slug not in REPORT_BY_SLUG:
            raise Http404("No such report")
        self.report = REPORT_BY_SLUG[slug]
        if self.problems:
            raise Http404("No such filters")

    def make_form(self, data: Any = None) -> SavedReportForm:
        """Under the report's own title, until it is called something else."""
        new = SavedReport(company=self.actor.company, person=self.actor.id)
        return SavedReportForm(data, actor=self.actor, saved=new, initial={"name": self.report.title})

    def save(self, form: SavedReportForm) -> str:
        """To the saved report."""
        inputs = SavedReportInput(report=self.report.slug, filters=self.values, **form.values())
        saved = create_saved_report(self.actor, inputs)
        self.done(_("%(name)s saved") % {"name": saved.name})
        return saved_href(saved)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Save this report"), "submit": _("Save report"), "back": self.link()}


class SavedReportView(ReportView):
    """A saved report; its page can be asked for something else, which then can be saved."""

    saved: SavedReport

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The page."""
        self.saved = saved_report_by_public_id(self.actor, public_id)
        self.report = REPORT_BY_SLUG[self.saved.report]
        try:
            return super().get(request)
        except NotFound:
            return self._gone()

    def _gone(self) -> HttpResponse:
        """The page of a report whose filters name what isn't there for this person."""
        return self.page(
            "invoicing/report.html",
            status=404,
            title=self.title,
            lead=self.report.title,
            actions=self._changes(),
            complaint=_("The customer of this report no longer exists, or is not one of yours."),
        )

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """What was saved, unless the URL asks for something."""
        given = self.request.GET.dict()
        return given if given.keys() & self.report.filters.base_filters.keys() else self.saved.filters

    @property
    def path(self) -> str:
        """This page."""
        return saved_href(self.saved)

    @property
    def title(self) -> Text:
        """The name that it was saved under."""
        return self.saved.name

    def link(self, **changes: str) -> str:
        """As usual; a parameter without a value says that nothing is asked for."""
        query = {name: value for name, value in {**self.state, **changes}.items() if value}
        return f"{self.path}?{urlencode(query or dict.fromkeys(changes, ''))}"

    def actions(self) -> list[Action]:
        """Buttons for those who may change it; what is shown can be saved under another name."""
        if self.problems or self.values == self.saved.filters:
            return self._changes()
        saves = [save_action(self.report, self.values)]
        if may_change(self.actor, self.saved):
            href = reverse("invoicing:save-report-filters", args=[self.saved.public_id])
            query = urlencode(self.values)
            saves.append(Action(_("Save changes"), f"{href}?{query}", icon="check", post=True, primary=True))
        return [*self._changes(), *saves]

    def _changes(self) -> list[Action]:
        if not may_change(self.actor, self.saved):
            return []
        edit = reverse("invoicing:edit-saved-report", args=[self.saved.public_id])
        delete = reverse("invoicing:delete-saved-report", args=[self.saved.public_id])
        return [
            Action(_("Edit"), edit, icon="pencil", dialog=True),
            Action(_("Delete"), delete, dialog=True, danger=True, more=True, icon="trash-2"),
        ]


class SavedReportFiltersView(ActionView, BaseReportView):
    """Keeps other filters under the name of a saved report."""

    verb = "read"

    def act(self, public_id: str) -> str:
        """To the saved report."""
        saved = saved_report_by_public_id(self.actor, public_id)
        self.report = REPORT_BY_SLUG[saved.report]
        if self.problems:
            raise InvalidData("Saved report", [FieldError((), str(text)) for text in self.problems.values()])
        update_saved_report(self.actor, saved, SavedReportInput(filters=self.values))
        self.done(_("Changes saved"))
        return saved_href(saved)

    def back(self, public_id: str) -> str:
        """The saved report."""
        return reverse("invoicing:saved-report", args=[public_id])


class SavedReportUpdateView(ServiceFormView):
    """Changes the name of a saved report, where it is shown, and when it is sent to whom."""

    resource = "analytics"
    verb = "read"
    saved: SavedReport

    def prepare(self, public_id: str = "") -> None:
        """The saved report.  One that this person may not change isn't there for them."""
        self.saved = saved_report_by_public_id(self.actor, public_id)
        if not may_change(self.actor, self.saved):
            raise Http404("Not to be changed by this person")

    def make_form(self, data: Any = None) -> SavedReportForm:
        """What is stored."""
        return SavedReportForm(data, actor=self.actor, saved=self.saved, initial={})

    def save(self, form: SavedReportForm) -> str:
        """Back to the saved report, or to all of them when it is no longer for this person."""
        saved = update_saved_report(self.actor, self.saved, SavedReportInput(**form.values()))
        self.done(_("Changes saved"))
        is_seen = saved.is_shared or saved.person == self.actor.id
        return saved_href(saved) if is_seen else reverse("invoicing:reports")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Edit %(name)s") % {"name": self.saved.name},
            "submit": _("Save"),
            "back": saved_href(self.saved),
        }


class SavedReportDeleteView(ConfirmView):
    """Asks before a saved report is deleted."""

    resource = "analytics"
    verb = "read"
    saved: SavedReport

    def prepare(self, public_id: str = "") -> None:
        """The saved report."""
        self.saved = saved_report_by_public_id(self.actor, public_id)

    def save(self, form: forms.Form) -> str:
        """To all reports."""
        delete_saved_report(self.actor, self.saved)
        self.done(_("%(name)s deleted") % {"name": self.saved.name})
        return reverse("invoicing:reports")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.saved.name},
            "text": _("The report stays; its name and filters are forgotten."),
            "submit": _("Delete saved report"),
            "danger": True,
            "back": saved_href(self.saved),
        }
