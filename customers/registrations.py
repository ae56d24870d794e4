"""What customers tell the core."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bigledger_crm.registry import FieldedKind, ObjectType, fielded_kinds, object_types

_CHANGES = ("created", "updated", "deleted")


def register() -> None:
    """Registers the kinds of objects."""
    object_types.register(
        ObjectType(
            "customer",
            "cust",
            (*_CHANGES, "anonymised"),
            page="customers:detail",
            emails=("statement",),
            resource="customers",
            titles={"statement_sent": _("Statement sent")},
            counted=lambda count: ngettext("%(count)s customer", "%(count)s customers", count) % {"count": count},
        ),
        ObjectType("contact", "contact", _CHANGES),
    )
    fielded_kinds.register(
        FieldedKind("customers", _("Customers"), "customers.Customer"),
        FieldedKind("contacts", _("Contacts"), "customers.Contact"),
    )
