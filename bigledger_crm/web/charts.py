"""Charts as drawn: the geometry of bars, lines and shares in percent of the plot, for SVG without a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web.components import Text, Tone

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_TICKS = 4
_HUNDRED = Decimal(100)
_FINE = Decimal("0.01")
# In rem: the letters of a label and what keeps it off the next one; widths of plots that charts.css asks for.
_LETTER, _GAP = Decimal("0.42"), Decimal("0.6")
_WIDTHS = (8, 12, 16, 24, 32, 48)


@dataclass(frozen=True)
class Point:
    """One bar or row of a chart: what it is called, its value, how the value reads, and the rows that make it."""

    label: Text
    value: Decimal
    text: Text
    href: str = ""
    note: Text = ""
    before: Decimal | None = None
    before_text: Text = ""
    tone: Tone = "neutral"
    more: Sequence[Text] = ()


@dataclass(frozen=True)
class Bar:
    """A point as it is drawn; all in percent of the plot, from its top left corner.

    Its label has room in a plot that is `label_width` rem wide; 0 where there is none.
    """

    point: Point
    slot: str
    slot_width: str
    x: str
    y: str
    width: str
    height: str
    label_width: int = 0
    before_y: str = ""
    before_end: str = ""


@dataclass(frozen=True)
class ColumnChart:
    """Upright bars over a scale, with a table of the same figures behind them."""

    title: Text
    bars: Sequence[Bar]
    ticks: Sequence[tuple[str, Text]]
    value_heading: Text
    label_heading: Text
    before_heading: Text = ""
    baseline: str = ""  # where nothing is, if bars hang below it

    @property
    def has_before(self) -> bool:
        """Whether any bar has a mark of what was before."""
        return any(bar.before_y for bar in self.bars)


@dataclass(frozen=True)
class Row:
    """A row of a ranking: a point, its share of the longest in percent, and further columns with their headings."""

    point: Point
    width: str
    more: Sequence[tuple[Text, Text]] = ()


@dataclass(frozen=True)
class Ranking:
    """Lying bars in a table, which is its own table of figures; `more` are headings of the points' further columns."""

    title: Text
    rows: Sequence[Row]
    label_heading: Text
    value_heading: Text
    note_heading: Text = ""
    more: Sequence[Text] = ()


@dataclass(frozen=True)
class Share:
    """A share of a whole, lying between two marks; in percent."""

    point: Point
    x: str
    width: str


@dataclass(frozen=True)
class ShareChart:
    """The parts of a whole in one bar, with a table that is their legend."""

    title: Text
    shares: Sequence[Share]
    label_heading: Text
    value_heading: Text
    note_heading: Text


def percent_of(value: Decimal, whole: Decimal) -> Decimal:
    """`value` in percent of `whole`, between 0 and 100; 0 of nothing."""
    return min(max(value * _HUNDRED / whole, ZERO), _HUNDRED) if whole > 0 else ZERO


def scale_of(lowest: Decimal, largest: Decimal, *, whole: bool = False) -> list[Decimal]:
    """The places of a scale from its top to its bottom, a round step apart, which is 1 at least if they are `whole`.

    Four steps reach from nothing to `largest`; where `lowest` is negative, there are as many as it takes.
    """
    step = _round_step(max(largest, ZERO) - min(lowest, ZERO), whole=whole)
    below = int((-lowest / step).to_integral_value(ROUND_CEILING)) if lowest < 0 else 0
    above = int((largest / step).to_integral_value(ROUND_CEILING)) if largest > 0 else 0
    return [step * number for number in range(above if below else _TICKS, -below - 1, -1)]


def _round_step(extent: Decimal, *, whole: bool) -> Decimal:
    if extent <= 0:
        return Decimal(1)
    step = extent / _TICKS
    power = Decimal(10) ** step.adjusted()
    rounded = next(round_step for round_step in _STEPS if round_step * power >= step) * power
    return max(rounded.to_integral_value(ROUND_CEILING), Decimal(1)) if whole else rounded


