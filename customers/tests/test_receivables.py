"""The ledger of what customers owe."""

from decimal import Decimal

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer
from customers.models import ReceivableEntry
from customers.services import post_receivable

pytestmark = pytest.mark.usefixtures("committed")


def test_the_ledger_is_posted_in_the_transaction_of_its_document_only(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
        with pytest.raises(RuntimeError, match="transaction"):
            post_receivable(
                actor,
                customer.pk,
                kind="invoice",
                amount=Decimal(1),
                sales_amount=Decimal(1),
                entry_date=actor.today(),
                document_id=customer.pk,
                document_number="X",
            )
        assert not ReceivableEntry.objects.exists()
