"""Saved reports by email: on which day, to whom, with which figures, and once whatever dies."""

import io
import zipfile
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from lxml import html
from lxml.etree import fromstring

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.outbox.delivery import deliver
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.members import remove_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.testing.factories import make_customer, make_invoice, make_saved_report
from invoicing.inputs import SavedReportInput
from invoicing.models import SavedReport, SavedReportEmail, SavedReportRecipient
from invoicing.reports.mailing import send_due_reports
from invoicing.reports.saved import delete_saved_report, update_saved_report
from invoicing.tests.report_runs import at, scheduled, sent

in_company = pytest.mark.usefixtures("in_company", "no_broker")


def texts_of(message: Any) -> set[str]:
    """The texts in an attached XLSX."""
    ((_name, content, _kind),) = message.attachments
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {"".join(one.itertext()) for one in fromstring(book.read("xl/sharedStrings.xml"))}


@in_company
def test_it_goes_on_its_day_in_the_morning_and_once(actor: Actor, alice: User) -> None:
    saved = scheduled(actor)
    for day, hour, queued in (
        ("2024-01-14", 23, 0),
        ("2024-01-15", 7, 0),
        ("2024-01-15", 8, 1),
        ("2024-01-15", 9, 0),
        ("2024-01-21", 9, 0),
        ("2024-02-14", 9, 1),  # a month in which nothing worked: once, for the last Monday
        ("2024-02-19", 9, 1),
    ):
        with at(day, hour):
            assert send_due_reports() == queued, (day, hour)
    assert sent(saved) == [("01-15", alice.email), ("02-12", alice.email), ("02-19", alice.email)]


@in_company
def test_the_day_is_that_of_the_company(actor: Actor, in_company: Company) -> None:
    scheduled(actor)
    Company.objects.filter(pk=in_company.pk).update(time_zone="America/New_York")
    for day, hour, queued in (("2024-01-15", 20, 0), ("2024-01-15", 21, 1)):  # 07:00 and 08:00 there
        with at(day, hour):
            assert send_due_reports() == queued


