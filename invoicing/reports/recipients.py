"""Whom saved reports are sent to, and when."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from invoicing.models import SavedReport, SavedReportRecipient
from invoicing.rules.saved_reports import FILE_FORMATS, MOST_RECIPIENTS, SENDS, check_send_day
from invoicing.services.reminders import reminder_day

KIND = "saved_report.sent"  # of the emails


def recipients_of(rows: Collection[SavedReport]) -> dict[UUID, list[str]]:
    """The `user_…` ids of those to whom saved reports are sent, by the keys of the reports."""
    found: dict[UUID, list[str]] = {saved.pk: [] for saved in rows}
    recipients = SavedReportRecipient.objects.filter(saved_report__in=found).order_by("pk")
    for saved, user in recipients.values_list("saved_report_id", "user_id"):
        found[saved].append(ids.encode(User.PREFIX, user))
    return found


def check_sending(saved: SavedReport) -> list[FieldError]:
    """What is wrong with when a report is sent, and as what."""
    if saved.sends and saved.sends not in SENDS:
        return field_error("sends", f"Must be one of: {', '.join(SENDS)}")
    known = FILE_FORMATS if saved.sends else ("",)
    wrong = f"Must be one of: {', '.join(FILE_FORMATS)}" if saved.sends else "Must be given with sends only"
    return [
        *field_error("send_day", check_send_day(saved.sends, saved.send_day)),
        *field_error("file_format", None if saved.file_format in known else wrong),
    ]


def read_recipients(
    actor: Actor, saved: SavedReport, chosen: Sequence[str] | None, *, may_share: bool
) -> tuple[set[UUID], list[FieldError]]:
    """The keys of the members that were chosen, those of before where none were, and what is wrong with them."""
    present = set(recipients_of([saved])[saved.pk])
    wanted = present if chosen is None else set(chosen)
    members = Membership.objects.filter(company=actor.company, user__is_active=True).values_list("user", flat=True)
    known = {ids.encode(User.PREFIX, user): user for user in members}
    users = {known[person] for person in wanted if person in known}
    return users if saved.sends else set(), field_error(
        "recipients", _problem(saved, wanted - present, wanted, known, may_share=may_share)
    )


def _problem(
    saved: SavedReport, added: Collection[str], wanted: Collection[str], known: Collection[str], *, may_share: bool
) -> str | None:
    others = {person for person in wanted if person != saved.person}
    if any(person not in known for person in added):
        return _("Choose members of the company.")
    if saved.sends and not wanted:
        return _("Choose who receives it.")
    if len(wanted) > MOST_RECIPIENTS:
        return _("Choose at most %(limit)s members.") % {"limit": MOST_RECIPIENTS}
    if not saved.sends:
        return _("Choose how often it is sent.") if added else None
    if others & set(added) and not may_share:
        return _("Your role allows you to send reports to yourself only.")
    return _("Share the report to send it to others.") if others and not saved.is_shared else None


def put_recipients(actor: Actor, saved: SavedReport, users: set[UUID], *, starts_anew: bool) -> set[UUID]:
    """Lets these members be the recipients, in the caller's transaction; returns who was before.

    Who is new gets it from the next day on that it is due, as does everybody when it is sent on other days than before.
    """
    since = reminder_day(actor.company) + timedelta(days=1)
    stored = SavedReportRecipient.objects.filter(saved_report=saved)
    before = set(stored.values_list("user_id", flat=True))
    stored.exclude(user__in=users).delete()
    if starts_anew:
        stored.update(since=since)
    SavedReportRecipient.objects.bulk_create(
        SavedReportRecipient(company=actor.company, saved_report=saved, user_id=user, since=since)
        for user in sorted(users - before)
    )
    if not saved.sends:
        cancel_pending(actor, saved.pk, KIND, why="the report is no longer sent")
    return before
