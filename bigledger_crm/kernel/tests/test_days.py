"""Days as they are typed: by one rule on the server and in the browser."""

import json
import subprocess
from datetime import date

import pytest
from django.conf import settings
from playwright._impl._driver import compute_driver_executable, get_driver_env

from bigledger_crm.kernel.days import read_day
from bigledger_crm.kernel.tests.day_cases import CASES, TODAY

SCRIPT = """
import { dayInWords, readDay } from %(module)s;
const shown = (day) => [day, day && dayInWords(day)];
console.log(JSON.stringify(%(typed)s.map((text) => shown(readDay(text, %(today)s)))));
"""


@pytest.mark.parametrize(("text", "day"), CASES)
def test_a_day_that_is_typed(text: str, day: str) -> None:
    assert read_day(text, TODAY) == (date.fromisoformat(day) if day else None)


def test_the_calendar_has_an_end() -> None:
    assert read_day("+1", date.max) is None
    assert read_day("-1", date.min) is None
    assert read_day("fri", date.max) is None
    assert read_day("31/12/9999", TODAY) == date.max


def in_browser(typed: list[str]) -> list[tuple[str, str]]:
    """What `static/js/day-field.js` reads, and how it shows that; in the program that runs Chromium's driver."""
    values = {
        "module": (settings.BASE_DIR / "static" / "js" / "day-field.js").as_uri(),
        "typed": typed,
        "today": TODAY.isoformat(),
    }
    script = SCRIPT % {name: json.dumps(value) for name, value in values.items()}
    node = str(compute_driver_executable()[0])
    command = [node, "--no-warnings", "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=get_driver_env())
    assert done.returncode == 0, done.stderr
    return [(day, words) for day, words in json.loads(done.stdout)]


def test_the_browser_reads_days_by_the_same_rule() -> None:
    found = in_browser([text for text, _day in CASES])
    assert [(text, day) for (text, _), (day, _words) in zip(CASES, found, strict=True)] == CASES


def test_what_the_browser_shows_is_read_as_the_same_day() -> None:
    shown = {words: day for day, words in in_browser([day for _text, day in CASES if day])}
    assert "3 Apr 2026" in shown
    assert {words: str(read_day(words, TODAY)) for words in shown} == shown
