"""OUTGOING=off: nothing leaves, nothing is lost."""

from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from bigledger_crm import environment
from bigledger_crm.health import findings
from bigledger_crm.outbox import delivery, sweeper
from bigledger_crm.outbox.models import OutboxAttempt
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import row
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.mail_server import MailServer

BANNER = "This system sends nothing."


def test_emails_stay_queued_and_go_when_it_is_on_again(
    queue: Queue, mail_server: MailServer, notified: list[UUID], settings: Settings
) -> None:
    settings.OUTGOING = False
    email = queue(with_pdf=False)
    notified.clear()
    assert sweeper.sweep() == 0
    assert not delivery.deliver(email.pk)
    assert (notified, mail_server.delivered) == ([], [])
    assert (row(email).status, row(email).attempts, OutboxAttempt.unscoped.count()) == ("queued", 0, 0)
    settings.OUTGOING = True
    assert sweeper.sweep() == 1
    assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_every_page_says_so(client: Client, alice: User, settings: Settings) -> None:
    client.force_login(alice)
    assert BANNER not in flat(client.get("/outbox"))
    settings.OUTGOING = False
    for url in ("/", "/outbox", "/settings/webhooks"):
        assert BANNER in flat(client.get(url))


def test_the_doctor_says_so(settings: Settings) -> None:
    assert [str(finding) for finding in findings.outgoing()] == ["ok  outgoing: on"]
    settings.OUTGOING = False
    assert [str(finding) for finding in findings.outgoing()] == [
        "!!  outgoing: off; emails and webhooks stay queued; set OUTGOING=on, unless this is a copy"
    ]


@pytest.mark.parametrize(("text", "on"), [(None, True), ("on", True), ("off", False), ("false", False), ("0", False)])
def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, text: str | None, on: bool) -> None:
    if text is not None:
        monkeypatch.setenv("OUTGOING", text)
    assert environment.outgoing() is on
