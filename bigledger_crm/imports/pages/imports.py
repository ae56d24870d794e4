"""The page of an import: how the file was read, how far it is, and what became of each row."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.filtering.keyset import KeysetOrder
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.mapping import REASON
from bigledger_crm.imports.models import AT_WORK, ENDED, ImportRow, ImportStatus, Outcome
from bigledger_crm.imports.pages.labels import (
    DELIMITERS,
    FORMATS,
    OUTCOMES,
    STATUSES,
    UNDONE,
    href_of,
    label_of,
    summary_of,
    told_of,
)
from bigledger_crm.imports.queries import import_by_public_id
from bigledger_crm.imports.services.steps import is_undoable
from bigledger_crm.imports.shown import ShownImport
from bigledger_crm.imports.values import written
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, DetailField
from bigledger_crm.web.lists.export import csv_file
from bigledger_crm.web.lists.paging import slice_of
from bigledger_crm.web.views import CompanyView

_MAPPABLE = (ImportStatus.READY, ImportStatus.REHEARSED)


class ImportView(CompanyView):
    """One import."""

    resource = "imports"
    partials = {"import": "imports/import.html#import"}

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        job = import_by_public_id(self.actor, public_id)
        seen = ShownImport(self.actor, job)
        shown = request.GET.get("show", "")
        rows = ImportRow.objects.filter(job=job)
        is_undone = job.status in (ImportStatus.UNDOING, ImportStatus.UNDONE)
        badges = UNDONE if is_undone else OUTCOMES
        if shown:
            if shown not in badges:
                raise Http404("There are no such rows")
            rows = rows.filter(undo=shown) if is_undone else rows.filter(outcome=shown)
        page = slice_of(rows, KeysetOrder("position"), "position", request.GET.get("after", ""))
        chips = [
            ("", _("All"), job.row_count),
            *((name, one.label, job.counts.get(name, 0)) for name, one in badges.items()),
        ]
        return self.page(
            "imports/import.html",
            title=job.filename,
            job=job,
            badge=STATUSES[job.status],
            lead=import_kinds[job.kind].label,
            is_at_work=job.status in AT_WORK,
            has_result=bool(job.counts),
            facts=facts_of(seen),
            columns=[(heading, label_of(seen.kind, name) if name else "") for heading, name in seen.columns],
            chips=chips,
            shown=shown,
            slice=page,
            rows=[
                {
                    "row": row,
                    "badge": UNDONE.get(row.undo) if is_undone else OUTCOMES.get(row.outcome),
                    "summary": summary_of(seen, row),
                    "told": told_of(seen, row),
                    "href": href_of(job, row),
                }
                for row in page.rows
            ],
            actions=self._actions(seen),
            rejected=reverse("pages:rejected-rows", args=[job.public_id]) if job.counts.get(Outcome.REJECTED) else "",
        )

    def _actions(self, seen: ShownImport) -> list[Action]:
        """What can be done now, the next step first."""
        job = seen.job
        if not self.actor.may("imports", "write") or not self.actor.may(import_kinds[job.kind].resource, "write"):
            return []

        def to(name: str) -> str:
            return reverse(f"pages:{name}", args=[job.public_id])

        found = []
        is_mappable = job.status in (*_MAPPABLE, ImportStatus.FAILED) and not seen.hides_columns
        if is_mappable and not is_undoable(job):
            found.append(Action(_("Change columns"), to("import-columns"), icon="columns-3"))
        if job.status not in ENDED and job.status != ImportStatus.UNDOING:
            found.append(Action(_("Cancel import"), to("cancel-import"), dialog=True, more=True, icon="ban"))
        if is_undoable(job):
            found.append(Action(_("Undo import"), to("undo-import"), dialog=True, danger=True, icon="undo-2"))
        if job.status == ImportStatus.READY:
            found.append(Action(_("Rehearse"), to("rehearse-import"), post=True, primary=True))
        if job.status == ImportStatus.REHEARSED:
            found.append(Action(_("Import"), to("run-import"), dialog=True, primary=True, icon="upload"))
        return found


def facts_of(seen: ShownImport) -> list[DetailField]:
    """How the file was read, and until when the import can be undone."""
    job, found, sure = seen.job, seen.job.contents, seen.decimal_examples
    decimals = "1.234,56" if job.decimal_separator == "," else "1,234.56"
    hidden = len(found.get("hidden_sheets", ()))
    sheet = found.get("sheet", "")
    if hidden:
        text = ngettext(
            "%(sheet)s (%(count)s hidden sheet left out)", "%(sheet)s (%(count)s hidden sheets left out)", hidden
        )
        sheet = text % {"sheet": sheet, "count": hidden}
    return [
        DetailField(_("Format"), FORMATS.get(found.get("format", ""), "")),
        DetailField(_("Export of"), job.source),
        DetailField(_("Encoding"), found.get("encoding", "")),
        DetailField(_("Cells separated by"), DELIMITERS.get(found.get("delimiter", ""), "")),
        DetailField(_("Sheet"), sheet),
        DetailField(_("Headings in line"), str(found.get("heading_row", ""))),
        DetailField(_("Numbers read as"), f"{decimals} ({', '.join(sure)})" if sure else decimals if found else ""),
        DetailField(_("Dates read as"), _dates(seen)),
        DetailField(_("Rows matched by"), label_of(seen.kind, job.match_by) if job.match_by else ""),
        DetailField(_("Imported by"), job.created_by_name),
        DetailField(_("Can be undone until"), formatting.moment(job.undo_until) if is_undoable(job) else ""),
    ]


def _dates(seen: ShownImport) -> str:
    """How dates are read that are written in numbers, with what shows it."""
    examples = (seen.dates.get(seen.job.date_order) or seen.date_examples)[:3]
    if not examples:
        return ""
    orders = {"dmy": _("Day first"), "mdy": _("Month first")}
    return f"{orders.get(seen.job.date_order, _('Unknown'))} ({', '.join(examples)})"


class RejectedRowsView(CompanyView):
    """The rows that were rejected, as a file that can be mended and imported again."""

    resource = "imports"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """The file."""
        job = import_by_public_id(self.actor, public_id)
        rows = ImportRow.objects.filter(job=job, outcome=Outcome.REJECTED).order_by("position")
        seen = ShownImport(self.actor, job)
        headings = [heading for heading, _name in seen.columns]
        fields = [seen.kind.field(name) if name else None for _heading, name in seen.columns]

        def line(row: ImportRow) -> list[list[str]]:
            pairs = zip(fields, seen.cells(row.cells, row.problem), strict=False)
            cells = [written(known, cell, job.decimal_separator) for known, cell in pairs]
            return [[*cells, *[""] * (len(headings) - len(cells)), " ".join(told_of(seen, row))]]

        name = f"{slugify(job.filename.rpartition('.')[0]) or 'import'}-rejected"
        return csv_file(name, [*headings, REASON], line, rows, self.actor.company)
