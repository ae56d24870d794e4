"""Every kind of tampering with payments, credit, refunds and write-offs is named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from invoicing.inputs import AllocationInput, CustomerPaymentInput, GoodwillInput, RefundInput, WriteOffInput
from invoicing.services import (
    allocate_credit,
    create_goodwill_note,
    record_customer_payment,
    refund_credit,
    unallocate_credit,
    write_off_invoice,
)
from invoicing.tests.tampering import found, not_told

D = Decimal
TAMPERED: dict[str, tuple[str, str]] = {
    "allocated": (
        "UPDATE invoicing_payment SET amount_allocated = 1",
        "payment of 2024-03-04 by CUST-0001: amountAllocated is 1.0000, should be 60.0000",
    ),
    "refunded": (
        "UPDATE invoicing_payment SET amount_refunded = 4",
        "payment of 2024-03-04 by CUST-0001: refundedAmount is 4.0000, should be 5.0000",
    ),
    "credit of a note": (
        "UPDATE invoicing_creditnote SET amount_allocated = 0",
        "credit note CN-2024-0001: amountAllocated is 0.0000, should be 7.0000",
    ),
    "balance of what is left": (
        "UPDATE invoicing_payment SET amount_allocated = 1",
        "customer CUST-0001: amount due less credit is",
    ),
    "use of what was voided": (
        "UPDATE invoicing_payment SET voided_at = now()",
        "use of what was voided is 65.0000, should be 0.0000",
    ),
    "allocation": (
        "UPDATE invoicing_allocation SET amount = amount + 1 WHERE payment_id IS NOT NULL AND is_initial",
        "invoice INV-2024-0001: amountPaid is 60.0000, should be 61.0000",
    ),
    "allocation gone": (
        "DELETE FROM invoicing_allocation WHERE credit_note_id IS NOT NULL",
        "invoice INV-2024-0002: amountCredited is 7.0000, should be 0.0000",
    ),
    "allocation to another": (
        "UPDATE invoicing_allocation SET invoice_id = (SELECT id FROM invoicing_invoice "
        "WHERE invoice_number = 'INV-2024-0003') WHERE is_initial",
        "allocation to INV-2024-0003 of payment of 2024-03-04 by CUST-0001: customer is CUST-0001, should be CUST-0002",
    ),
    "allocation's day": (
        "UPDATE invoicing_allocation SET allocation_date = '2023-12-31' WHERE is_initial",
        "date is 2023-12-31, should be 2024-03-04",
    ),
    "allocation's invoice's day": (
        "UPDATE invoicing_allocation SET invoice_date = '2023-12-31' WHERE is_initial",
        "date of the invoice is 2023-12-31, should be 2024-03-04",
    ),
    "allocation's source's day": (
        "UPDATE invoicing_allocation SET source_date = '2023-12-31' WHERE is_initial",
        "date of what settles it is 2023-12-31, should be 2024-03-04",
    ),
    "overspent in between": (
        "UPDATE invoicing_refund SET refund_date = '2024-03-03'",
        "credit of payment of 2024-03-04 by CUST-0001: what is left on 2024-03-03 is -5.0000, should be at least 0",
    ),
    "reversal": (
        "UPDATE invoicing_allocation SET amount = -1 WHERE reverses_id IS NOT NULL",
        "reversal is -1.0000 / ",
    ),
    "base amount": (
        "UPDATE invoicing_allocation SET invoice_base_amount = invoice_base_amount + 0.01 WHERE is_initial",
        "invoice INV-2024-0001: settled in the company's currency is 100.0100, should be 100.00",
    ),
    "base amount of a refund": (
        "UPDATE invoicing_refund SET base_amount = base_amount + 0.01",
        "payment of 2024-03-04 by CUST-0001: amount in the company's currency is 65.0100, should be 65.00",
    ),
    "refund's entry": (
        "DELETE FROM customers_receivableentry WHERE kind = 'refund'",
        "ledger entry refund for TT 1: number of entries is 0, should be 1",
    ),
    "refund's amount": (
        "UPDATE invoicing_refund SET amount = 4",
        "ledger entry refund for TT 1: amount is 5.0000, should be 4.0000",
    ),
    "refund voided without entry": (
        "UPDATE invoicing_refund SET voided_at = now(), void_date = '2024-03-04'",
        "ledger entry refund_void for TT 1: number of entries is 0, should be 1",
    ),
    "written off": (
        "UPDATE invoicing_invoice SET amount_written_off = 39 WHERE amount_written_off > 0",
        "invoice INV-2024-0001: amountWrittenOff is 39.0000, should be 40.0000",
    ),
    "write-off's entry": (
        "DELETE FROM customers_receivableentry WHERE kind = 'write_off'",
        "ledger entry write_off for INV-2024-0001: number of entries is 0, should be 1",
    ),
    "reversed without entry": (
        "UPDATE invoicing_writeoff SET reversed_at = now(), reversal_date = '2024-03-05'",
        "ledger entry write_off_reversal for INV-2024-0001: number of entries is 0, should be 1",
    ),
    "payment's day in the ledger": (
        "UPDATE customers_receivableentry SET entry_date = '2024-03-05' WHERE kind = 'write_off'",
        "ledger entry write_off for INV-2024-0001: date is 2024-03-05, should be 2024-03-04",
    ),
}


@pytest.fixture
def settled(actor: Actor) -> Iterator[Actor]:
    """MYR 65.00 of which 60.00 settle INV-2024-0001, whose rest is written off, and 5.00 went back.

    Goodwill of 10.00 settles 7.00 of INV-2024-0002, 2.00 more for a moment.  INV-2024-0003 is somebody else's.
    """
    with company_scope(actor.company), clock.travelling(datetime(2024, 3, 4, 2, tzinfo=UTC)):
        customer = make_customer(actor)
        first, second = make_invoice(actor, customer), make_invoice(actor, customer)
        make_invoice(actor, make_customer(actor))
        part = AllocationInput(invoice_id=first.public_id, amount=D(60))
        payment = record_customer_payment(
            actor,
            CustomerPaymentInput(customer_id=customer.public_id, amount=D(65), reference="TT 1", allocations=[part]),
        )
        refund_credit(actor, payment, RefundInput(amount=D(5)))
        write_off_invoice(actor, first, WriteOffInput(kind="bad_debt", reason="Insolvent"))
        goodwill = GoodwillInput(customer_id=customer.public_id, reason="Late", items=[line(unit_price="10")])
        note = create_goodwill_note(actor, goodwill)
        allocate_credit(actor, note, [AllocationInput(invoice_id=second.public_id, amount=D(2))])
        unallocate_credit(actor, note)
        allocate_credit(actor, note, [AllocationInput(invoice_id=second.public_id, amount=D(7))])
        yield actor


def test_the_books_are_right_before(settled: Actor) -> None:
    assert found(settled.company) == ""


def test_tampering_is_named(settled: Actor) -> None:
    assert not_told(TAMPERED, settled.company) == {}
