"""The machine's clock was a day ahead and is set right: nothing waits for that day to pass."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from pytest_django import Settings

from bigledger_crm.outbox import delivery, delivery_results, sweeper
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.models import OutboxAttempt, OutboxEmail, WebhookDelivery
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import Killed, row
from bigledger_crm.outbox.webhooks import delivery as webhook_delivery
from bigledger_crm.outbox.webhooks import services as webhooks
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.mail_server import MailServer
from bigledger_crm.testing.webhook_receiver import receiver

WRONG = datetime(2026, 11, 29, 9, tzinfo=UTC)
RIGHT = WRONG - timedelta(days=1)


def test_a_queued_email_goes(queue: Queue, mail_server: MailServer) -> None:
    with time_machine.travel(WRONG, tick=False):
        email = queue(with_pdf=False)
    with time_machine.travel(RIGHT, tick=False):
        assert sweeper.due() == [email.pk]
        assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_an_email_whose_worker_died_goes(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(email: OutboxEmail, attachment: object) -> None:
        raise Killed

    with time_machine.travel(WRONG, tick=False):
        email = queue(with_pdf=False)
        with monkeypatch.context() as patched:
            patched.setattr("bigledger_crm.outbox.message.build", die)
            with pytest.raises(Killed):
                delivery.deliver(email.pk)
    with time_machine.travel(RIGHT, tick=False):
        assert sweeper.due() == [email.pk]
        assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_an_email_waits_for_its_next_try_no_longer_than_ever(queue: Queue, mail_server: MailServer) -> None:
    mail_server.answers["DATA"] = ["451 Try later"]
    with time_machine.travel(WRONG, tick=False):
        email = queue(with_pdf=False)
        delivery.deliver(email.pk)
    with time_machine.travel(RIGHT, tick=False):
        assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_a_conversation_that_broke_off_is_noticed(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: object) -> None:
        raise Killed

    with time_machine.travel(WRONG, tick=False):
        email = queue(with_pdf=False)
        with monkeypatch.context() as patched:
            patched.setattr("bigledger_crm.outbox.smtp.send", die)
            with pytest.raises(Killed):
                delivery.deliver(email.pk)
    with time_machine.travel(RIGHT, tick=False):
        sweeper.sweep()
        assert (row(email).status, row(email).next_attempt_at) == ("unknown", RIGHT + delivery_results.resend_after())


def test_a_worker_that_is_sending_an_email_is_not_disturbed(queue: Queue, mail_server: MailServer) -> None:
    """A clock that goes a second before this one is no clock that was set back."""
    email = queue(with_pdf=False)
    with time_machine.travel(RIGHT, tick=False):
        OutboxEmail.unscoped.filter(pk=email.pk).update(claimed_at=RIGHT + timedelta(seconds=1), next_attempt_at=RIGHT)
        assert sweeper.due() == []
        assert not delivery.deliver(email.pk)
    assert OutboxAttempt.unscoped.count() == 0


def test_an_email_that_failed_under_the_wrong_clock_waits_no_longer(queue: Queue, mail_server: MailServer) -> None:
    mail_server.answers["DATA"] = ["451 Try later", "451 Try later"]
    with time_machine.travel(WRONG, tick=False):
        email = queue(with_pdf=False)
        delivery.deliver(email.pk)
        OutboxEmail.unscoped.filter(pk=email.pk).update(next_attempt_at=WRONG + timedelta(minutes=1))
    with time_machine.travel(WRONG - timedelta(hours=5), tick=False):
        assert sweeper.due() == [email.pk]
        assert delivery.deliver(email.pk)
        assert sweeper.due() == []  # for what the right clock planned is waited


def test_a_webhook_about_to_retry_waits_no_longer(actor: Actor, notified: list[UUID]) -> None:
    with receiver() as there, override_settings(WEBHOOK_ALLOW_PRIVATE=True), company_scope(actor.company):
        there.status = 500
        with time_machine.travel(WRONG, tick=False):
            webhooks.create_endpoint(actor, EndpointInput(url=there.url, events=["customer.created"]))
            make_customer(actor)
            told = WebhookDelivery.objects.get()
            assert webhook_delivery.deliver(told.pk)
            assert sweeper.due_webhooks() == []
        with time_machine.travel(RIGHT, tick=False):
            assert sweeper.due_webhooks() == [told.pk]
            assert webhook_delivery.deliver(told.pk)
            assert sweeper.due_webhooks() == []  # for what the right clock planned is waited
        assert WebhookDelivery.objects.get().attempts == 2


def test_events_are_told(actor: Actor, notified: list[UUID]) -> None:
    with receiver() as there, override_settings(WEBHOOK_ALLOW_PRIVATE=True), company_scope(actor.company):
        with time_machine.travel(WRONG, tick=False):
            webhooks.create_endpoint(actor, EndpointInput(url=there.url, events=["customer.created"]))
            make_customer(actor)
            WebhookDelivery.objects.update(claimed_at=WRONG)
        told = WebhookDelivery.objects.get()
        with time_machine.travel(RIGHT, tick=False):
            assert sweeper.due_webhooks() == [told.pk]
            assert webhook_delivery.deliver(told.pk)
        assert WebhookDelivery.objects.get().status == "delivered"


def test_the_limit_of_an_hour_counts_no_email_of_tomorrow(queue: Queue, actor: Actor, settings: Settings) -> None:
    settings.BIGLEDGER_MAILS_PER_HOUR = 1
    with time_machine.travel(WRONG, tick=False):
        queue(with_pdf=False)
    with time_machine.travel(RIGHT, tick=False):
        queue(with_pdf=False)
        with pytest.raises(EmailLimitReached), transaction.atomic():
            queue(with_pdf=False)
