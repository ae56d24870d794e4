"""Emails that tell owners of an outage of the mail server and what became of their emails."""

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.services import MAX_RECIPIENTS, draft_email, queue
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company, Membership
from bigledger_crm.tenancy.scope import company_scope

KIND = "mail_server.returned"


def tell_owners(since: datetime) -> None:
    """Queues an email to the owners of companies whose emails waited or were given up, in the caller's transaction."""
    now = clock.now()
    waiting = OutboxEmail.unscoped.filter(
        status__in=(EmailStatus.QUEUED, EmailStatus.RETRYING), next_attempt_at__lte=now
    )
    given_up = OutboxEmail.unscoped.filter(status=EmailStatus.FAILED, last_error=given_up_text(since))
    waited, lost = (Counter(emails.values_list("company_id", flat=True)) for emails in (waiting, given_up))
    for company in Company.objects.filter(pk__in={*waited, *lost}).order_by("pk"):
        _tell(company, since, now, waited[company.pk], lost[company.pk])


def given_up_text(since: datetime) -> str:
    """What is noted of an email that waited too long."""
    return f"Failed: the mail server could not be reached since {since:%Y-%m-%d %H:%M} UTC"


def _tell(company: Company, since: datetime, now: datetime, waited: int, lost: int) -> None:
    owners = Membership.objects.filter(company=company, role="owner", user__is_active=True)
    addresses = list(owners.order_by("created_at", "id").values_list("user__email", flat=True)[:MAX_RECIPIENTS])
    if not addresses:
        return
    with company_scope(company), timezone.override(company.time_zone):
        began, ended = (formats.date_format(timezone.localtime(moment), "j M Y, H:i") for moment in (since, now))
        parts = [
            _("The mail server could not be reached from %(began)s to %(ended)s.") % {"began": began, "ended": ended}
        ]
        if waited:
            parts.append(
                ngettext(
                    "%(count)s email was delayed and is being sent now.",
                    "%(count)s emails were delayed and are being sent now.",
                    waited,
                )
                % {"count": waited}
            )
        if lost:
            parts.append(
                ngettext(
                    "%(count)s email was delayed too long and not sent. To send it, choose Try again in the outbox.",
                    "%(count)s emails were delayed too long and not sent. To send them, choose Try again in the "
                    "outbox.",
                    lost,
                )
                % {"count": lost}
            )
        parts.append(_("Outbox: %(page)s") % {"page": f"{settings.PUBLIC_URL}/outbox"})
        queue(
            draft_email(
                system_actor(company),
                kind=KIND,
                related_id=company.pk,
                to=addresses,
                subject=_("%(company)s: emails are being sent again") % {"company": company.name[:100]},
                body="\n\n".join(parts),
            )
        )
