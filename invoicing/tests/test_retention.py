"""How long data is kept: the rehearsal, the night, and what is never removed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from bigledger_crm.account.models import Invitation
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import write_note
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.privacy import retention
from bigledger_crm.privacy.models import RetentionSetting
from bigledger_crm.privacy.retention_rules import months_before, retention_rules
from bigledger_crm.tenancy.actor import Actor, actor_for_member, system_actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import make_customer, make_quote, make_settlement
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.raw_sql import execute
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.services import create_contact
from invoicing.integrity import check_integrity

pytestmark = pytest.mark.usefixtures("in_company")

NOTHING: dict[str, int | None] = dict.fromkeys(rule.name for rule in retention_rules)
URL = "/settings/data/retention"


def ago(**span: int) -> datetime:
    return clock.now() - timedelta(**span)


def make_email(actor: Actor, *, days: int, status: str = "withdrawn", **fields: Any) -> OutboxEmail:
    """An email so many days old; one that isn't queued is finished."""
    facts = {"kind": "invoice.sent", "related_id": actor.company.pk, "subject": "Yours", "body": "Dear Mei", **fields}
    times = {"created_at": ago(days=days), "next_attempt_at": clock.now() if status == "queued" else None}
    texts = {"to": ["mei@example.com"], "message_id": f"<{ids.new_id()}@example.com>", "created_by": actor.id}
    return OutboxEmail.objects.create(company=actor.company, status=status, **facts, **times, **texts)


def setting(actor: Actor, rule: str, months: int) -> RetentionSetting:
    row = RetentionSetting.objects.create(company=actor.company, rule=rule, months=months, applied_at=ago(days=2))
    return RetentionSetting.objects.select_related("company").get(pk=row.pk)


def test_a_rehearsal_shows_what_would_go_and_removes_nothing(actor: Actor) -> None:
    for days in (500, 400, 300):
        make_email(actor, days=days, subject=f"Email of {days}")
    make_email(actor, days=400, status="queued")
    (emails,) = retention.rehearse(actor, NOTHING | {"emails": 12})
    assert (emails.rule.name, emails.count) == ("emails", 2)
    told = [emails.rule.example(row) for row in emails.examples]
    assert told == ["Email of 500 (mei@example.com)", "Email of 400 (mei@example.com)"]
    assert OutboxEmail.objects.filter(emptied_at=None).count() == 4
    assert not RetentionSetting.objects.exists()


def test_what_is_old_goes_at_night_and_the_audit_log_says_how_much(actor: Actor) -> None:
    old, young, waiting = (
        make_email(actor, days=400),
        make_email(actor, days=300),
        make_email(actor, days=400, status="queued"),
    )
    setting(actor, "emails", 12)
    retention.apply_due()
    assert (OutboxEmail.objects.get(pk=old.pk).body, OutboxEmail.objects.get(pk=old.pk).to) == ("", [])
    assert {email.body for email in OutboxEmail.objects.filter(pk__in=[young.pk, waiting.pk])} == {"Dear Mei"}
    entry = AuditEntry.objects.get(event="company.retention_applied")
    assert (entry.actor_name, entry.note, entry.changes["removed"]) == ("BigLedger", "emails", 1)
    retention.apply_due()
    retention.apply(RetentionSetting.objects.select_related("company").get())
    assert AuditEntry.objects.filter(event="company.retention_applied").count() == 1, "nothing was left to do"


