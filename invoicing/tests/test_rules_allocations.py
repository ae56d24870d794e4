"""What settling comes to in the company's currency, and from which day on: pure functions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel.money import ZERO, quantize
from invoicing.rules.allocations import Used, base_amount, first_day_with_room, least_left, next_base_amount

D = Decimal
MONDAY = date(2024, 1, 1)
AMOUNTS = st.decimals("0.01", "999999999.99", places=2)
RATES = st.decimals("0.0000000001", "999999999", places=10)


def day(number: int) -> date:
    return MONDAY + timedelta(number)


def test_halves_round_up_and_long_products_stay_exact() -> None:
    assert base_amount(D("0.5"), D("0.01"), "MYR") == D("0.01")
    assert base_amount(D("9999999999999.9999"), D("999999999.9999999999"), "MYR") == D("9999999999999999899000.00")


@given(parts=st.lists(AMOUNTS, min_size=1, max_size=8), rate=RATES, currency=st.sampled_from(["MYR", "JPY", "KWD"]))
def test_parts_come_to_the_whole(parts: list[Decimal], rate: Decimal, currency: str) -> None:
    used = Used()
    for amount in parts:
        base = next_base_amount(used, amount, rate, currency)
        assert base == quantize(base, currency)
        used = used.plus(amount, base)
        assert used.base == base_amount(used.amount, rate, currency)
    assert used.base == base_amount(sum(parts, ZERO), rate, currency)


@given(parts=st.lists(AMOUNTS, min_size=2, max_size=8), rate=RATES, data=st.data())
def test_what_was_taken_back_is_made_up_for_by_the_next(
    parts: list[Decimal], rate: Decimal, data: st.DataObject
) -> None:
    used, made = Used(), []
    for amount in parts:
        made.append((amount, next_base_amount(used, amount, rate, "MYR")))
        used = used.plus(*made[-1])
    for amount, base in data.draw(st.sets(st.sampled_from(made), min_size=1)):
        used = used.plus(-amount, -base)
    left = sum(parts, ZERO) - used.amount
    last = next_base_amount(used, left, rate, "MYR")
    assert used.base + last == base_amount(sum(parts, ZERO), rate, "MYR")


def test_the_worked_example() -> None:
    """USD 1,000.00 received at 4.70 pays two invoices: as docs/pricing.md has it."""
    payment, gains = Used(), []
    for total, rate in ((D("333.33"), D("4.6543")), (D("666.67"), D("4.7211"))):
        received = next_base_amount(payment, total, D("4.70"), "MYR")
        payment = payment.plus(total, received)
        gains.append(received - next_base_amount(Used(), total, rate, "MYR"))
    assert payment.base == D("4700.00")
    assert gains == [D("15.23"), D("-14.07")]


HISTORIES = st.lists(st.tuples(st.integers(0, 30).map(day), st.decimals(-50, 100, places=0)), max_size=10)


@given(history=HISTORIES, start=st.integers(0, 30).map(day), amount=st.decimals(1, 100, places=0))
def test_the_first_day_with_room_is_the_first(
    history: list[tuple[date, Decimal]], start: date, amount: Decimal
) -> None:
    def left(on: date) -> Decimal:
        return sum((change for when, change in history if when <= on), ZERO)

    days = [day(number) for number in range(40)]
    room = [on for on in days if all(left(later) >= amount for later in days if later >= on)]
    if not room:
        with pytest.raises(ValueError, match="no room"):
            first_day_with_room(start, amount, history)
        return
    found = first_day_with_room(start, amount, history)
    assert found == max(start, room[0])
    assert least_left(start, history) == min(left(on) for on in days if on >= start)


def test_an_allocation_waits_for_both() -> None:
    invoice, payment = [(day(3), D(100))], [(day(1), D(60)), (day(2), D(-30)), (day(5), D(30))]
    assert first_day_with_room(day(0), D(30), invoice, payment) == day(3)
    assert first_day_with_room(day(0), D(60), invoice, payment) == day(5)
    assert first_day_with_room(day(9), D(10), invoice, payment) == day(9)
