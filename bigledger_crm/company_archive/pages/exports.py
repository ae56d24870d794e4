"""Settings: all data of the company as one archive."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.company_archive.services import MAX_EXPORTS, delete_company_export, request_company_export
from bigledger_crm.requested_archives import KEPT, ArchiveStatus, file_response
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web.archives import archive_badge
from bigledger_crm.web.form_views import ConfirmView
from bigledger_crm.web.views import CompanyView


class CompanyExportsView(ConfirmView):
    """The exports that there are, and a button for a new one."""

    resource = "company-exports"
    template = "company_archive/exports.html"
    partials = {"exports": "company_archive/exports.html#exports"}

    def save(self, form: forms.Form) -> str:
        """Back to the list."""
        request_company_export(self.actor)
        self.done(_("The export is being prepared"))
        return reverse("pages:company-exports")

    def get_context(self) -> dict[str, Any]:
        """Texts and exports."""
        found = list(CompanyExport.objects.order_by("-requested_at", "-pk")[: MAX_EXPORTS + 1])
        return {
            "title": _("Export"),
            "submit": _("Export all data"),
            "days": KEPT.days,
            "exports": [(export, archive_badge(export)) for export in found],
            "is_waiting": any(export.status == ArchiveStatus.QUEUED for export in found),
        }


class CompanyExportDownloadView(CompanyView):
    """The file of an export."""

    resource = "company-exports"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """The file."""
        export = by_public_id(CompanyExport.objects.all(), "Company export", public_id)
        return file_response(self.actor, export, self.actor.company.name, security.author_of(request))


class DeleteCompanyExportView(ConfirmView):
    """Asks before an export is deleted."""

    resource = "company-exports"
    export: CompanyExport

    def prepare(self, public_id: str = "") -> None:
        """The export."""
        self.export = by_public_id(CompanyExport.objects.all(), "Company export", public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the exports."""
        delete_company_export(self.actor, self.export)
        self.done(_("Export deleted"))
        return reverse("pages:company-exports")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete this export?"),
            "text": _("This deletes the file only. The company's data stays."),
            "submit": _("Delete"),
            "danger": True,
            "back": reverse("pages:company-exports"),
        }
