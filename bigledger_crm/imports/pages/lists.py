"""The list of imports."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.imports.filters import ImportFilters
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.imports.pages.labels import STATUSES
from bigledger_crm.imports.queries import readable_kinds
from bigledger_crm.web.components import Action, Column
from bigledger_crm.web.lists import ListPage


class ImportListView(ListPage):
    """Files that were imported."""

    resource = "imports"
    filters = ImportFilters
    title = gettext_lazy("Imports")
    sorts = {"created": "created_at"}
    default_sort = "-created"
    chips = tuple((status, badge.label) for status, badge in STATUSES.items())
    empty_title = gettext_lazy("No imports yet")
    empty_text = gettext_lazy("Bring customers, items and invoices from a spreadsheet or another program.")
    create = Action(gettext_lazy("Import a file"), reverse_lazy("pages:new-import"), primary=True, icon="upload")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("File"), lambda job: job.filename, "main"),
            Column(_("What"), lambda job: import_kinds[job.kind].label, name="kind"),
            Column(_("Status"), lambda job: STATUSES[job.status], "badge", name="status"),
            Column(_("Rows"), lambda job: job.row_count, "number", name="rows"),
            Column(_("Rejected"), lambda job: job.counts.get("rejected", 0), "number", name="rejected"),
            Column(_("By"), lambda job: job.created_by_name, name="by"),
            Column(_("Created"), lambda job: job.created_at, "moment", "created", name="created"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Imports of what the actor may see."""
        return Import.objects.filter(kind__in=readable_kinds(self.actor))

    def href(self, row: Import) -> str:
        """The import's page."""
        return reverse("pages:import", args=[row.public_id])
