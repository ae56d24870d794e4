"""Customers, contacts and the ledger in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline, amount, one_of
from customers.models import Contact, Customer, ReceivableEntry
from customers.models.receivable import ENTRY_KINDS

BALANCE, SALES = amount("current_balance"), amount("total_sales")


class ContactInline(ReadOnlyInline):
    """The people at a customer."""

    model = Contact
    fields = ["name", "title", "email", "phone", "mobile", "is_primary", "is_active"]


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Who buys."""

    list_display = ["customer_number", "name", "company", "status", "currency", BALANCE, SALES]
    list_filter = ["status", "type"]
    search_fields = ["search_text"]
    sortable_by = [BALANCE, SALES]
    ordering = ["number_sort", "pk"]
    inlines = [ContactInline]


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """People at customers."""

    list_display = ["name", "company", "customer", "email", "phone", "is_primary"]
    list_filter = ["is_primary", "is_active"]
    list_select_related = ["company", "customer"]
    search_fields = ["search_text"]
    ordering = ["name", "pk"]


@admin.register(ReceivableEntry)
class ReceivableEntryAdmin(ReadOnlyAdmin):
    """What changed the balances."""

    list_display = ["entry_date", "company", "customer", "kind", "document_number", amount("amount"), "currency"]
    list_filter = [one_of("kind", ENTRY_KINDS), "entry_date"]
    list_select_related = ["company", "customer"]
    search_fields = ["document_number", "customer__customer_number", "customer__name"]
