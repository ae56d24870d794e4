"""pytest plugin: prints what was tried of each published endpoint, and how much of it holds, when the run ends."""

from typing import Any

import pytest

PROPERTY = "published"
_COLUMNS = {
    "served": "served",
    "parameters": "parameters",
    "request": "request fields",
    "response": "response fields",
    "errors": "errors",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, with a line for each endpoint that was walked; also where workers did the walking."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    properties = [part for report in reports for part in getattr(report, "user_properties", ())]
    walked = list({value["endpoint"]: value for name, value in properties if name == PROPERTY}.values())
    if not walked:
        return
    terminalreporter.section("the published API")
    lines = [("", *_COLUMNS.values()), *(_line(row) for row in walked)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        name, *cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        terminalreporter.write_line("  ".join([name, *cells]).rstrip())
    counts = [row.get(column, [0, 0]) for row in walked for column in _COLUMNS]
    done, total = (sum(count[part] for count in counts) for part in (0, 1))
    terminalreporter.write_line(f"{len(walked)} endpoints, {done}/{total}, {total - done} gaps")


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    counts = [row.get(column, [0, 0]) for column in _COLUMNS]
    return (row["endpoint"], *(f"{done}/{total}" if total else "-" for done, total in counts))
