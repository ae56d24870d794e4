"""The receivables ledger: the only way to a customer's balance and sales."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.rehearsal import note
from customers.models import Customer, ReceivableEntry

_CURRENCY = Lookup(Customer, lambda rows, pk: rows.filter(pk=pk).only("currency"))


def post_receivable(
    actor: Actor,
    customer_id: UUID,
    *,
    kind: str,
    amount: Decimal,
    sales_amount: Decimal,
    entry_date: date,
    document_id: UUID,
    document_number: str,
    sale_date: date | None = None,
) -> ReceivableEntry:
    """Adds an entry and moves the customer's balance by `amount` and sales by `sales_amount`, both signed.

    Amounts are in the customer's currency.  `sale_date` moves the day of the last sale forward.  The customer's row
    is locked by the change until the caller's transaction ends; raises RuntimeError outside one.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post_receivable needs the transaction of the document that it posts")
    changes = {
        "current_balance": F("current_balance") + amount,
        "total_sales": F("total_sales") + sales_amount,
        "updated_at": clock.now(),
    }
    if sale_date is not None:
        changes["last_sale_date"] = Greatest("last_sale_date", sale_date)
    Customer.objects.filter(pk=customer_id).update(**changes)
    entry = ReceivableEntry.objects.create(
        company_id=actor.company.pk,
        customer_id=customer_id,
        kind=kind,
        amount=amount,
        sales_amount=sales_amount,
        currency=_CURRENCY.get(customer_id).currency,
        entry_date=entry_date,
        document_id=document_id,
        document_number=document_number,
        created_by=actor.id,
        created_at=clock.now(),
    )
    note("ledger", entry)
    return entry


def set_last_sale(customer_id: UUID, day: date | None) -> None:
    """Corrects the day of the last sale after one was cancelled, in the transaction that posted the cancellation."""
    Customer.objects.filter(pk=customer_id).update(last_sale_date=day)
