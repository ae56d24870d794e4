"""Rows of spreadsheets as lines, without a database: what isn't understood stays where it was, and is refused."""

from typing import TYPE_CHECKING

import pytest

from sales.pages.line_forms import Typed
from sales.pages.pasted_columns import Known
from sales.pages.pasting import Pasted, filled_down, pasted_rows, read_table, with_pasted

if TYPE_CHECKING:
    from sales.pages.line_forms import Typed

KNOWN = Known({code.casefold(): code for code in ("PAP-A4", "DSK-120", "007", "WDG-001")}, {"sst": "SST"}, "MYR")
A, B, C = ({"description": text} for text in "abc")
NAMES = ("item_code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")


def test_pasted_rows_stand_after_the_line_they_were_pasted_into() -> None:
    assert with_pasted([A, B, {}], [C], "0") == ([A, C, B], 1)
    assert with_pasted([A, {}, B], [C], "1") == ([A, C, B], 1)
    assert with_pasted([A, {}, {}], [C], "") == ([A, C], 1)
    assert with_pasted([{}], [C], "") == ([C], 0)


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


def _paste(text: str, start: str = "") -> Pasted:
    return pasted_rows(read_table(text), KNOWN, start)


def _cells(text: str, start: str = "") -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in NAMES) for row in _paste(text, start).rows]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        # the lines' own order, with and without a unit
        ("PAP-A4\t\t5\t62.50", ("PAP-A4", "", "5", "", "62.50", "", "")),
        ("\tBinder clips\t12\t3.20", ("", "Binder clips", "12", "", "3.20", "", "")),
        ("PAP-A4\tPaper\t5\tream\t62.50\t10\tSST", ("PAP-A4", "Paper", "5", "ream", "62.50", "10", "SST")),
        ("PAP-A4\tPaper\t5\t62.50\t10%\tsst", ("PAP-A4", "Paper", "5", "", "62.50", "10%", "SST")),
        ("PAP-A4\t\t5", ("PAP-A4", "", "5", "", "", "", "")),
        # item or description in one column
        ("DSK-120\t2\t300.00", ("DSK-120", "", "2", "", "300.00", "", "")),
        ("007\t10\t6.50", ("007", "", "10", "", "6.50", "", "")),
        ("007\t10\tRM 6.50", ("007", "", "10", "", "RM 6.50", "", "")),
        ("Binder clips\t12\t3.20", ("", "Binder clips", "12", "", "3.20", "", "")),
        ("Design\t2\thour\t1,200.50\t10%\tsst", ("", "Design", "2", "hour", "1,200.50", "10%", "SST")),
        ("wdg-001\t3", ("WDG-001", "", "3", "", "", "", "")),
        ("wdg-001\t3\t\t5", ("WDG-001", "", "3", "", "5", "", "")),
        ("Design\t2.5 hours\t80", ("", "Design", "2.5", "hours", "80", "", "")),
        ("Design\t1\t80\t\tno tax", ("", "Design", "1", "", "80", "", "-")),
        # what can't be read stays in its cell, for the rules to refuse
        ("DSK-120\t2\t300,00", ("DSK-120", "", "2", "", "300,00", "", "")),
        ("DSK-120\t2\t1.234,56", ("DSK-120", "", "2", "", "1.234,56", "", "")),
        ("DSK-999\t2\t300.00", ("DSK-999", "", "2", "", "300.00", "", "")),
        ("008\t10\t6.50", ("008", "", "10", "", "6.50", "", "")),
        ("XYZ-9\t\t5\t62.50", ("XYZ-9", "", "5", "", "62.50", "", "")),
        ("DSK-120\t2\tUSD 300.00", ("DSK-120", "", "2", "", "USD 300.00", "", "")),
        ("007\t10\tRM6.50/pcs", ("007", "", "10", "", "RM6.50/pcs", "", "")),
        ("007\t10\tFOC", ("007", "", "10", "", "FOC", "", "")),
        ("DSK-120\tmany\t300.00", ("DSK-120", "many", "300.00", "", "", "", "")),
        ("DSK-120\t2\t30\t60", ("DSK-120", "", "2", "", "30", "60 ?", "")),
        ("DSK-120\t2\t300\t600", ("DSK-120", "", "2", "", "300", "600 ?", "")),
        ("PAP-A4\t\t\t62.50", ("PAP-A4", "", "", "", "62.50", "", "")),
    ],
)
def test_each_cell_is_what_its_place_says(text: str, cells: tuple[str, ...]) -> None:
    assert _cells(text) == [cells]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Price\tQty\tDescription\n5.00\t2\tScrews", ("", "Screws", "2", "", "5.00", "", "")),
        ("Code\tQty\tU/Price (RM)\n007\t10\t6.50", ("007", "", "10", "", "RM 6.50", "", "")),
        ("Code\tQty\tUnit Price USD\n007\t10\t6.50", ("007", "", "10", "", "USD 6.50", "", "")),
        ("Code\tQty\tPrice (RM)\n007\t10\t€ 6.50", ("007", "", "10", "", "€ 6.50", "", "")),
        ("SKU\tUOM\tQty.\tRate\tDisc. %\tTax code\n007\tbox\t1\t2\t5\tsst", ("007", "", "1", "box", "2", "5", "SST")),
        ("Item\tQty\tPrice\tDiscount (RM)\n007\t1\t20\t5", ("007", "", "1", "", "20", "RM 5", "")),
        ("Item\tQty\tPrice\tDiscount amount\n007\t1\t20\t5", ("007", "", "1", "", "20", "MYR 5", "")),
        ("Item\tQty\tPrice\tAmount\n007\t2\t6.50\t13.00", ("007", "", "2", "", "6.50", "", "")),
        ("Item\tQty\tAmount\n007\t2\t13.00", ("007", "", "2", "", "13.00 ÷ 2", "", "")),
        ("Kod Barang\tKuantiti\tHarga seunit (RM)\n007\t2\t6.50", ("007", "", "2", "", "RM 6.50", "", "")),
        ("品名\t数量\t单价\n螺丝\t2\t6.50", ("", "螺丝", "2", "", "6.50", "", "")),
        ("Item\tQty\tPrice\nCopy paper\t2\t6.50", ("", "Copy paper", "2", "", "6.50", "", "")),
        # what may be a price is for a person to judge: the item's own price would stand in for it
        ("Item\tQty\tUnit cost\n007\t2\t6.50", ("007", "", "2", "", "6.50 ?", "", "")),
        ("Item\tQty\tNet price\n007\t2\tRM 6.50", ("007", "", "2", "", "RM 6.50 ?", "", "")),
        ("Item\tQty\tU/P\n007\t2\t6.50", ("007", "", "2", "", "6.50 ?", "", "")),
        ("Item\tQty\n007\t2\t6.50", ("007", "", "2", "", "6.50 ?", "", "")),
        ("Item\tPrice\tNet price\tQty\n007\t\t6.50\t2", ("007", "", "2", "", "", "", "")),
        ("\tItem\tQty\tColour\tCost centre\n1\t007\t2\t3\t4", ("007", "", "2", "", "", "", "")),
        ("Description\tQty\tPrice\nwdg-001\t2\t6.50", ("WDG-001", "", "2", "", "6.50", "", "")),
        ("Description\tQty\tPrice\nScrews\t\t6.50", ("", "Screws", "", "", "6.50", "", "")),
    ],
)
def test_headings_decide_where_there_are_any(text: str, cells: tuple[str, ...]) -> None:
    assert _cells(text) == [cells]


