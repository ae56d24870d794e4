"""However an invoice is credited in parts, the parts add up to it to the last cent."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order
from invoicing.inputs import CreditNoteInput
from invoicing.integrity import check_integrity
from invoicing.services import cancel_invoice, convert_order_to_invoice, create_credit_note, issue_invoice
from sales.inputs import LineInput, QuantityInput
from sales.pricing import Range, ranges_along

pytestmark = pytest.mark.usefixtures("in_company")
D = Decimal
QUANTITIES = st.sampled_from([D(1), D(3), D("2.5"), D("0.07"), D(7), D("10.000001")])
CUTS = st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True)


@st.composite
def lines(draw: st.DrawFn) -> LineInput:
    """A line with any discount, taxed or not."""
    price = draw(st.sampled_from(["0.01", "3.333333", "33.335", "100.00", "0.004"]))
    quantity = draw(QUANTITIES)
    discount = draw(st.sampled_from([{}, {"discount_percent": D("33.33")}, {"discount_amount": D("0.01")}]))
    if quantity * D(price) < D("0.02"):
        discount = {}
    return line(str(quantity), price, tax_code=draw(st.sampled_from(["", "SST"])), **discount)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_line=lines(), cuts=CUTS, of_order=st.booleans(), inclusive=st.booleans())
def test_parts_make_up_the_invoice(
    actor: Actor, given_line: LineInput, cuts: list[int], of_order: bool, inclusive: bool
) -> None:
    with transaction.atomic():
        customer = make_customer(actor)
        if of_order:  # billed in two stretches, the first and the last third
            order = make_order(actor, customer, [given_line], prices_include_tax=inclusive)
            key, third = order.lines.get().public_id, ((given_line.quantity or D(0)) / 3).quantize(D("0.000001"))
            part = [QuantityInput(item_id=key, quantity=third)]
            first = convert_order_to_invoice(actor, order, partial_items=part)
            convert_order_to_invoice(actor, order, partial_items=part)
            cancel_invoice(actor, first)
            invoice = issue_invoice(actor, convert_order_to_invoice(actor, order))
        else:
            invoice = make_invoice(actor, customer, [given_line], prices_include_tax=inclusive)
        row = invoice.lines.get()
        bounds = [D(0), *((row.quantity * cut / 100).quantize(D("0.000001")) for cut in sorted(cuts))]
        parts = [high - low for low, high in pairwise(bounds) if high > low]
        notes = [
            create_credit_note(
                actor,
                CreditNoteInput(
                    invoice_id=invoice.public_id, items=[QuantityInput(item_id=row.public_id, quantity=quantity)]
                ),
            )
            for quantity in parts
        ]
        notes.append(create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id)))
        for name in ("subtotal", "total_discount", "total_tax", "total"):
            assert sum(getattr(note, name) for note in notes) == getattr(invoice, name)
        invoice.refresh_from_db()
        assert invoice.amount_due == 0
        assert check_integrity(actor.company) == []
        transaction.set_rollback(True)


@given(starts=st.lists(st.integers(0, 1000), min_size=2, max_size=10, unique=True), cuts=st.lists(st.integers(0, 1000)))
def test_pieces_along_stretches_cover_them_once(starts: list[int], cuts: list[int]) -> None:
    edges = [D(edge) for edge in sorted(starts)][: len(starts) // 2 * 2]
    outer: list[Range] = list(zip(edges[::2], edges[1::2], strict=True))
    length = sum((end - start for start, end in outer), D(0))
    bounds = sorted({D(0), length, *(D(cut) for cut in cuts if cut < length)})
    pieces = [piece for inner in pairwise(bounds) for piece in sorted(ranges_along(outer, [inner]))]
    assert sum((end - start for start, end in pieces), D(0)) == length
    units = [unit for start, end in pieces for unit in range(int(start), int(end))]
    assert units == [unit for start, end in outer for unit in range(int(start), int(end))]
