"""The outbox in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.outbox.models import MailTemplate, OutboxAttempt, OutboxEmail
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline


class AttemptInline(ReadOnlyInline):
    """What happened at each try."""

    model = OutboxAttempt
    fields = ["number", "started_at", "finished_at", "outcome", "server_reply", "error"]


@admin.register(OutboxEmail)
class OutboxEmailAdmin(ReadOnlyAdmin):
    """Mails and what became of them."""

    list_display = ["subject", "company", "to", "status", "attempts", "created_at", "sent_at"]
    list_filter = ["company", "status"]
    search_fields = ["subject", "message_id"]
    inlines = [AttemptInline]


@admin.register(MailTemplate)
class MailTemplateAdmin(ReadOnlyAdmin):
    """Companies' own words; owners and admins change them on the page of their settings."""

    list_display = ["kind", "language", "company", "subject", "updated_at"]
    list_filter = ["company", "kind", "language"]
