"""The chart of a report, from its table: for the page and for the PDF."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.charts import (
    ColumnChart,
    Point,
    Ranking,
    Row,
    Share,
    ShareChart,
    column_chart,
    ranking,
    shares,
)
from bigledger_crm.web.components import Text
from invoicing.reports.report import DrillDown, ReportChart, ReportRow, ReportTable

Chart = ColumnChart | Ranking | ShareChart
MOST_RANKED = 10
MOST_LINKED = 62  # of more columns each would be too narrow to point at
_MOST_LABELS = 16
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 1000, 190, 60, 24
_TEXT = 'font-family="Noto Sans, Noto Sans CJK SC, DejaVu Sans, sans-serif" font-size="13" fill="#4a525e"'


def draw(table: ReportTable, href: Callable[[DrillDown], str]) -> Chart | None:
    """The chart, if there is one of rows; a ranking has the first rows only."""
    chart = table.chart
    if chart is None or not table.rows:
        return None
    rows = list(table.rows[:MOST_RANKED] if chart.kind == "ranking" else table.rows)
    value, label = table.column(chart.value), table.column(chart.label)
    if chart.kind == "columns":
        linked = len(rows) <= MOST_LINKED
        every = -(-len(rows) // _MOST_LABELS)
        points = [
            _point(table, chart, row, href if linked else None, short=True, labelled=place % every == 0)
            for place, row in enumerate(rows)
        ]
        before = table.column(chart.before).heading if chart.before else ""
        return column_chart(
            chart.title,
            points,
            formatting.rough_amount,
            label=label.heading,
            value=value.heading,
            before=before,
            whole=value.kind == "count",
        )
    if chart.kind == "ranking":
        points = [_point(table, chart, row, href) for row in rows]
        return ranking(chart.title, points, label=label.heading, value=value.heading)
    points = [_point(table, chart, row, href) for row in rows]
    return shares(chart.title, points, label=label.heading, value=value.heading, note="")


def _point(
    table: ReportTable,
    chart: ReportChart,
    row: ReportRow,
    href: Callable[[DrillDown], str] | None,
    *,
    short: bool = False,
    labelled: bool = True,
) -> Point:
    texts = dict(zip((column.name for column in table.columns), table.shown(row), strict=True))
    link = row.links.get(chart.value) or next(iter(row.links.values()), None)
    before = row.values.get(chart.before) if chart.before else None
    return Point(
        label=(row.short or texts[chart.label]) if short and labelled else "" if short else texts[chart.label],
        value=_number(row.values.get(chart.value)),
        text=texts[chart.value],
        href=href(link) if href and link else "",
        note=texts[chart.label] if short else "",
        before=_number(before) if before else None,
        before_text=texts[chart.before] if before else "",
    )


def _number(value: object) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else ZERO


def bars_of(chart: Ranking | ShareChart) -> list[tuple[Text, str, Text]]:
    """The rows of a chart without a scale: what each is called, how long its bar is in percent, and its value."""
    rows: Sequence[Row | Share] = chart.rows if isinstance(chart, Ranking) else chart.shares
    return [(row.point.label, row.width, row.point.text) for row in rows]


def svg_of(chart: ColumnChart) -> str:
    """The chart as an image, with its words in it: amounts and dates, whose letters need no joining."""
    height = _HEIGHT + _BOTTOM
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(_columns(chart))}</svg>'


def _words(x: float, y: float, text: object, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {_TEXT}>{escape(str(text))}</text>'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#5b74dd"/>'


def _rule(x: float, end: float, y: float, colour: str, thickness: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}H{end:.1f}" stroke="{colour}" stroke-width="{thickness}"/>'


def _columns(chart: ColumnChart) -> list[str]:
    top, plot = 10.0, _HEIGHT - 10.0

    def across(percent: str) -> float:
        return _LEFT + float(percent) * (_WIDTH - _LEFT) / 100

    def down(percent: str) -> float:
        return top + float(percent) * plot / 100

    parts = []
    for place, text in chart.ticks:
        parts.append(_rule(_LEFT, _WIDTH, down(place), "#d9dde3", "1"))
        parts.append(_words(_LEFT - 8, down(place) + 4, text, "end"))
    if chart.baseline:
        parts.append(_rule(_LEFT, _WIDTH, down(chart.baseline), "#4a525e", "1"))
    for bar in chart.bars:
        width, height = float(bar.width) * (_WIDTH - _LEFT) / 100, float(bar.height) * plot / 100
        parts.append(_box(across(bar.x), down(bar.y), width, height))
        if bar.before_y:
            parts.append(_rule(across(bar.x), across(bar.before_end), down(bar.before_y), "#1b212b", "2"))
        middle = across(bar.slot) + float(bar.slot_width) * (_WIDTH - _LEFT) / 200
        parts.append(_words(middle, _HEIGHT + 18, bar.point.label, "middle") if bar.point.label else "")
    return parts
