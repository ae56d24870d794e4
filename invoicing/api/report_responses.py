"""Reports as they are in JSON."""

from typing import Any, Literal

from bigledger_crm.api.responses import ApiStruct
from bigledger_crm.kernel.text import camel_case
from invoicing.analytics.period import Span
from invoicing.reports.report import Report, ReportRow, ReportTable

ColumnKind = Literal["text", "amount", "quantity", "count", "percent", "days", "day"]


class ReportColumnObject(ApiStruct):
    """A column: its name in the values of rows, its heading, and the kind of its values."""

    name: str
    heading: str
    kind: ColumnKind


class ReportRowObject(ApiStruct):
    """A row of a report; amounts are in its currency."""

    key: str | None
    currency: str
    values: dict[str, Any]


class ReportPeriodObject(ApiStruct):
    """Days, the first and the last included."""

    date_from: str
    date_to: str


class ReportObject(ApiStruct):
    """A report as computed: the same figures as on its page and in its files."""

    report: str
    title: str
    currency: str
    period: ReportPeriodObject | None
    comparison: ReportPeriodObject | None
    as_of: str | None
    columns: list[ReportColumnObject]
    rows: list[ReportRowObject]
    totals: dict[str, Any] | None
    notes: list[str]


def report_object(report: Report, table: ReportTable) -> ReportObject:
    """A report and its table."""
    return ReportObject(
        report=report.slug,
        title=str(report.title),
        currency=table.currency,
        period=_span(table.period),
        comparison=_span(table.comparison),
        as_of=table.as_of.isoformat() if table.as_of else None,
        columns=[
            ReportColumnObject(name=camel_case(column.name), heading=str(column.heading), kind=column.kind)
            for column in table.columns
        ],
        rows=[
            ReportRowObject(key=row.key or None, currency=row.currency or table.currency, values=_values(table, row))
            for row in table.rows
        ],
        totals=_values(table, ReportRow(table.totals)) if table.totals else None,
        notes=[str(note) for note in table.notes],
    )


def _values(table: ReportTable, row: ReportRow) -> dict[str, Any]:
    names = (camel_case(column.name) for column in table.columns)
    return dict(zip(names, table.exact(row), strict=True))


def _span(span: Span | None) -> ReportPeriodObject | None:
    return ReportPeriodObject(date_from=span[0].isoformat(), date_to=span[1].isoformat()) if span else None