@in_company
def test_a_month_without_that_day_has_its_last(actor: Actor) -> None:
    saved = scheduled(actor, sends="monthly", send_day=31)
    for day in ("2024-01-30", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31", "2024-04-30"):
        with at(day):
            send_due_reports()
    assert [day for day, _to in sent(saved)] == ["01-31", "02-29", "03-31", "04-30"]


@in_company
def test_what_is_late_says_what_it_would_have_said(actor: Actor) -> None:
    scheduled(actor, sends="monthly", send_day=31, filters={"period": "this_month", "groupBy": "customer"})
    with at("2024-01-20"):
        make_invoice(actor, make_customer(actor, name="January"))
    with at("2024-02-02"):
        make_invoice(actor, make_customer(actor, name="February"))
        send_due_reports()
        assert deliver(OutboxEmail.objects.get().pk)
    assert {"January", "February"} & texts_of(mail.outbox[0]) == {"January"}
    assert mail.outbox[0].subject == "Sales, 1–31 Jan 2024"


@in_company
def test_it_says_which_period_or_day_it_covers(actor: Actor) -> None:
    for report, filters, says in (
        ("tax-summary", {"period": "last_month"}, ("One, 1–31 Dec 2023", "of Tech Supplies Sdn Bhd for 1–31 Dec")),
        ("receivables-ageing", {}, ("One as at 15 January 2024", "of Tech Supplies Sdn Bhd as at 15 January 2024.")),
        ("receivables-ageing", {"asOf": "2023-12-31"}, ("One as at 31 December 2023", "as at 31 December 2023.")),
        ("sales", {"dateFrom": "2024-01-05", "dateTo": "2024-01-05"}, ("One, 5 Jan 2024", "for 5 Jan 2024.")),
    ):
        saved = scheduled(actor, name="One", report=report, filters=filters)
        with at("2024-01-15"):
            send_due_reports()
            email = OutboxEmail.objects.get(related_id=saved.pk)
            assert (email.subject, says[1] in email.body) == (says[0], True)
            delete_saved_report(actor, saved)


@in_company
def test_a_new_recipient_or_day_holds_from_the_next_time_on(actor: Actor, alice: User, bob: User) -> None:
    saved = scheduled(actor)
    with at("2024-01-15"):
        send_due_reports()
    with at("2024-01-17"):  # Wednesday
        update_saved_report(actor, saved, SavedReportInput(recipients=[alice.public_id, bob.public_id]))
        assert send_due_reports() == 0
        update_saved_report(actor, saved, SavedReportInput(send_day=2))
        assert send_due_reports() == 0
    with at("2024-01-22"):
        assert send_due_reports() == 0
    with at("2024-01-23"):
        assert send_due_reports() == 2
    with at("2024-01-24"):
        update_saved_report(actor, saved, SavedReportInput(recipients=[bob.public_id]))
    with at("2024-01-30"):
        assert send_due_reports() == 1
    assert sent(saved)[-1] == ("01-30", bob.email)


@in_company
def test_each_gets_the_figures_that_they_may_see(actor: Actor, alice: User, limited: Membership) -> None:
    with at("2023-12-05"):
        make_invoice(actor, make_customer(actor, name="Everybody else"))
        make_invoice(actor, make_customer(actor, name="His", owner_id=limited.user.public_id))
    scheduled(actor, alice, limited.user)
    with at("2024-01-15"):
        assert send_due_reports() == 2
        for email in OutboxEmail.objects.order_by("to"):
            assert deliver(email.pk)
    hers, his = (texts_of(message) & {"Everybody else", "His"} for message in mail.outbox)
    assert (hers, his) == ({"Everybody else", "His"}, {"His"})
    assert [message.to for message in mail.outbox] == [[alice.email], [limited.user.email]]
    assert mail.outbox[1].attachments[0][0] == "sales-2023-12-01-to-2023-12-31.xlsx"
    assert "spreadsheetml" in mail.outbox[1].attachments[0][2]


@in_company
def test_as_pdf(actor: Actor) -> None:
    scheduled(actor, file_format="pdf")
    with at("2024-01-15"):
        send_due_reports()
        assert deliver(OutboxEmail.objects.get().pk)
    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name, kind) == ("sales-2023-12-01-to-2023-12-31.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")


@in_company
def test_who_has_left_or_may_not_see_it_gets_nothing(actor: Actor, alice: User, bob: User) -> None:
    saved = scheduled(actor, alice, bob)
    member = bob.memberships.get()
    with at("2024-01-15"):
        with patch.dict("bigledger_crm.tenancy.permissions.ROLE_PERMISSIONS", sales=frozenset({"items:read"})):
            assert send_due_reports() == 1
        assert send_due_reports() == 1  # he may again
        remove_member(member, COMMAND_LINE)
        assert not SavedReportRecipient.objects.filter(user=bob).exists()
        for email in OutboxEmail.objects.all():
            deliver(email.pk)  # his was queued before he left
    with at("2024-01-22"):
        assert send_due_reports() == 1
    assert [message.to for message in mail.outbox] == [[alice.email]]
    withdrawn = OutboxEmail.objects.get(status=EmailStatus.WITHDRAWN)
    assert (withdrawn.to, withdrawn.last_error) == ([bob.email], "The recipient no longer works for the company")
    assert sent(saved)[-1] == ("01-22", alice.email)


@in_company
def test_what_is_not_there_for_a_recipient_is_not_sent(actor: Actor, limited: Membership) -> None:
    customer = make_customer(actor, name="Hers")
    scheduled(actor, limited.user, filters={"customerId": customer.public_id})
    with at("2024-01-15"):
        send_due_reports()
        email = OutboxEmail.objects.get()
        deliver(email.pk)
    email.refresh_from_db()
    assert email.status == EmailStatus.WITHDRAWN
    assert mail.outbox == []


@in_company
def test_inactive_people_and_those_of_a_report_no_longer_shared_wait(actor: Actor, alice: User, bob: User) -> None:
    saved = scheduled(actor, bob)
    with at("2024-01-15"):
        User.objects.filter(pk=bob.pk).update(is_active=False)
        assert send_due_reports() == 0
        User.objects.filter(pk=bob.pk).update(is_active=True)
        SavedReport.objects.filter(pk=saved.pk).update(is_shared=False)
        assert send_due_reports() == 0


