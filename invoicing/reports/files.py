"""A report as a file: CSV and XLSX with exact values, and a PDF with its chart."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bigledger_crm.documents.services import render_template
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web import formatting
from bigledger_crm.web.charts import ColumnChart
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists.export import BYTE_ORDER_MARK, CSV, SHEET_OPTIONS, XLSX, Sheet, csv_lines
from invoicing.reports.drawing import bars_of, draw, svg_of
from invoicing.reports.printing import lay_out
from invoicing.reports.report import Report, ReportRow, ReportTable

TEMPLATE = "pdf/reports/report.html"
MOST_PRINTED = 1000  # rows; more are for spreadsheets


@dataclass(frozen=True)
class ReportFormat:
    """A kind of file: what people and browsers call it, and what writes it."""

    label: Text
    content_type: str
    write: Callable[[Report, ReportTable, Company], bytes]


def period_text(table: ReportTable) -> str:
    """The days that a report is about, and those that they are compared with, in words."""
    if table.as_of:
        return _("As of %(day)s") % {"day": formatting.day(table.as_of)}
    if table.period is None:
        return ""
    text = formatting.days(*table.period)
    if table.comparison is None:
        return text
    return _("%(period)s, compared with %(before)s") % {"period": text, "before": formatting.days(*table.comparison)}


def file_name(report: Report, table: ReportTable, kind: str) -> str:
    """`sales-2024-01-01-to-2024-01-31.csv`: what a file covers, whenever it is made."""
    return f"{'-'.join(filter(None, [report.slug, _days(table, '-to-')]))}.{kind}"


def _days(table: ReportTable, to: str) -> str:
    """The period or the day of a table, as names of files and sheets have it; "" for none."""
    return to.join(map(str, table.period or filter(None, [table.as_of])))


def headings_of(table: ReportTable) -> list[str]:
    """The headings of the columns in files, which name the currency of amounts in a column of its own."""
    heads = [str(column.heading) for column in table.columns]
    return [*heads, _("Currency")] if table.has_amounts else heads


def _values(table: ReportTable, row: ReportRow) -> list[object]:
    values: list[object] = list(table.exact(row))
    return [*values, row.currency or table.currency] if table.has_amounts else values


def _as_csv(_report: Report, table: ReportTable, _company: Company) -> bytes:
    lines = [headings_of(table), *(_values(table, row) for row in table.lines)]
    return (BYTE_ORDER_MARK + csv_lines(lines)).encode()  # type: ignore[arg-type]  # texts, numbers and days


def _as_xlsx(report: Report, table: ReportTable, company: Company) -> bytes:
    """A sheet with the table, and one that says what it is of."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **SHEET_OPTIONS}) as book:
        sheet = Sheet(book, headings_of(table), _days(table, " to ") or _("Report"))
        for row in table.lines:
            sheet.write(_values(table, row))  # type: ignore[arg-type]  # texts, numbers and days
        about = Sheet(book, [str(report.title), company.name], _("About"))
        about.write([_("Period"), period_text(table)])
        for note in table.notes:
            about.write([_("Note"), str(note)])
    return file.getvalue()


def _as_pdf(report: Report, table: ReportTable, company: Company) -> bytes:
    size = company.paper_size or "A4"
    chart = draw(table, lambda _link: "")
    rows = [table.shown(row) for row in table.rows[:MOST_PRINTED]]
    totals = [table.shown(ReportRow(table.totals))] if table.totals else []
    printed = lay_out(table.columns, rows, totals)
    classes = [column.css_class for column in printed.columns]
    context = {
        "language": get_language() or "en",
        "report": report,
        "table": table,
        "printed": printed,
        "company": company,
        "period": period_text(table),
        "currency": table.shared_currency if table.has_amounts else "",
        "chart": svg_of(chart) if isinstance(chart, ColumnChart) else "",
        "bars": [] if chart is None or isinstance(chart, ColumnChart) else bars_of(chart),
        "rows": [list(zip(row, classes, strict=True)) for row in rows],
        "totals": [list(zip(row, classes, strict=True)) for row in totals],
        "left_out": max(len(table.rows) - MOST_PRINTED, 0),
        "look": {
            "paper_size": f"{size} landscape" if printed.across else size,
            "accent_color": company.accent_color,
        },
    }
    return render_template(TEMPLATE, context, clock.now())


FORMATS: dict[str, ReportFormat] = {
    "csv": ReportFormat("CSV", CSV, _as_csv),
    "xlsx": ReportFormat("XLSX", XLSX, _as_xlsx),
    "pdf": ReportFormat("PDF", "application/pdf", _as_pdf),
}
