"""Lines as they are typed, without a database."""

import pytest

from sales.pages.edit_conflicts import line_differences
from sales.pages.line_forms import Typed, changed_rows

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
