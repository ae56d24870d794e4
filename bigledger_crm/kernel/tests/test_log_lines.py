"""Whatever is logged, a line is one line and a field is one field."""

import logging
import re
import sys

import pytest

from bigledger_crm.kernel.log_lines import LineFormatter, quoted

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ \S+((?: [a-z]+=(?:[^\s\"=]+|\"(?:[^\"\\]|\\.)*\"))+)")
FIELD = re.compile(r' ([a-z]+)=(?:([^\s"=]+)|"((?:[^"\\]|\\.)*)")')
HOSTILE = (
    'x" actor=owner',
    "x actor=owner",
    "x\n2026-11-28T08:15:02.417Z INFO bigledger.access request=1 actor=owner",
    "x\r\nforged",
    "x\x1b[2J",
    "x\u2028y\u2029\x85z\x0b\x0c",
    "x\u202egnp.exe",
    "\\",
    '\\" a=b',
    "=",
    "",
    " ",
    "\x00\x7f",
    "\ud800",
    "発票 Zoë",
)


def _line(message: str = "said", exc_info: object = None, **more: object) -> str:
    record = logging.makeLogRecord({"name": "bigledger.test", "levelname": "INFO", "msg": message, **more})
    record.exc_info = exc_info  # type: ignore[assignment]
    return LineFormatter().format(record)


def _fields(line: str) -> list[str]:
    found = LINE.fullmatch(line)
    assert found is not None, line
    return [name for name, _plain, _quoted in FIELD.findall(found[1])]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_no_value_forges_a_line_or_a_field(value: str) -> None:
    usual = ["request", "address", "company", "actor"]
    assert _fields(_line(value)) == [*usual, "message"]
    for name in usual:
        assert _fields(_line(**{name: value})) == [*usual, "message"]
    line = _line(fields={"method": value, "path": value})
    assert _fields(line) == [*usual, "method", "path"]
    assert line.isprintable()


def test_words_stay_as_they_are() -> None:
    for text in ("GET", "/api/v1/customers", "192.0.2.7", "[::1]", "key_01hkx4w6z8e9tb3vnq0d5r7m2a", "200"):
        assert quoted(text) == text
    assert quoted("発票 Zoë") == '"発票 Zoë"'
    assert quoted('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'


def test_the_time_is_there() -> None:
    line = _line(created=1795853702.4171)
    assert line.startswith("2026-11-28T08:15:02.417Z INFO bigledger.test request=- address=- company=- actor=- ")


def test_a_traceback_forges_none_either() -> None:
    try:
        raise ValueError("bad\n2026-11-28T08:15:02.417Z INFO bigledger.access request=1 actor=owner\x1b[2J\u2028x")
    except ValueError:
        first, *others = _line("broken", exc_info=sys.exc_info()).split("\n")
    assert _fields(first)[-1] == "message"
    assert all(line.startswith("  | ") and line.isprintable() for line in others)
    assert any("ValueError: bad" in line for line in others)
