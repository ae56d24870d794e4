"""The demo company's bank account, with a statement of which something waits."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from invoicing.bank_files.statement import Movement, Statement, settled
from invoicing.inputs import BankAccountInput
from invoicing.models import Invoice, Payment
from invoicing.queries.settlement import due_of
from invoicing.rules.payment_references import grouped_reference
from invoicing.services import create_bank_account, import_statement

OPENING = Decimal("84210.55")
CHARGE = Decimal("10.00")
_NUMBER = "514012345678"


def import_demo_statement(actor: Actor) -> None:
    """A bank account, and a statement: some of it matched by itself, some waiting with suggestions, some without."""
    account = create_bank_account(
        actor, BankAccountInput(name="Current account", bank="Maybank", account_number=_NUMBER, auto_match=True)
    )
    movements = sorted(_movements(actor), key=lambda one: one.booking_date)
    closing = OPENING + sum((one.amount for one in movements), ZERO)
    statement = Statement(
        format="csv",
        account=_NUMBER,
        currency=account.currency,
        opening=OPENING,
        closing=closing,
        movements=tuple(movements),
    )
    import_statement(actor, account, settled(statement), filename="statement.csv", content=_file(movements))


def _movements(actor: Actor) -> list[Movement]:
    """By references, by numbers, less a charge, two invoices in one transfer, one recorded by hand, and costs."""
    today, base = actor.today(), actor.company.currency
    issued = Invoice.objects.filter(stage="open", currency=base, invoice_date__lt=today - timedelta(days=3))
    found = list(issued.select_related("customer").order_by("due_date", "pk")[:60])
    several = Counter(one.customer_id for one in found)
    pair = [one for one in found if one.customer_id == next((pk for pk, n in several.items() if n > 1), None)][:2]
    singles = [one for one in found if one not in pair][:6]
    rows = [_of(today, 9, [one], grouped_reference(one.payment_reference), due_of(one)) for one in singles[:2]]
    rows += [_of(today, 6, [one], f"Payment of {one.invoice_number}", due_of(one)) for one in singles[2:3]]
    rows += [_of(today, 5, [one], f"{one.invoice_number} less charges", due_of(one) - CHARGE) for one in singles[3:4]]
    rows += [_of(today, 4, [one], "Transfer", due_of(one)) for one in singles[4:5]]
    if len(pair) == 2:
        rows.append(_of(today, 3, pair, "Both invoices", sum((due_of(one) for one in pair), ZERO)))
    recorded = Payment.objects.filter(
        currency=base, voided_at=None, payment_method="bank_transfer", payment_date__gte=today - timedelta(days=10)
    )
    for payment in recorded.select_related("customer").order_by("pk")[:1]:
        rows.append(
            Movement(
                booking_date=payment.payment_date,
                amount=payment.amount,
                description="Inward transfer",
                counterparty_name=payment.customer.name.upper(),
            )
        )
    fee = Movement(booking_date=today - timedelta(days=2), amount=Decimal("-10.60"), description="Service charge")
    interest = Movement(booking_date=today - timedelta(days=1), amount=Decimal("3.27"), description="Interest")
    return [*rows, fee, interest]


def _of(today: date, days: int, invoices: list[Invoice], words: str, amount: Decimal) -> Movement:
    name = invoices[0].customer_name.upper()
    day = today - timedelta(days=days)
    return Movement(booking_date=day, amount=amount, description=words, counterparty_name=name)


def _file(movements: list[Movement]) -> bytes:
    """The statement as the bank's table."""
    lines, balance = ["Date,Name,Description,Amount,Balance"], OPENING
    for one in movements:
        balance += one.amount
        texts = (one.booking_date.isoformat(), one.counterparty_name.replace(",", ""), one.description)
        lines.append(",".join((*texts, f"{one.amount:.2f}", f"{balance:.2f}")))
    return "\n".join([*lines, ""]).encode()