def test_a_run_has_an_end_and_the_next_goes_on(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(retention_rules._entries, "emails", replace(retention_rules["emails"], batch=1))
    monkeypatch.setattr(retention, "MAX_BATCHES", 2)
    for _ in range(3):
        make_email(actor, days=400)
    row = setting(actor, "emails", 12)
    assert retention.apply(row) == 2
    assert RetentionSetting.objects.get().applied_at == row.applied_at, "still due"
    assert retention.apply(row) == 1
    assert RetentionSetting.objects.get().applied_at > row.applied_at


def test_others_keep_what_they_have(actor: Actor) -> None:
    other_company = Company.objects.create(name="Other Sdn Bhd", currency="MYR")
    make_email(actor, days=400)
    theirs = make_email(system_actor(other_company), days=400)
    setting(actor, "emails", 12)
    retention.apply_due()
    emptied = OutboxEmail.unscoped.exclude(emptied_at=None)
    assert [email.company for email in emptied] == [actor.company]
    assert OutboxEmail.unscoped.get(pk=theirs.pk).body == "Dear Mei"


def test_the_audit_log_is_kept_as_long_as_the_books(actor: Actor) -> None:
    def entry(days: int) -> AuditEntry:
        facts = {
            "actor_id": actor.id,
            "actor_name": "Alice",
            "event": "invoice.created",
            "subjects": [actor.company.pk],
        }
        return AuditEntry.objects.create(company=actor.company, occurred_at=ago(days=days), **facts)

    old, told, young = entry(9 * 366), entry(9 * 366), entry(6 * 366)
    hook = create_endpoint(actor, EndpointInput(url="https://hooks.example.com/", events=["*"]))
    WebhookDelivery.objects.create(company=actor.company, endpoint=hook, event=told, event_type=told.event)
    with pytest.raises(InvalidData) as refusal:
        retention.save_retention(actor, NOTHING | {"audit-entries": 83, "emails": 0})
    assert {error.path for error in refusal.value.errors} == {("emails",), ("audit-entries",)}
    assert retention.apply(setting(actor, "audit-entries", 12)) == 0, "said under another law"
    RetentionSetting.objects.update(months=84)
    assert retention.apply(RetentionSetting.objects.select_related("company").get()) == 1
    left = set(AuditEntry.objects.values_list("pk", flat=True))
    assert old.pk not in left
    assert {told.pk, young.pk} <= left
    with pytest.raises(IntegrityError):
        execute(f"DELETE FROM audit_auditentry WHERE id = '{young.pk}'")


def test_customers_that_nothing_came_of_are_erased(actor: Actor) -> None:
    with time_machine.travel(ago(days=800), tick=True):
        idle, quoted, paid, noted, young = (make_customer(actor, name=f"Number {n}") for n in range(5))
        create_contact(actor, idle, ContactInput(name="Mei Wong"))
        make_quote(actor, quoted)
        make_settlement(actor, paid)
    with time_machine.travel(ago(days=300), tick=True):
        write_note(actor, "customer.noted", noted.pk, words="called")
        Customer.objects.filter(pk=young.pk).update(updated_at=clock.now())
    (rehearsed,) = retention.rehearse(actor, NOTHING | {"customers": 24})
    assert (rehearsed.count, [row.name for row in rehearsed.examples]) == (1, ["Number 0"])
    assert retention.apply(setting(actor, "customers", 24)) == 1
    assert set(Customer.objects.all()) == {quoted, paid, noted, young}
    assert not Contact.objects.exists()
    assert AuditEntry.objects.get(event="customer.deleted").note == idle.customer_number
    assert check_integrity(actor.company) == []


def test_invitations_and_deliveries_go(actor: Actor) -> None:
    create_endpoint(actor, EndpointInput(url="https://hooks.example.com/", events=["*"]))
    make_customer(actor)
    with time_machine.travel(clock.now() + timedelta(days=100)):
        assert retention.apply(setting(actor, "webhook-deliveries", 1)) == 0, "it has not ended"
        WebhookDelivery.objects.update(status="failed", next_attempt_at=None)
        assert retention.apply(RetentionSetting.objects.select_related("company").get()) == 1
    for expires in (ago(days=40), ago(days=-1)):
        Invitation.objects.create(company=actor.company, email=f"{expires:%d}@example.com", expires_at=expires)
    assert retention.apply(setting(actor, "invitations", 1)) == 1
    assert Invitation.objects.get().is_open()


def test_what_fails_in_one_company_keeps_no_other_from_its_night(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> int:
        raise ZeroDivisionError

    make_email(actor, days=400)
    broken = replace(retention_rules["emails"], remove=fail)
    monkeypatch.setitem(retention_rules._entries, "emails", broken)
    Invitation.objects.create(company=actor.company, email="a@example.com", expires_at=ago(days=90))
    first, _second = setting(actor, "emails", 12), setting(actor, "invitations", 1)
    with pytest.raises(retention.RetentionFailed, match="emails"):
        retention.apply_due()
    assert not Invitation.objects.exists()
    assert RetentionSetting.objects.get(pk=first.pk).applied_at == first.applied_at, "tried again"


@pytest.mark.parametrize(
    ("applied", "now", "due"),
    [
        ("2026-05-10T12:00Z", "2026-05-10T18:59Z", False),  # 02:59 in Kuala Lumpur
        ("2026-05-10T12:00Z", "2026-05-10T19:00Z", True),
        ("2026-05-10T19:00Z", "2026-05-11T18:00Z", False),
        ("2026-05-08T19:00Z", "2026-05-10T12:00Z", True),  # nobody was up at night
    ],
)
def test_a_night_is_that_of_the_company(actor: Actor, applied: str, now: str, due: bool) -> None:
    actor.company.time_zone = "Asia/Kuala_Lumpur"
    with time_machine.travel(now, tick=False):
        assert retention.is_due(datetime.fromisoformat(applied), actor.company) == due


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [("2026-03-31", 1, "2026-02-28"), ("2028-02-29", 84, "2021-02-28"), ("2026-01-15", 13, "2024-12-15")],
)
def test_months_end_with_their_last_day(day: str, months: int, before: str) -> None:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert f"{months_before(moment, months):%Y-%m-%d}" == before


def test_only_who_may(bob: User) -> None:
    sales = actor_for_member(bob.memberships.select_related("company", "user").get())
    for act in (retention.rehearse, retention.save_retention):
        with pytest.raises(PermissionDenied):
            act(sales, NOTHING)


def post(client: Client, **typed: str) -> Any:
    return client.post(URL, dict.fromkeys(NOTHING, "keep") | typed)


def test_nothing_is_saved_before_it_was_shown(actor: Actor, alices: Client) -> None:
    make_email(actor, days=400, subject="Old one")
    assert "Remove after 7 years" in flat(alices.get(URL))
    shown = post(alices, emails="12")
    assert "Old one (mei@example.com)" in flat(shown)
    assert not RetentionSetting.objects.exists()
    rehearsed = shown.context["rehearsal_key"]
    other = post(alices, emails="24", rehearsed=rehearsed)
    assert other.context["rehearsed"][0]["count"] == 0
    assert not RetentionSetting.objects.exists()
    saved = post(alices, emails="12", rehearsed=rehearsed)
    assert saved.headers["Location"] == "/settings/data"
    assert RetentionSetting.objects.get().months == 12
    assert "1 year" in flat(alices.get("/settings/data"))
    entry = AuditEntry.objects.get(event="company.retention_changed")
    assert entry.changes == {"emails": [None, 12]}
    kept = post(alices)
    post(alices, rehearsed=kept.context["rehearsal_key"])
    assert not RetentionSetting.objects.exists()


@pytest.mark.parametrize("typed", ["12", "83", "x"])
def test_what_the_law_does_not_allow_is_no_choice(alices: Client, typed: str) -> None:
    refused = post(alices, **{"audit-entries": typed})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["audit-entries"])
