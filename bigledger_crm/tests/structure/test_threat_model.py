"""Every test that the threat model names exists, and every line of its checklists names one or says why not."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = re.compile(r"`([\w./]+\.py)::(\w+)`")
CHAPTERS = range(1, 18)


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    (section,) = re.findall(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 100
    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in functions_of(path)
    ]
    assert missing == []
    assert TEXT.count("::") == len(named), "a test is written `path/test_file.py::test_name`"


@pytest.mark.parametrize("heading", ["Attackers", "Ways in", "OWASP API Security Top 10"])
def test_every_line_has_a_test(heading: str) -> None:
    assert [row[0] for row in rows(heading) if not NAMED.search(row[-1])] == []


def test_the_ten_risks_are_there() -> None:
    assert [row[0].split()[0] for row in rows("OWASP API Security Top 10")] == [
        f"API{number}" for number in range(1, 11)
    ]


def test_every_section_has_a_test_or_says_that_it_has_none() -> None:
    found = rows("OWASP ASVS 5.0")
    for section, _holds, test, missing in found:
        assert NAMED.search(test) or missing.startswith(("not covered", "not applicable")), section
    assert {int(chapter) for row in found for chapter in re.findall(r"\bV(\d+)", row[0])} == set(CHAPTERS)
