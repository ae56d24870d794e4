"""What looks like a secret is in no line, and what isn't one stays."""

import json
import logging
import sys

import pytest

from bigledger_crm.kernel.log_json import JsonFormatter
from bigledger_crm.kernel.log_lines import LineFormatter
from bigledger_crm.kernel.log_secrets import HIDDEN, without_secrets

SECRET = "S3cr3tOfTheDay"
KEY = "bl_live_0123456789abcdefghijABCDEFGHIJ12_abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}",
        f'{{"password": "{SECRET}"}}',
        f'{{\\"newPassword1\\": \\"{SECRET}\\"}}',
        f"{{'csrfmiddlewaretoken': '{SECRET}'}}",
        f"Authorization: Bearer {SECRET}",
        f"GET /api/v1/attachments/att_1?token={SECRET}&x=1",
        f"/login?state=abc&code={SECRET}",
        f"could not connect to postgresql://crm:{SECRET}@db/books",
        f"redis://:{SECRET}@cache:6379/0",
        f"Cookie: __Host-sessionid={SECRET}; csrftoken={SECRET}",
        f"METRICS_TOKEN={SECRET}",
        f"api_key: {SECRET}",
        f"whsec_{SECRET}",
        KEY.replace("0123456789", SECRET),
        f"IntegrityError: null value\nDETAIL:  Failing row contains (1, {SECRET}, x).\nCONTEXT: y",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    found = without_secrets(text)
    assert SECRET not in found
    assert HIDDEN in found


@pytest.mark.parametrize(
    "text",
    [
        "method=GET path=/api/v1/customers status=200 ms=12",
        "The customer has no token",
        "Email email_01hkx4w6z8e9tb3vnq0d5r7m2a could not be prepared",
        "https://crm.example.com/sign-in",
        'Key "id" of the object',
        "company=comp_01hkx4w6z8e9tb3vnq0d5r7m2a actor=key_01hkx4w6z8e9tb3vnq0d5r7m2a",
        "path=/settings/password status=302",
    ],
)
def test_all_else_stays(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.parametrize("formatter", [LineFormatter, JsonFormatter])
def test_lines_and_tracebacks_have_none(formatter: type[logging.Formatter]) -> None:
    try:
        raise ValueError(f"password={SECRET} of {KEY}")
    except ValueError:
        record = logging.makeLogRecord(
            {
                "name": "bigledger.test",
                "msg": f"token={SECRET} and part",
                "exc_info": sys.exc_info(),
                "secrets": ["part"],
            }
        )
    line = formatter().format(record)
    assert SECRET not in line
    assert KEY not in line
    assert "part" not in line
    assert "Traceback" in line


def test_json_is_one_object_on_one_line() -> None:
    fields = {"method": "GET", "path": '/x"\n', "status": 200, "ms": "12"}
    record = logging.makeLogRecord(
        {
            "name": "bigledger.access",
            "levelname": "INFO",
            "fields": fields,
            "request": "mine",
            "created": 1795853702.4171,
        }
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-11-28T08:15:02.417Z",
        "level": "INFO",
        "logger": "bigledger.access",
        "request": "mine",
        "address": "-",
        "company": "-",
        "actor": "-",
        **fields,
    }


def test_json_has_the_traceback_as_a_field() -> None:
    try:
        raise ValueError("bad\nvalue")
    except ValueError:
        record = logging.makeLogRecord(
            {"name": "x", "msg": "%s is %d", "args": ("broken", 1), "exc_info": sys.exc_info()}
        )
    found = json.loads(JsonFormatter().format(record))
    assert found["message"] == "broken is 1"
    assert found["exception"].startswith("Traceback (most recent call last):")
    assert found["exception"].endswith("ValueError: bad\nvalue")
