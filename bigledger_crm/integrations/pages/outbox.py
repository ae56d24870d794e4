"""The outbox: every email, where it stands, and in the embedded default what was captured of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.documents.services import ensure_rendered, read
from bigledger_crm.integrations.pages.captured_emails import Attachment, captured_copies, is_capturing
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.outbox.email_actions import RETRYABLE, choices_for, may_act_on_emails, retry, withdraw
from bigledger_crm.outbox.message import preview
from bigledger_crm.outbox.models import OutboxAttempt, OutboxEmail
from bigledger_crm.outbox.queries import recent
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, DetailField, Text
from bigledger_crm.web.email_preview import email_response
from bigledger_crm.web.form_views import ActionView
from bigledger_crm.web.lists import ListPage
from bigledger_crm.web.lists.bulk import BulkAction, each
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.timeline import EMAIL_STATES, email_badge, state_badge
from bigledger_crm.web.toasts import toast
from bigledger_crm.web.views import CompanyView


def _retry_one(actor: Actor, email: OutboxEmail, values: Mapping[str, Any]) -> Text:
    retry(actor, email)
    return _("The email is being sent again.")


def _retried_text(count: int) -> str:
    return ngettext("%(count)s being sent again", "%(count)s being sent again", count) % {"count": count}


def _not_retried_text(count: int) -> str:
    return ngettext("%(count)s not sent again", "%(count)s not sent again", count) % {"count": count}


def _not_to_retry(actor: Actor, email: OutboxEmail) -> Text:
    if choices_for(actor, email).retry:
        return ""
    if email.status in RETRYABLE and email.emptied_at is None:
        return _("not allowed")
    return _("already sent") if email.status == "sent" else str(email_badge(email).label).lower()


class OutboxView(ListPage):
    """All emails of the company."""

    resource = "emails"
    title = gettext_lazy("Outbox")
    sorts = {"written": "created_at"}
    default_sort = "-written"
    chips = tuple((status, gettext_lazy(word)) for status, (word, _tone) in EMAIL_STATES.items())
    bulk = (
        BulkAction(
            "retry",
            gettext_lazy("Try again"),
            gettext_lazy(
                "Emails that failed, are being retried or have an unknown delivery status are sent again now."
            ),
            "emails",
            _retry_one,
            _retried_text,
            _not_retried_text,
            each(_not_to_retry),
            icon="refresh-cw",
        ),
    )
    empty_title = gettext_lazy("No emails yet")
    empty_text = gettext_lazy("Quotes and invoices that you send appear here, with the delivery status of each email.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Subject"), _subject, "main", note=lambda email: ", ".join(email.to)),
            Column(_("To"), lambda email: ", ".join(email.to), name="to", optional=True),
            Column(_("Status"), email_badge, "badge", note=lambda email: email.last_error, name="state"),
            Column(_("Last error"), lambda email: email.last_error, name="error", optional=True),
            Column(_("Attempts"), lambda email: email.attempts, "number", name="attempts"),
            Column(_("Created"), lambda email: email.created_at, "moment", sort="written", name="written"),
            Column(_("Sent"), lambda email: email.sent_at, "moment", name="sent"),
        )

    def may_do(self, action: BulkAction) -> bool:
        """Each email asks for what it is about."""
        return may_act_on_emails(self.actor)

    def all_rows(self) -> QuerySet[Any]:
        """Emails."""
        return recent()

    def href(self, row: OutboxEmail) -> str:
        """The email's page."""
        return reverse("pages:email", args=[row.public_id])


def find_email(public_id: str) -> OutboxEmail:
    """The email with a `dlv_…` id.  Raises NotFound."""
    pk = ids.decode(OutboxEmail.PREFIX, public_id)
    email = recent().filter(pk=pk).first() if pk else None
    if email is None:
        raise NotFound("Email", public_id)
    return email


def _subject(email: OutboxEmail) -> str:
    return email.subject or (_("Text and recipients erased") if email.emptied_at else "")


