"""What customers tell the core."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.registry import ObjectType, object_types

_CHANGES = ("created", "updated", "deleted")


def register() -> None:
    """Registers the kinds of objects."""
    object_types.register(
        ObjectType(
            "customer",
            "cust",
            _CHANGES,
            page="customers:detail",
            emails=("statement",),
            resource="customers",
            titles={"statement_sent": _("Statement sent")},
        ),
        ObjectType("contact", "contact", _CHANGES),
    )
