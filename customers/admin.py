"""Customers, contacts and the ledger in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline
from customers.models import Contact, Customer, ReceivableEntry


class ContactInline(ReadOnlyInline):
    """The people at a customer."""

    model = Contact
    fields = ["name", "title", "email", "phone", "mobile", "is_primary", "is_active"]


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Who buys."""

    list_display = ["customer_number", "name", "company", "status", "currency", "current_balance", "total_sales"]
    list_filter = ["company", "status", "type"]
    search_fields = ["customer_number", "name", "email"]
    ordering = ["customer_number"]
    inlines = [ContactInline]


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """People at customers."""

    list_display = ["name", "company", "customer", "email", "phone", "is_primary"]
    list_select_related = ["company", "customer"]
    search_fields = ["name", "email"]
    ordering = ["name"]


@admin.register(ReceivableEntry)
class ReceivableEntryAdmin(ReadOnlyAdmin):
    """What changed the balances."""

    list_display = ["entry_date", "company", "customer", "kind", "document_number", "amount", "currency"]
    list_filter = ["company", "kind"]
    list_select_related = ["company", "customer"]
    search_fields = ["document_number", "customer__customer_number", "customer__name"]
    ordering = ["-entry_date", "-pk"]
