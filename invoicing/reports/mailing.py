"""Sending saved reports by email: each once to each recipient for a day on which it was due, whatever dies.

The email is queued in the transaction of the row that says so.  Its file is made when it is sent: see `email_file`.
"""

from datetime import date, timedelta
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction

from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.text_templates import fill
from bigledger_crm.outbox.email_templates.services import day_text, days_text
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import MAX_SUBJECT, draft_email, queue
from bigledger_crm.tenancy.actor import Actor, actor_for_member, system_actor
from bigledger_crm.tenancy.models import Company, Membership
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import SavedReport, SavedReportEmail, SavedReportRecipient
from invoicing.reports.filters import ReportFilters
from invoicing.reports.recipients import KIND
from invoicing.reports.saved import filters_of, may_see
from invoicing.rules.saved_report_texts import OF_DAY, OF_PERIOD, TEXTS
from invoicing.rules.saved_reports import last_due_day
from invoicing.services.reminders import reminder_day

LONGEST_PAUSE = timedelta(days=31)  # between two days on which a report is due
_Sent = set[tuple[UUID, date, str]]


def send_due_reports() -> int:
    """Queues what is due in all companies from eight o'clock on, their time; returns how many emails were queued.

    A missed day is caught up with once.  A report that fails stops no other one; the failures are raised at the end.
    """
    queued = 0
    failures: list[Exception] = []
    for company in Company.objects.filter(is_active=True).order_by("pk"):
        with company_scope(company):
            queued += _send_for(system_actor(company), failures)
    if failures:
        raise ExceptionGroup("Some reports failed", failures)
    return queued


def _send_for(actor: Actor, failures: list[Exception]) -> int:
    today, queued = reminder_day(actor.company), 0
    sent = _sent(day__gte=today - LONGEST_PAUSE)
    for recipient in SavedReportRecipient.objects.select_related("saved_report", "user").order_by("pk"):
        if not _is_due(recipient, today, sent):
            continue
        try:
            queued += send_report(actor, recipient.pk, today) is not None
        except SoftTimeLimitExceeded:
            raise
        except EmailLimitReached:  # nothing was done; they go when the hour allows it
            return queued
        except Exception as error:  # noqa: BLE001  raised by send_due_reports when the others are done
            error.add_note(f"saved report {recipient.saved_report_id} of company {actor.company.pk}")
            failures.append(error)
    return queued


@transaction.atomic
def send_report(actor: Actor, recipient_pk: UUID, today: date) -> OutboxEmail | None:
    """Queues the email to a recipient if it is due, decided under the lock of the saved report."""
    found = SavedReportRecipient.objects.filter(pk=recipient_pk).values_list("saved_report_id", flat=True)
    list(SavedReport.objects.select_for_update(no_key=True).filter(pk__in=found))
    recipient = SavedReportRecipient.objects.select_related("saved_report", "user").filter(pk=recipient_pk).first()
    if recipient is None or not _is_due(recipient, today, _sent(saved_report=recipient.saved_report_id)):
        return None
    saved, day = recipient.saved_report, _due_day(recipient, today)
    member = recipient_of(actor.company, recipient.user_id)
    if member is None or not may_see(member, saved):
        return None
    email = queue(_draft(actor, saved, day, member, recipient.user.language))
    SavedReportEmail.objects.create(company=actor.company, saved_report=saved, day=day, person=member.id, email=email)
    record(actor, "saved_report.sent", saved.pk, note=f"{saved.name}, {day}: {member.email}")
    return email


def recipient_of(company: Company, user: UUID) -> Actor | None:
    """A recipient at work, with their own rights; None for one who doesn't work for the company any more."""
    found = Membership.objects.select_related("company", "user").filter(
        company=company, user=user, user__is_active=True
    )
    return next(map(actor_for_member, found), None)


def _due_day(recipient: SavedReportRecipient, today: date) -> date:
    saved = recipient.saved_report
    return last_due_day(saved.sends, saved.send_day or 1, today)


def _sent(**conditions: object) -> _Sent:
    """The emails under these conditions: of which report, for which day, to whom."""
    return set(SavedReportEmail.objects.filter(**conditions).values_list("saved_report", "day", "person"))


def _is_due(recipient: SavedReportRecipient, today: date, sent: _Sent) -> bool:
    """Whether the last day on which it was due is not before the recipient was chosen, and nothing was sent for it."""
    day = _due_day(recipient, today)
    return day >= recipient.since and (recipient.saved_report_id, day, recipient.user.public_id) not in sent


def _covered(given: ReportFilters, language: str) -> tuple[str, str]:
    """The period or the day that a report covers, as the subject and the text say it."""
    span = None if given.problems() else given.span
    texts, says = (OF_PERIOD, days_text(*span, language)) if span else (OF_DAY, day_text(given.day, language))
    of_subject, of_body = (fill(text, {"covers": says}) for text in texts[language])
    return of_subject, of_body


def _draft(actor: Actor, saved: SavedReport, day: date, member: Actor, language: str) -> OutboxEmail:
    language = resolve_language(language, actor.company.language)
    subject, body = TEXTS[language]
    of_subject, of_body = _covered(filters_of(member, saved, day), language)
    values = {
        "report": saved.name,
        "company": actor.company.name,
        "recipient": member.name,
        "link": f"{settings.PUBLIC_URL}/reports/saved/{saved.public_id}",
    }
    return draft_email(
        actor,
        kind=KIND,
        related_id=saved.pk,
        to=[member.email],
        subject=fill(subject, {**values, "covers": of_subject})[:MAX_SUBJECT],
        body=fill(body, {**values, "covers": of_body}),
        language=language,
    )