class EmailDetailView(CompanyView):
    """One email: what it says, what was tried, and what was captured."""

    resource = "emails"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The email."""
        email = find_email(public_id)
        facts = [
            DetailField(_("To"), ", ".join(email.to)),
            DetailField(_("Cc"), ", ".join(email.cc)),
            DetailField(_("Reply-To"), email.reply_to),
            DetailField(_("Created"), formatting.moment(email.created_at)),
            DetailField(_("Sent"), formatting.moment(email.sent_at)),
            DetailField(_("Attempts"), str(email.attempts)),
        ]
        if email.next_attempt_at and email.sent_at is None:
            facts.append(DetailField(_("Next attempt"), formatting.moment(email.next_attempt_at)))
        if email.last_error:
            facts.append(DetailField(_("Last error"), email.last_error, wide=True, tone="bad"))
        return self.page(
            "pages/email.html",
            title=_subject(email),
            badge=email_badge(email),
            email=email,
            details=facts,
            choices=choices_for(self.actor, email),
            attempts=[
                (attempt, state_badge(attempt.outcome) if attempt.outcome else None)
                for attempt in OutboxAttempt.objects.filter(email=email).order_by("number")
            ],
            capturing=is_capturing(),
            copies=captured_copies(email.message_id),
        )


class _EmailActionView(ActionView):
    """A button about an email, on its page or beside the document that it is about."""

    resource = "emails"
    verb = "read"  # what may be done with an email depends on what it is about

    def back(self, public_id: str) -> str:
        """The page that the button was on."""
        origin = f"{self.request.scheme}://{self.request.get_host()}"
        came_from = self.request.headers.get("Referer", "")
        target = came_from.removeprefix(origin)
        if came_from.startswith(f"{origin}/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
            return target
        return reverse("pages:email", args=[public_id])


class EmailWithdrawView(_EmailActionView):
    """Withdraws an email before it is sent."""

    def act(self, public_id: str) -> str:
        """Back to where the button was."""
        email = withdraw(self.actor, find_email(public_id))
        about = object_types.get(email.kind.partition(".")[0])
        remains = about.after_withdrawal.get(email.kind, "") if about is not None else ""
        toast(self.request, f"{_('Email cancelled. It will not be sent.')} {remains}".strip())
        return self.back(public_id)


class EmailRetryView(_EmailActionView):
    """Tries an email again."""

    def act(self, public_id: str) -> str:
        """Back to where the button was."""
        retry(self.actor, find_email(public_id))
        toast(self.request, _("Email queued again"))
        return self.back(public_id)


class EmailPreviewView(CompanyView):
    """An email as its reader sees it, for the frame on its page."""

    resource = "emails"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The email."""
        email = find_email(public_id)
        filename = email.stored_document.filename if email.stored_document else ""
        return email_response(request, forms.Form(), preview(email, filename))


class EmailDocumentView(CompanyView):
    """The PDF that goes with an email."""

    resource = "emails"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF, made now if no worker has been at it yet."""
        stored = find_email(public_id).stored_document
        if stored is None:
            raise Http404("No document")
        return pdf_response(read(ensure_rendered(stored)), stored.filename)


class CapturedFileView(CompanyView):
    """A captured email itself, or one of its attachments, as a download."""

    resource = "emails"

    def get(self, request: HttpRequest, public_id: str, copy: int, attachment: int | None = None) -> HttpResponse:
        """The file; `copy` and `attachment` count from 0."""
        copies = captured_copies(find_email(public_id).message_id)
        if copy >= len(copies):
            raise Http404("No such copy")
        email = copies[copy]
        if attachment is None:
            return _download(Attachment(email.path.name, "message/rfc822", email.path.read_bytes()))
        if attachment >= len(email.attachments):
            raise Http404("No such attachment")
        return _download(email.attachments[attachment])


def _download(file: Attachment) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=file.filename) or "attachment"
    return HttpResponse(file.content, content_type=file.content_type, headers={"Content-Disposition": disposition})
