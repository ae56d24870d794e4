"""What the rules of the sale's state machine stand on: one customer's sales in a transaction that is taken back."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line
from customers.models import Customer
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment
from sales.inputs import LineInput
from sales.models import Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine

D = Decimal
Row = TypeVar("Row")
Refusal = type[DomainError] | None
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["1", "3", "2.5", "0.07"]),
        st.sampled_from(["100.00", "33.335", "0.01"]),
        tax_code=st.sampled_from(["", "SST"]),
        discount_percent=st.sampled_from([D(0), D(5), D("33.33")]),
    ),
    min_size=1,
    max_size=3,
)
SHIPPING = st.sampled_from([D(0), D("9.99")])
SHARES = st.sampled_from([D("0.1"), D("0.35"), D("0.5"), D(1), D("1.5")])
PLACES = st.integers(0, 199)


class SaleMachine(RuleBasedStateMachine):
    """Moves are tried on fitting documents mostly, on any at times; the state before tells what must happen."""

    actor: Actor
    customer: Customer

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(company_scope(self.actor.company))
        self.stack.enter_context(transaction.atomic())

    def teardown(self) -> None:
        """Proves the books of the run, and takes it all back."""
        try:
            assert check_integrity(self.actor.company) == []
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def fields(self, lines: list[LineInput], **more: Any) -> dict[str, Any]:
        return {"customer_id": self.customer.public_id, "items": lines, **more}

    def pick(self, rows: Iterable[Row], fits: Callable[[Row], bool], place: int) -> Row:
        everything = list(rows)
        chosen = [row for row in everything if place % 4 == 0 or fits(row)] or everything
        return chosen[place // 4 % len(chosen)]

    def attempt(self, act: Callable[[], object], refusal: Refusal) -> None:
        """Runs a move that must succeed, or be refused exactly so and change nothing."""
        if refusal is None:
            act()
            return
        before = fingerprint()
        with pytest.raises(refusal):
            act()
        assert fingerprint() == before


def fingerprint() -> list[tuple[Any, ...]]:
    """What a refusal must leave as it was."""
    offered = (Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine)
    billed = (Invoice, InvoiceLine, CreditNote, CreditNoteLine, Payment)
    models = (*offered, *billed, Customer, AuditEntry, OutboxEmail)
    tables = [DocumentSequence._meta.db_table, *(model._meta.db_table for model in models)]
    sums = [f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return list(cursor.fetchall())
