"""The pages of reports: each with its pickers, chart and table, and the same as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from bigledger_crm.filtering import ObjectFilter
from bigledger_crm.tenancy import security
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Text
from bigledger_crm.web.htmx import status_for
from bigledger_crm.web.lists import FilterField, Picker
from bigledger_crm.web.lists.filter_panel import AppliedFilters, Field, FieldGroup, apply_filters
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from customers.pages.autocomplete import CUSTOMER
from invoicing.models import SavedReport
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.drawing import MOST_RANKED, draw
from invoicing.reports.files import FORMATS, file_name, period_text
from invoicing.reports.filters import PeriodFilters, ReportFilters, fields_of
from invoicing.reports.report import DrillDown, Report, ReportColumn, ReportRow, ReportTable

ROWS = 100
_PICKERS: dict[type, Picker] = {Customer: CUSTOMER}


@dataclass(frozen=True)
class Tool:
    """What a report is asked for, as a menu: links to the choices, and fields of a form that keeps the rest."""

    name: str
    label: Text
    says: Text
    choices: Sequence[tuple[Text, str, bool]]
    fields: Sequence[Field]
    kept: Sequence[tuple[str, str]]

    @property
    def is_wrong(self) -> bool:
        """Whether something in it has to be corrected."""
        return any(field.error for field in self.fields)


@dataclass(frozen=True)
class Cell:
    """A cell of the table; `heading` stands beside it on narrow screens."""

    text: str
    heading: Text
    css_class: str
    href: str = ""


class BaseReportView(CompanyView):
    """A report of the URL, and what is asked of it."""

    resource = "analytics"

    report: Report = next(iter(REPORT_BY_SLUG.values()))  # that of the URL

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """The parameters that were given."""
        return self.request.GET.dict()

    @property
    def path(self) -> str:
        """The page on which the report is asked for something else."""
        return report_href(self.report)

    @cached_property
    def applied(self) -> AppliedFilters:
        """The filters as people gave them."""
        filters = self.report.filters
        fields = [_with_picker(field, filters) for field in (*fields_of(filters), *self.report.fields)]
        return apply_filters(fields, filters.base_filters, self.asked)

    @cached_property
    def values(self) -> dict[str, str]:
        """What is asked of the report and can be saved; a limit, too, which only the API and saved reports have."""
        limit = {name: value for name, value in self.asked.items() if name == "limit"}
        read = self.report.filters(limit, company=self.actor.company, today=self.actor.today())
        return {**self.applied.values, **({} if read.problems() else limit)}

    @cached_property
    def given(self) -> ReportFilters:
        """The filters as the report takes them."""
        return self.report.filters(dict(self.values), company=self.actor.company, today=self.actor.today())

    @cached_property
    def problems(self) -> Mapping[str, Text]:
        """What is wrong with the filters."""
        return {**self.given.problems(), **self.applied.problems}

    @cached_property
    def state(self) -> dict[str, str]:
        """What the URL asks of the report."""
        names = self.report.filters.base_filters
        return {name: value for name, value in self.asked.items() if value and name in names}

    def link(self, **changes: str) -> str:
        """The URL of the page with other parameters."""
        query = {name: value for name, value in {**self.state, **changes}.items() if value}
        return f"{self.path}?{urlencode(query)}" if query else self.path


class ReportView(BaseReportView):
    """A report: what it is asked for, its chart and its table."""

    only_reads = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; where something is wrong, the fields say what, and there is no table."""
        if self.problems:
            return self.without_table(400, self.applied.with_problems(self.problems).complaint)
        asked = self.request.GET.get("page", "1")[:6]
        shown = int(asked) * ROWS if asked.isascii() and asked.isdigit() else ROWS
        table = self.report.compute(self.actor, self.given, shown=max(shown, MOST_RANKED))
        page, pages = self._pages(len(table.rows))
        rows = table.rows[(page - 1) * ROWS : page * ROWS]
        return self.page(
            "invoicing/report.html",
            title=self.title,
            lead=" · ".join(filter(None, [period_text(table), table.shared_currency if table.has_amounts else ""])),
            actions=self.actions(),
            tools=self._tools(),
            formats=[(str(one.label), self._file(name)) for name, one in FORMATS.items()],
            table=table,
            **chart_of(table),
            rows=[_cells(table, row) for row in rows],
            totals=_cells(table, ReportRow(table.totals)) if table.totals else None,
            shown_rows=_shown_rows(page, len(rows), len(table.rows)),
            previous_page=self.link(page=str(page - 1)) if page > 1 else "",
            next_page=self.link(page=str(page + 1)) if page < pages else "",
        )

    def without_table(self, status: int, complaint: str) -> HttpResponse:
        """The page when there is nothing to show, and why."""
        return self.page(
            "invoicing/report.html",
            status=status_for(self.request, status),
            title=self.title,
            lead=self.report.about,
            actions=self.actions(),
            tools=self._tools(),
            complaint=complaint,
        )

    @property
    def title(self) -> Text:
        """The heading of the page."""
        return self.report.title

    def actions(self) -> list[Action]:
        """The buttons beside that of the files."""
        return [] if self.problems else [save_action(self.report, self.values)]

    def _pages(self, rows: int) -> tuple[int, int]:
        """The page of the table that is asked for, and how many there are."""
        asked, pages = self.request.GET.get("page", "1"), max(-(-rows // ROWS), 1)
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= pages):
            raise Http404("No such page")
        return int(asked[:6]), pages

    def _file(self, name: str) -> str:
        query = urlencode({**self.state, "format": name})
        return f"{reverse(f'invoicing:report-{self.report.slug}-file')}?{query}"

    def _tools(self) -> list[Tool]:
        applied = self.applied.with_problems(self.problems) if self.problems else self.applied
        groups = list(applied.groups)
        tools = [self._period(*groups[:2])] if issubclass(self.report.filters, PeriodFilters) else []
        return [*tools, *(self._tool(group) for group in groups[2 * len(tools) :])]

    def _period(self, named: FieldGroup, days: FieldGroup) -> Tool:
        (field,) = named.fields
        is_own = any(one.value for one in days.fields)
        chosen = "" if is_own else field.value or self.given.defaults["period"]
        says = dict(field.choices).get(chosen, chosen) if chosen else _("From – to")
        cleared = {one.name: "" for one in days.fields}
        choices = [
            (label, self.link(**{**cleared, field.name: value}), value == chosen)
            for value, label in field.choices
            if value
        ]
        wrong = [replace(one, error=one.error or field.error) for one in days.fields]
        return Tool("period", named.label, says, choices, wrong, self._kept({field.name, *cleared}))

    def _tool(self, group: FieldGroup) -> Tool:
        names = {one.name for one in group.fields}
        (field, *_more) = group.fields
        if field.kind != "choice" or field.error:
            says = field.value or {"day": _("Today"), "pick": _("All")}.get(field.kind, _("Any"))
            return Tool(field.name, group.label, says, [], group.fields, self._kept(names))
        chosen = field.value or self.given.defaults.get(field.name, "")
        offered = [(value, label) for value, label in field.choices if value or field.name not in self.given.defaults]
        choices = [(label, self.link(**{field.name: value}), value == chosen) for value, label in offered]
        return Tool(field.name, group.label, dict(field.choices).get(chosen, chosen), choices, [], [])

    def _kept(self, changed: set[str]) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.state.items() if name not in changed]


