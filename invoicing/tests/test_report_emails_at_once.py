"""Saved reports by email with several workers at the same moment, and with one that dies."""

from typing import Any
from unittest.mock import patch

import pytest

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.threads import at_once
from invoicing import tasks
from invoicing.models import SavedReportEmail
from invoicing.reports.mailing import send_due_reports
from invoicing.tests.report_runs import at, scheduled, sent

pytestmark = pytest.mark.usefixtures("committed", "no_broker")


def test_two_sweeps_at_once_send_one_email_each(actor: Actor, alice: User, bob: User) -> None:
    with company_scope(actor.company):
        saved = scheduled(actor, alice, bob)
    with at("2024-01-15"):
        counts, failures = at_once([send_due_reports] * 4)
        tasks.send_saved_reports.run()
    assert (sum(counts), failures) == (2, [])
    with company_scope(actor.company):
        assert sent(saved) == [("01-15", alice.email), ("01-15", bob.email)]
        assert OutboxEmail.objects.count() == 2


def test_what_dies_between_the_email_and_its_row_leaves_neither(actor: Actor, alice: User, bob: User) -> None:
    with company_scope(actor.company):
        scheduled(actor, alice, bob)
    real = SavedReportEmail.objects.create
    died: list[int] = []

    def dies_once(**fields: Any) -> SavedReportEmail:
        if not died:
            died.append(OutboxEmail.objects.count())
            raise ConnectionError("the worker died")
        return real(**fields)

    with at("2024-01-15"), patch.object(SavedReportEmail.objects, "create", dies_once):
        with pytest.raises(ExceptionGroup):
            send_due_reports()
        assert died == [1]  # it was queued, and that was undone; the other one went
        with company_scope(actor.company):
            assert OutboxEmail.objects.count() == 1
        assert send_due_reports() == 1
        assert send_due_reports() == 0