@in_company
def test_nothing_goes_after_it_was_stopped_or_deleted(actor: Actor) -> None:
    stopped, gone = scheduled(actor), scheduled(actor, name="Gone")
    with at("2024-01-15"):
        assert send_due_reports() == 2
        update_saved_report(actor, stopped, SavedReportInput(sends=""))
        delete_saved_report(actor, gone)
        assert [deliver(email.pk) for email in OutboxEmail.objects.all()] == [False, False]
    assert not SavedReportRecipient.objects.exists()


@in_company
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sends": "daily"}, "sends"),
        ({"send_day": 8}, "send_day"),
        ({"sends": ""}, "send_day"),
        ({"file_format": "csv"}, "file_format"),
        ({"recipients": []}, "recipients"),
        ({"recipients": ["user_01h2xcejqtf2nbrexx3vqjhp41"]}, "recipients"),
        ({"is_shared": False}, "recipients"),
    ],
)
def test_what_is_wrong_is_named(actor: Actor, alice: User, bob: User, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidData) as caught:
        scheduled(actor, alice, bob, **given)
    assert field in [error.path[0] for error in caught.value.errors]
    assert not SavedReport.objects.exists()


@in_company
def test_sales_sends_to_oneself_only(actor: Actor, alice: User, bob: User, bobs_work: Actor) -> None:
    own = scheduled(bobs_work, bob, is_shared=False)
    with pytest.raises(InvalidData):
        scheduled(bobs_work, alice, bob, is_shared=False, name="To her")
    with at("2024-01-15"):
        assert send_due_reports() == 1
    assert sent(own) == [("01-15", bob.email)]


def test_companies_send_their_own(actor: Actor, stranger: Actor, alice: User, charlie: User) -> None:
    with patch("bigledger_crm.outbox.worker_notifications.notify_worker"):
        for who in (actor, stranger):
            with company_scope(who.company):
                scheduled(who)
        with company_scope(actor.company), pytest.raises(InvalidData):
            scheduled(actor, charlie, name="To a stranger")
        with at("2024-01-15"):
            assert send_due_reports() == 2
    for who, person in ((actor, alice), (stranger, charlie)):
        with company_scope(who.company):
            assert [email.to for email in OutboxEmail.objects.all()] == [[person.email]]


@in_company
def test_the_database_keeps_one_for_each_day_and_person(actor: Actor) -> None:
    saved = scheduled(actor)
    with at("2024-01-15"):
        send_due_reports()
    row = SavedReportEmail.objects.get(saved_report=saved)
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError, match="once_a_day"), transaction.atomic():
        SavedReportEmail.objects.create(
            company=row.company, saved_report=saved, day=row.day, person=row.person, email=row.email
        )


@in_company
def test_the_form_says_when_and_to_whom(alices: Client, actor: Actor, alice: User, bob: User) -> None:
    saved = make_saved_report(actor)
    href = f"/reports/saved/{saved.public_id}"
    page = html.fromstring(alices.get(f"{href}/edit").content.decode())
    assert page.xpath("//input[@name = 'recipients'][@checked]/@value") == [alice.public_id]
    given = {"name": "Sales", "sends": "monthly", "weekday": "1", "month_day": "31", "file_format": "xlsx"}
    to = [alice.public_id, bob.public_id]
    wrong = alices.post(f"{href}/edit", {**given, "recipients": to})
    assert (wrong.status_code, b"Share the report" in wrong.content) == (400, True)
    assert alices.post(f"{href}/edit", {**given, "recipients": to, "is_shared": "on"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.sends, saved.send_day, saved.file_format) == ("monthly", 31, "xlsx")
    assert SavedReportRecipient.objects.filter(saved_report=saved).count() == 2
    assert alices.post(f"{href}/edit", {**given, "sends": "never"}).status_code == 302
    assert not SavedReportRecipient.objects.exists()