class ReportFileView(BaseReportView):
    """A report as CSV, XLSX or PDF."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The file; wrong parameters are told by the page."""
        kind = request.GET.get("format", "csv")
        if kind not in FORMATS:
            raise Http404("No such file")
        if self.problems:
            return HttpResponseRedirect(self.link())
        table = self.report.compute(self.actor, self.given)
        security.record(
            "security.exported",
            security.author_of(request),
            company=self.actor.company,
            subject=request.path,
            note=f"{len(table.rows)} rows as {kind}",
            changes={"filters": self.state},
        )
        of = FORMATS[kind]
        name = file_name(self.report, table, kind)
        headers = {
            "Content-Disposition": content_disposition_header(as_attachment=kind != "pdf", filename=name) or "",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(of.write(self.report, table, self.actor.company), of.content_type, headers=headers)


def report_href(report: Report) -> str:
    """The page of a report."""
    return reverse(f"invoicing:report-{report.slug}")


def saved_href(saved: SavedReport) -> str:
    """The page of a saved report."""
    return reverse("invoicing:saved-report", args=[saved.public_id])


def save_action(report: Report, values: Mapping[str, str]) -> Action:
    """The button that saves a report with these filters."""
    query = urlencode({"report": report.slug, **values})
    return Action(_("Save this report"), f"{reverse('invoicing:save-report')}?{query}", icon="bookmark", dialog=True)


def chart_of(table: ReportTable) -> dict[str, Any]:
    """What draws the chart of a table."""
    return {
        "chart": draw(table, _href),
        "chart_kind": table.chart.kind if table.chart else "",
        "chart_currency": table.currency if table.chart_is_of_amounts else "",
        "ranked": _("The first %(count)s") % {"count": MOST_RANKED} if len(table.rows) > MOST_RANKED else "",
    }


def _shown_rows(page: int, count: int, total: int) -> str:
    first = (page - 1) * ROWS + 1
    return _("%(first)s–%(last)s of %(total)s") % {
        "first": formatting.number(first),
        "last": formatting.number(first + count - 1),
        "total": formatting.number(total),
    }


def _with_picker(field: FilterField, filters: type[ReportFilters]) -> FilterField:
    of = filters.base_filters.get(field.name)
    return replace(field, picker=_PICKERS[of.object_model]) if isinstance(of, ObjectFilter) else field


def _href(link: DrillDown) -> str:
    if link.of:
        return reverse(link.url_name, args=[link.of])
    return f"{reverse(link.url_name)}?{urlencode({name: str(value) for name, value in link.conditions.items()})}"


def _cells(table: ReportTable, row: ReportRow) -> list[Cell]:
    links = {name: _href(link) for name, link in row.links.items()}
    return [
        Cell(text, column.heading, _css_class(column, row, text), links.get(column.name, ""))
        for column, text in zip(table.columns, table.shown(row), strict=True)
    ]


def _css_class(column: ReportColumn, row: ReportRow, text: str) -> str:
    """Figures stand at the right, and what is nothing is quieter, or left out where rows are cards."""
    if not text:
        return "table-nothing"
    if not column.is_number:
        return "table-main" if column.name == next(iter(row.values)) else f"report-{column.kind}"
    return "amount" if row.values.get(column.name) else "amount text-muted"