def column_chart(
    title: Text,
    points: Sequence[Point],
    tick_text: Any,
    *,
    label: Text,
    value: Text,
    before: Text = "",
    whole: bool = False,
) -> ColumnChart:
    """Draws up the bars of `points`; `tick_text` tells how a value on the scale reads.

    Less than nothing hangs below the baseline.  The scale of what is counted is `whole`, that of nothing has a 0 only.
    """
    values = [*(point.value for point in points), *(point.before or ZERO for point in points), ZERO]
    scale = scale_of(min(values), max(values), whole=whole)
    slot = _HUNDRED / max(len(points), 1)
    ticks = [(_text(_down(place, scale)), tick_text(place) if any(values) or not place else "") for place in scale]
    return ColumnChart(
        title,
        [
            _bar(point, number, slot, scale, width)
            for number, (point, width) in enumerate(zip(points, _label_widths(points), strict=True))
        ],
        ticks,
        value,
        label,
        before,
        _text(_down(ZERO, scale)) if scale[-1] else "",
    )


def _down(value: Decimal, scale: Sequence[Decimal]) -> Decimal:
    """How far below the top of the scale a value is, in percent."""
    return percent_of(scale[0] - value, scale[0] - scale[-1])


def _label_widths(points: Sequence[Point]) -> list[int]:
    """How wide a plot has to be for each label: all, every other, fourth or eighth of them, counted from the last."""
    texts = [str(point.label) for point in points]
    labels = [place for place, text in enumerate(texts) if text]
    needed = len(labels) * (max(map(len, texts), default=0) * _LETTER + _GAP)
    widths = [0] * len(points)
    for number, place in enumerate(reversed(labels)):
        every = next(every for every in (8, 4, 2, 1) if number % every == 0)
        widths[place] = next((width for width in _WIDTHS if width * every >= needed), _WIDTHS[-1])
    return widths


def _bar(point: Point, number: int, slot: Decimal, scale: Sequence[Decimal], label_width: int) -> Bar:
    upper, lower = _down(max(point.value, ZERO), scale), _down(min(point.value, ZERO), scale)
    left, width = slot * number, slot * 6 / 10
    return Bar(
        point=point,
        slot=_text(left),
        slot_width=_text(slot),
        x=_text(left + slot * 2 / 10),
        y=_text(upper),
        width=_text(width),
        height=_text(lower - upper),
        label_width=label_width,
        before_y="" if point.before is None else _text(_down(point.before, scale)),
        before_end=_text(left + slot * 8 / 10),
    )


def ranking(
    title: Text, points: Sequence[Point], *, label: Text, value: Text, note: Text = "", more: Sequence[Text] = ()
) -> Ranking:
    """Rows in the order given, each as long as its share of the longest."""
    longest = max((point.value for point in points), default=ZERO)
    rows = [
        Row(point, _text(percent_of(point.value, longest)), list(zip(more, point.more, strict=True)))
        for point in points
    ]
    return Ranking(title, rows, label, value, note, more)


def shares(title: Text, points: Sequence[Point], *, label: Text, value: Text, note: Text) -> ShareChart:
    """The points side by side, together the whole."""
    whole = sum((max(point.value, ZERO) for point in points), ZERO)
    shares, left = [], ZERO
    for point in points:
        width = percent_of(point.value, whole)
        shares.append(Share(point, _text(left), _text(width)))
        left += width
    return ShareChart(title, shares, label, value, note)


def spark_points(values: Sequence[Decimal], width: int = 100, height: int = 28) -> str:
    """The corners of a line through the values, left to right, the highest on top."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = high - low or Decimal(1)
    step = Decimal(width) / (len(values) - 1)
    inner = Decimal(height - 4)
    return " ".join(
        f"{_text(step * number)},{_text(2 + inner - (value - low) * inner / span)}"
        for number, value in enumerate(values)
    )


def _text(value: Decimal) -> str:
    """`12.5`: two decimals are finer than a pixel."""
    return f"{value.quantize(_FINE).normalize():f}"
