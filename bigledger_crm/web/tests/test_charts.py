"""The geometry of charts, from plain values."""

from decimal import Decimal

import pytest

from bigledger_crm.web.charts import Point, column_chart, percent_of, ranking, scale_of, shares, spark_points


def _points(*values: int) -> list[Point]:
    return [Point(f"P{number}", Decimal(value), str(value)) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("largest", "top"),
    [
        ("0", "4"),
        ("4", "4"),
        ("4.01", "8"),
        ("37", "40"),
        ("41", "80"),
        ("99", "100"),
        ("12345", "20000"),
        ("0.9", "1"),
    ],
)
def test_a_scale_ends_at_four_round_steps(largest: str, top: str) -> None:
    assert scale_of(Decimal(0), Decimal(largest)) == [Decimal(top) * step / 4 for step in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("lowest", "largest", "scale"),
    [
        ("-5", "100", ["100", "50", "0", "-50"]),
        ("-0.5", "0", ["0", "-0.2", "-0.4", "-0.6"]),
        ("-100", "100", ["100", "50", "0", "-50", "-100"]),
    ],
)
def test_a_scale_goes_below_nothing_where_bars_do(lowest: str, largest: str, scale: list[str]) -> None:
    assert scale_of(Decimal(lowest), Decimal(largest)) == [Decimal(place) for place in scale]


@pytest.mark.parametrize(("largest", "top"), [("0", "4"), ("1", "4"), ("3", "4"), ("9", "12"), ("37", "40")])
def test_there_are_no_parts_of_what_is_counted(largest: str, top: str) -> None:
    assert scale_of(Decimal(0), Decimal(largest), whole=True)[0] == Decimal(top)


@pytest.mark.parametrize(("value", "whole", "percent"), [(1, 4, 25), (5, 4, 100), (-1, 4, 0), (1, 0, 0)])
def test_a_share_stays_between_nothing_and_all(value: int, whole: int, percent: int) -> None:
    assert percent_of(Decimal(value), Decimal(whole)) == percent


def test_columns_stand_on_the_baseline_and_share_the_width() -> None:
    chart = column_chart("Sales", _points(50, 100, 0), lambda value: f"{value:.0f}", label="Month", value="Sales")
    assert [(bar.slot, bar.y, bar.height) for bar in chart.bars] == [
        ("0", "50", "50"),
        ("33.33", "0", "100"),
        ("66.67", "100", "0"),
    ]
    assert [tick for tick, _ in chart.ticks] == ["0", "25", "50", "75", "100"]
    assert (chart.ticks[0][1], chart.baseline) == ("100", "")


def test_what_is_less_than_nothing_hangs_below_the_baseline() -> None:
    points = [Point("A", Decimal(100), "100", before=Decimal(-100)), Point("B", Decimal(-50), "-50")]
    chart = column_chart("Sales", points, str, label="Month", value="Sales")
    assert [(bar.y, bar.height, bar.before_y) for bar in chart.bars] == [("0", "50", "100"), ("50", "25", "")]
    assert chart.baseline == "50"
    assert [tick for tick, _ in chart.ticks] == ["0", "25", "50", "75", "100"]


@pytest.mark.parametrize("points", [[], _points(0, 0)])
def test_a_chart_of_nothing_has_a_scale_of_nothing(points: list[Point]) -> None:
    chart = column_chart("Sales", points, str, label="Month", value="Sales")
    assert [text for _, text in chart.ticks] == ["", "", "", "", "0"]
    assert [bar.height for bar in chart.bars] == ["0"] * len(points)


@pytest.mark.parametrize(
    ("labels", "widths"),
    [
        (["A", "B"], [8, 8]),
        (["Overdue", *["28 Dec"] * 7], [32, 16, 32, 8, 32, 16, 32, 8]),
        (["1 Oct", "", "3 Oct", "", "5 Oct"], [8, 0, 12, 0, 8]),
    ],
)
def test_labels_are_shown_where_they_have_room(labels: list[str], widths: list[int]) -> None:
    points = [Point(label, Decimal(1), "1") for label in labels]
    chart = column_chart("Sales", points, str, label="Day", value="Sales")
    assert [bar.label_width for bar in chart.bars] == widths


def test_the_year_before_raises_the_scale() -> None:
    point = Point("P", Decimal(10), "10", before=Decimal(40))
    chart = column_chart("Sales", [point], str, label="Month", value="Sales")
    assert (chart.bars[0].height, chart.bars[0].before_y) == ("25", "0")


def test_rows_are_as_long_as_their_share_of_the_longest() -> None:
    assert [row.width for row in ranking("R", _points(200, 50, 0), label="L", value="V").rows] == ["100", "25", "0"]


def test_parts_follow_each_other() -> None:
    drawn = shares("S", _points(1, 0, 3), label="L", value="V", note="N")
    assert [(part.x, part.width) for part in drawn.shares] == [("0", "25"), ("25", "0"), ("25", "75")]


def test_a_spark_line_goes_from_edge_to_edge() -> None:
    assert spark_points([Decimal(1), Decimal(3), Decimal(2)]) == "0,26 50,2 100,14"
    assert spark_points([Decimal(5), Decimal(5)]) == "0,26 100,26"
    assert spark_points([Decimal(5)]) == ""