def test_columns_without_a_meaning_are_named() -> None:
    named = _paste("Colour\tItem\tQty\tPrice\tPrice (RM)\tAmount\nred\t007\t1\t2\t3\t4")
    assert named.left_out == ["Colour", "Price (RM)", "Amount"]
    assert named.notes == ["These columns were left out: Colour, Price (RM), Amount"]
    assert [named.rows[0][name] for name in NAMES] == ["007", "", "1", "", "2", "", ""]
    beyond = _paste("PAP-A4\tPaper\t5\tream\t62.50\t10\tSST\t281.25")
    assert beyond.notes == ["This column was left out: column 8"]
    assert _paste("Item\tQty\n007\t1\t6.50").notes == ["This column was left out: column 3"]
    assert _paste("007\t1").notes == []


def test_one_order_of_columns_is_found_for_all_rows() -> None:
    assert _cells("PAP-A4\t\t5\t62.50\nScrews\t\t2\t1.00\n\tBolts\t3\t2.00") == [
        ("PAP-A4", "", "5", "", "62.50", "", ""),
        ("Screws", "", "2", "", "1.00", "", ""),
        ("", "Bolts", "3", "", "2.00", "", ""),
    ]
    assert _cells("Design\t2\thour\t50\nScrews\t10\t\t0.20") == [
        ("", "Design", "2", "hour", "50", "", ""),
        ("", "Screws", "10", "", "0.20", "", ""),
    ]


def test_figures_are_pasted_from_the_cell_on_that_they_are_pasted_into() -> None:
    pasted = _paste("12\t3.20\n13\t4.20", "quantity")
    assert [row["quantity"] + "@" + row["unit_price"] for row in pasted.rows] == ["12@3.20", "13@4.20"]
    rows: list[Typed] = [{"description": "a", "tax_code": "SST", "unit_price": "9"}]
    assert filled_down(rows, pasted.rows, ["quantity", "unit_price"], 0) == [
        {"description": "a", "tax_code": "SST", "quantity": "12", "unit_price": "3.20"},
        {"quantity": "13", "unit_price": "4.20"},
    ]
    assert [row["unit_price"] for row in _paste("3.20\n4.20", "unit_price").rows] == ["3.20", "4.20"]
    assert pasted.names == ("quantity", "unit_price")
    gap = read_table("1\n\n3\n\n", with_blank_rows=True)
    assert [row["quantity"] for row in pasted_rows(gap, KNOWN, "quantity").rows] == ["1", "", "3"]
    counted = _paste("5 box", "quantity")
    assert filled_down(rows, counted.rows, counted.names, 0)[0]["unit"] == "box"
    assert _paste("3.20\t5", "unit_price").rows[0]["discount_percent"] == "5"


def test_rows_of_different_lengths_have_orders_of_their_own() -> None:
    assert _cells("PAP-A4\t\t5\t62.50\nDSK-120\t2\t300.00\n007\t10\t6.50") == [
        ("PAP-A4", "", "5", "", "62.50", "", ""),
        ("DSK-120", "", "2", "", "300.00", "", ""),
        ("007", "", "10", "", "6.50", "", ""),
    ]
