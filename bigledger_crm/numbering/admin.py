"""Series of document numbers in the admin: to be read, for a number that is gone would be missed in the books."""

from django.contrib import admin

from bigledger_crm.numbering.models import AssignedNumber, DocumentSequence, SkippedNumbers
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, one_of
from bigledger_crm.tenancy.models import NUMBERED_KINDS

_KIND = one_of("kind", NUMBERED_KINDS)


@admin.register(DocumentSequence)
class DocumentSequenceAdmin(ReadOnlyAdmin):
    """How far each series has counted."""

    list_display = ["kind", "company", "year", "month", "last_value"]
    list_filter = [_KIND]
    search_fields = ["=year"]


@admin.register(AssignedNumber)
class AssignedNumberAdmin(ReadOnlyAdmin):
    """The numbers that were given."""

    list_display = ["number", "company", "kind", "year", "month", "value"]
    list_filter = [_KIND]
    search_fields = ["number"]


@admin.register(SkippedNumbers)
class SkippedNumbersAdmin(ReadOnlyAdmin):
    """The numbers that were left out on purpose."""

    list_display = ["kind", "company", "year", "month", "first_value", "last_value", "created_at"]
    list_filter = [_KIND]
    search_fields = ["=first_value", "=last_value"]
