"""Sending statements of account."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from customers.models import Customer
from customers.queries import addresses_for, customer_by_public_id
from invoicing.pages.statements import query_of, read_day, span_label, statement_href
from invoicing.rules import check_span
from invoicing.services import (
    Span,
    draft_statement_email,
    send_statement,
    statement_email_content,
    statement_filename,
)
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.services import EmailOptions


class StatementSendForm(SendForm):
    """An email with a statement of these days, which come with the form and aren't typed."""

    first = forms.DateField(required=False, widget=forms.HiddenInput)
    last = forms.DateField(required=False, widget=forms.HiddenInput)


class StatementSendView(DocumentSendView):
    """Sends a customer's statement of the days that its page shows."""

    resource = "customers"
    customer: Customer
    span: Span

    def prepare(self, public_id: str = "") -> None:
        """The customer, and the days: of the form, else of the URL."""
        self.customer = customer_by_public_id(public_id)
        given = self.request.POST if "first" in self.request.POST else self.request.GET
        self.span = Span(read_day(given.get("first", "")), read_day(given.get("last", "")))

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The form, or the email; of days in the wrong order the page of the statement says so."""
        span = Span(read_day(request.GET.get("first", "")), read_day(request.GET.get("last", "")))
        if check_span(span.first, span.until(self.actor.today())):
            return HttpResponseRedirect(statement_href(public_id, span))
        return super().get(request, public_id)

    def make_form(self, data: Any = None) -> StatementSendForm:
        """The email, with the days."""
        return StatementSendForm(data, initial=self.initial(data))

    def defaults(self) -> Mapping[str, Any]:
        """To whoever gets the statements, in the company's words."""
        content, _language = statement_email_content(self.actor, self.customer, self.span)
        receivers = ", ".join(addresses_for(self.customer.pk, "statements"))
        days = {"first": self.span.first, "last": self.span.last}
        return {"to": receivers, "subject": content.subject, "message": content.body, **days}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The statement's email."""
        return draft_statement_email(self.actor, self.customer, self.span, message)

    def filename(self) -> str:
        """The statement's."""
        return statement_filename(self.actor, self.customer, self.span)

    def save(self, form: SendForm) -> str:
        """Back to the statement."""
        _closing, email = send_statement(self.actor, self.customer, self.span, self.message(form))
        self.sent(_("The statement is on its way to %(receivers)s."), email)
        return statement_href(self.customer.public_id, self.span)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        key, query = self.customer.public_id, query_of(self.span)
        return {
            "title": _("Email statement to %(name)s") % {"name": self.customer.name},
            "text": span_label(self.span, self.actor.today()),
            "submit": _("Send statement"),
            "back": statement_href(key, self.span),
            "pdf_url": f"{reverse('invoicing:statement-pdf', args=[key])}?{query}",
            "preview": f"{reverse('invoicing:statement-email-preview', args=[key])}?{query}",
        }
