from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bigledger_crm.embedded.loopback_ports import HOST
from bigledger_crm.embedded.tests.test_mail import PASSWORD, serving
from bigledger_crm.health import checks, findings
from bigledger_crm.health.findings import Finding
from bigledger_crm.kernel import clock


def test_a_line_says_what_is_in_order_or_what_to_do() -> None:
    assert str(Finding("pg_trgm", "there")) == "ok  pg_trgm: there"
    assert str(Finding("pg_trgm", "missing", "CREATE EXTENSION")) == "!!  pg_trgm: missing; CREATE EXTENSION"


@pytest.mark.django_db
def test_the_tests_own_servers_are_in_order() -> None:
    found = [*findings.database(), *findings.broker()]
    assert [finding.subject for finding in found] == [
        "database",
        "database role",
        "pg_trgm",
        "migrations",
        "broker",
    ]
    assert not any(finding.remedy for finding in found)


def test_servers_that_do_not_run_are_named(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (broker,) = findings.broker()
    assert str(broker) == "!!  broker: no answer; start manage.py up, or check the server in REDIS_URL"
    (smtp,) = findings.mail()
    assert str(smtp).startswith("!!  mail: 127.0.0.1:1 accepts no email (No connection to the mail server: ")


def test_a_mail_server_that_answers(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.CAPTURED_MAIL = tmp_path
    with serving(tmp_path) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bigledger", "wrong"
        (refused,) = findings.mail()
        settings.EMAIL_HOST_PASSWORD = PASSWORD
        (finding,) = findings.mail()
    refusal = f"!!  mail: 127.0.0.1:{port} accepts no email (No connection to the mail server: (535"
    assert str(refused).startswith(refusal)
    assert str(finding) == f"ok  mail: 127.0.0.1:{port} answers, emails are kept as files"


def test_a_set_clock_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    (running,) = findings.product_clock()
    assert "BIGLEDGER_CLOCK" not in str(running)
    monkeypatch.setenv("BIGLEDGER_CLOCK", "2024-01-15T09:00:00+08:00")
    monkeypatch.setattr(clock, "is_shifted", lambda: True)
    (shifted,) = findings.product_clock()
    assert "set by BIGLEDGER_CLOCK=2024-01-15T09:00:00+08:00" in str(shifted)


def test_a_full_disk_needs_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not next(findings.disk()).remedy
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 2**80)
    assert next(findings.disk()).remedy == "free some space; PostgreSQL stops when the disk is full"


def test_a_library_that_is_not_there() -> None:
    assert not findings.loadable("libnothing.so.0")


def test_the_exit_status_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = StringIO()
    monkeypatch.setattr(findings, "CHECKS", (lambda: iter([Finding("a", "fine")]),))
    call_command("doctor", stdout=lines)
    assert lines.getvalue() == "ok  a: fine\n"
    monkeypatch.setattr(findings, "CHECKS", (lambda: iter([Finding("a", "bad", "mend it")]),))
    with pytest.raises(CommandError):
        call_command("doctor", stdout=lines)
    assert lines.getvalue().endswith("!!  a: bad; mend it\n")
