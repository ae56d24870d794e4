"""Lines as they are typed and pasted, without a database."""

import pytest

from sales.pages.differences import line_differences
from sales.pages.line_forms import Typed, changed_rows, pasted_rows, read_table, with_pasted

A, B, C = ({"description": text} for text in "abc")
ROWS: list[Typed] = [A, B, C]


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        ({"add_line": "1"}, [A, B, C, {}]),
        ({"move_up": "1"}, [B, A, C]),
        ({"move_up": "0"}, [A, B, C]),
        ({"move_down": "1"}, [A, C, B]),
        ({"move_down": "2"}, [A, B, C]),
        ({"move_down": "99"}, [A, B, C]),
        ({"remove_line": "1"}, [A, C]),
        ({"remove_line": "nonsense"}, [A, B, C]),
        ({}, None),
    ],
)
def test_buttons_change_the_rows(button: dict[str, str], rows: list[Typed] | None) -> None:
    assert changed_rows(ROWS, button) == rows


def test_the_last_line_that_goes_leaves_an_empty_one() -> None:
    assert changed_rows([A], {"remove_line": "0"}) == [{}]


def test_pasted_rows_stand_after_the_line_they_were_pasted_into() -> None:
    assert with_pasted([A, B, {}], [C], "0") == [A, C, B]
    assert with_pasted([A, {}, B], [C], "1") == [A, C, B]
    assert with_pasted([A, {}, {}], [C], "") == [A, C]
    assert with_pasted([{}], [C], "") == [C]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("a\tb\r\nc\td\n", [["a", "b"], ["c", "d"]]),
        ('"two\nlines"\t"say ""hi"""\t5', [["two\nlines", 'say "hi"', "5"]]),
        ('12" pipe\t1', [['12" pipe', "1"]]),
        ("a;1\nb;2", [["a", "1"], ["b", "2"]]),
        ("one; two\nthree", [["one; two"], ["three"]]),
        ("\n \t \n", []),
    ],
)
def test_a_spreadsheets_text_is_read_as_rows(text: str, table: list[list[str]]) -> None:
    assert read_table(text) == table


def _typed(**values: str) -> Typed:
    names = ("item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")
    return {name: values.get(name, "") for name in names}


def test_columns_are_read_in_order_or_by_their_headings() -> None:
    plain = pasted_rows("Design\t2\thour\t1,200.50\t10%\tsst\nwdg-001\t3", {"wdg-001": "WDG-001"}, ["SST"])
    assert plain == [
        _typed(
            description="Design (hour)",
            quantity="2",
            unit_price="1,200.50",
            discount_percent="10%",
            tax_code="SST",
        ),
        _typed(item_code="WDG-001", quantity="3"),
    ]
    named = pasted_rows("Price\tQty\tDescription\n5.00\t\tScrews\n", {}, [])
    assert named == [_typed(description="Screws", quantity="1", unit_price="5.00")]


def test_differences_pair_lines_by_what_they_were() -> None:
    theirs = [{"id": "1", "description": "a", "quantity": "2"}, {"id": "2", "description": "b"}]
    mine = [
        {"id": "2", "description": "b"},
        {"id": "1", "description": "a", "quantity": "3"},
        {"description": "new"},
        {},
    ]
    found = [(difference.theirs, difference.mine) for difference in line_differences(theirs, mine)]
    assert found == [("a · 2", "a · 3"), ("", "new")]
