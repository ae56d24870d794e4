"""Customers that nothing came of can be removed when they are old."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.privacy.retention_rules import RetentionRule, retention_rules
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import unreferenced
from customers.errors import CustomerInUse
from customers.models import Customer, ReceivableEntry
from customers.services import erase_customer


def idle_customers(before: datetime) -> QuerySet[Customer]:
    """Customers without a document to whom nothing has happened since a moment."""
    later = AuditEntry.objects.filter(subjects__contains=[OuterRef("pk")], occurred_at__gte=before)
    old = Customer.objects.filter(merged_into=None, created_at__lt=before, updated_at__lt=before)
    return unreferenced(old, apart_from=[ReceivableEntry]).filter(~Exists(later))


def _erase(actor: Actor, customers: QuerySet[Customer]) -> int:
    erased = 0
    for customer in customers.order_by("pk"):
        try:
            with transaction.atomic():
                erase_customer(actor, customer)
        except CustomerInUse:  # an email to it is being sent: the next night
            continue
        erased += 1
    return erased


def register() -> None:
    """Registers them."""
    retention_rules.register(
        RetentionRule(
            "customers",
            gettext_lazy("Customers without documents"),
            gettext_lazy("Customers with no quote, order, invoice or payment, to whom nothing has happened since."),
            idle_customers,
            lambda customer: f"{customer.customer_number} {customer.name}",
            _erase,
            least=lambda _country: 12,
            batch=20,
        )
    )
