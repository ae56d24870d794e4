"""The steps of an import as forms and buttons."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import, Outcome
from bigledger_crm.imports.pages.forms import ImportColumnsForm, ImportFileForm
from bigledger_crm.imports.queries import import_by_public_id
from bigledger_crm.imports.services import steps
from bigledger_crm.web import formatting
from bigledger_crm.web.form_views import ActionView, ConfirmView, ServiceFormView


def _page(job: Import) -> str:
    return reverse("pages:import", args=[job.public_id])


class NewImportView(ServiceFormView):
    """Takes a file."""

    resource = "imports"
    template = "imports/new.html"

    def make_form(self, data: Any = None) -> ImportFileForm:
        """The file and its kind."""
        files = self.request.FILES if data is not None else None
        return ImportFileForm(self.actor, data, files, initial={"kind": self.request.GET.get("kind", "")})

    def save(self, form: ImportFileForm) -> str:
        """To the import."""
        file = form.cleaned_data["file"]
        job = steps.create_import(
            self.actor, form.cleaned_data["kind"], filename=file.name or "", file=file, size=file.size
        )
        return _page(job)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Import a file"), "submit": _("Read file"), "back": reverse("pages:imports")}


class _ImportMixin:
    """Finds the import of the URL."""

    actor: Any
    job: Import

    def prepare(self, public_id: str = "") -> None:
        """The import."""
        self.job = import_by_public_id(self.actor, public_id)


class ImportColumnsView(_ImportMixin, ServiceFormView):
    """How the file is read, and what its columns are."""

    resource = "imports"
    template = "imports/columns.html"

    def make_form(self, data: Any = None) -> ImportColumnsForm:
        """The settings and the columns."""
        return ImportColumnsForm(self.actor, self.job, data)

    def save(self, form: ImportColumnsForm) -> str:
        """Back to the import."""
        steps.update_import(self.actor, self.job, form.inputs())
        return _page(self.job)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Columns of %(name)s") % {"name": self.job.filename},
            "submit": _("Save"),
            "back": _page(self.job),
        }


class RehearseImportView(ActionView):
    """Rehearses."""

    resource = "imports"

    def act(self, public_id: str) -> str:
        """Back to the import."""
        return _page(steps.rehearse_import(self.actor, import_by_public_id(self.actor, public_id)))

    def back(self, public_id: str) -> str:
        """The import."""
        return reverse("pages:import", args=[public_id])


class RunImportView(_ImportMixin, ConfirmView):
    """Asks before rows are imported."""

    resource = "imports"

    def save(self, form: forms.Form) -> str:
        """Back to the import."""
        return _page(steps.run_import(self.actor, self.job))

    def get_context(self) -> dict[str, Any]:
        """What will happen."""
        counts = {name: self.job.counts.get(name, 0) for name in Outcome.values}
        told = [
            ngettext("%(count)s new", "%(count)s new", counts[Outcome.NEW]) % {"count": counts[Outcome.NEW]},
            ngettext("%(count)s changed", "%(count)s changed", counts[Outcome.CHANGED])
            % {"count": counts[Outcome.CHANGED]},
            ngettext("%(count)s rejected", "%(count)s rejected", counts[Outcome.REJECTED])
            % {"count": counts[Outcome.REJECTED]},
        ]
        return {
            "title": _("Import %(kind)s?") % {"kind": str(import_kinds[self.job.kind].label).lower()},
            "text": _("%(counts)s. Nothing is emailed to anyone. The import can be undone for 30 days.")
            % {"counts": ", ".join(told)},
            "submit": _("Import"),
            "back": _page(self.job),
        }


class CancelImportView(_ImportMixin, ConfirmView):
    """Asks before an import is cancelled."""

    resource = "imports"

    def save(self, form: forms.Form) -> str:
        """Back to the import."""
        self.done(_("Import cancelled"))
        return _page(steps.cancel_import(self.actor, self.job))

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Cancel the import of %(name)s?") % {"name": self.job.filename},
            "text": _("What has been imported so far stays, and can be undone."),
            "submit": _("Cancel import"),
            "danger": True,
            "back": _page(self.job),
        }


class UndoImportView(_ImportMixin, ConfirmView):
    """Asks before an import is undone."""

    resource = "imports"

    def save(self, form: forms.Form) -> str:
        """Back to the import."""
        return _page(steps.undo_import(self.actor, self.job))

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        does = import_kinds[self.job.kind].undo_text or _(
            "Records that the import created are deleted, and those that it changed get their old values back."
        )
        kept = _("Records that people have changed or used since are kept, and listed. Possible until %(time)s.")
        kept = kept % {"time": formatting.moment(self.job.undo_until)}
        return {
            "title": _("Undo the import of %(name)s?") % {"name": self.job.filename},
            "text": f"{does} {kept}",
            "submit": _("Undo import"),
            "danger": True,
            "back": _page(self.job),
        }
