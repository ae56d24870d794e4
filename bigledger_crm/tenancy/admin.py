"""Companies and security events in the admin: to be read.

Members are added and changed in administration.admin, people in account.admin; companies are opened and disabled in
sales.admin, which knows their tax codes.
"""

from typing import Any, ClassVar

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline, ReadOnlyInstallationAdmin, one_of
from bigledger_crm.tenancy.models import Company, Membership, SecurityEvent
from bigledger_crm.tenancy.security import EVENTS


class MembershipInline(ReadOnlyInline):
    """Who works for a company, and in which role."""

    model = Membership
    fields = ["company", "user", "role", "created_at"]
    show_change_link = True
    ordering = ["created_at", "pk"]


@admin.register(Company)
class CompanyAdmin(ReadOnlyInstallationAdmin):
    """Companies with their members.  What a company says of itself is changed by its owners on their pages."""

    list_display = ["name", "public_id", "country", "currency", "time_zone", "is_active", "created_at"]
    list_filter = ["is_active", "requires_second_factor"]
    search_fields = ["name", "legal_name", "registration_number", "tax_number"]
    sortable_by = ["name", "created_at"]
    ordering = ["name", "pk"]
    inlines: ClassVar[Any] = [MembershipInline]


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Who came in, who may do what, what was taken out."""

    across_companies = True
    list_display = ["occurred_at", "event", "company", "actor_name", "address", "subject", "note"]
    list_filter = [one_of("event", EVENTS), "occurred_at"]
    search_fields = ["event", "actor_name", "actor_id", "address", "subject", "note"]
