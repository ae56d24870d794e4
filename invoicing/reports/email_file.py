"""The file of an email with a saved report: what its recipient may see, when it is sent."""

from uuid import UUID

from django.utils import timezone, translation

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.registry import EmailAttachment, EmailFile, NothingToAttach, email_attachments
from bigledger_crm.tenancy.actor import actor_for_member, member_scope
from bigledger_crm.tenancy.models import Membership, User
from invoicing.models import SavedReportEmail
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.files import FORMATS, file_name
from invoicing.reports.saved import filters_of, may_see


def register() -> None:
    """Lets the workers that send emails make the files."""
    email_attachments.register(EmailAttachment("saved_report", report_file))


def report_file(email: UUID) -> EmailFile:
    """The report as of the day on which it was due, with the figures that its recipient may see now.

    Raises NothingToAttach for a recipient who has left or may not see it, and for filters that name what is gone.
    """
    sent = SavedReportEmail.objects.select_related("saved_report", "company").filter(email=email).first()
    if sent is None or not sent.saved_report.sends:
        raise NothingToAttach("The report is no longer sent")
    membership = _membership(sent)
    if membership is None:
        raise NothingToAttach("The recipient no longer works for the company")
    saved, member = sent.saved_report, actor_for_member(membership)
    if not may_see(member, saved):
        raise NothingToAttach("The recipient may not see the report")
    language, time_zone = membership.user.language, sent.company.time_zone
    with member_scope(membership), translation.override(language), timezone.override(time_zone):
        report, given = REPORT_BY_SLUG[saved.report], filters_of(member, saved, sent.day)
        try:
            table = None if given.problems() else report.compute(member, given)
        except NotFound:
            table = None
        if table is None:
            raise NothingToAttach("The report asks for what is not there for its recipient")
        kind = FORMATS[saved.file_format]
        name = file_name(report, table, saved.file_format)
        return EmailFile(name, kind.write(report, table, sent.company), kind.content_type)


def _membership(sent: SavedReportEmail) -> Membership | None:
    user = ids.decode(User.PREFIX, sent.person)
    members = Membership.objects.select_related("company", "user").filter(company=sent.company_id, user__is_active=True)
    return members.filter(user=user).first()
