"""The demo company reports to the simulator of MyInvois from the first of last month on.

Nothing is sent while the demo is made: its e-invoices wait for the workers.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.demo.customers import CONSUMERS, MISTYPED
from invoicing.demo.timeline import Timeline
from invoicing.einvoice.demo_client import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from invoicing.inputs import EInvoiceSettingsInput, InvoiceInput, PaymentInput
from invoicing.services import create_invoice, issue_invoice, record_payment
from invoicing.services.einvoice_settings import update_einvoice_settings
from sales.inputs import LineInput
from sales.models import Item

SALES = 12  # over the counter, last month
COUNTER = ("PAP-A4", "GLV-050", "LED-018", "CBL-005", "HLM-001")
LARGE = ("DSK-160", 20)  # above what may be reported together
_SEED = 1957


def plan(actor: Actor, calendar: Timeline, customers: Sequence[Customer]) -> None:
    """Plans a month of sales over the counter, and an e-invoice that LHDN rejects; `customers` come meanwhile."""
    chance = Random(_SEED)  # noqa: S311  no secret comes from it
    today = calendar.end.astimezone(calendar.zone).date()
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)

    def at(days: float) -> datetime:
        return datetime.combine(first, time(9), calendar.zone) + timedelta(days=days)

    settings = EInvoiceSettingsInput(
        environment="simulator",
        client_id=DEMO_CLIENT_ID,
        client_secret=DEMO_CLIENT_SECRET,
        submit_when="on_issue",
        starts_on=first,
    )
    calendar.at(at(-0.4), lambda: update_einvoice_settings(actor, settings))
    for number in range(SALES):
        goods = [(code, chance.randint(1, 4)) for code in chance.sample(COUNTER, 2)]
        name = CONSUMERS[number % len(CONSUMERS)]
        calendar.at(at(2 * number + chance.random() / 4), partial(_sell, actor, customers, name, goods))
    calendar.at(at(26), partial(_sell, actor, customers, CONSUMERS[0], [LARGE]))
    calendar.at(calendar.end - timedelta(hours=3), partial(_sell, actor, customers, MISTYPED, [("CHR-010", 2)]))


def _sell(actor: Actor, customers: Sequence[Customer], name: str, goods: Sequence[tuple[str, int]]) -> None:
    """Sold and paid at once."""
    customer = next(one for one in customers if one.name == name)
    items = {item.item_code: item for item in Item.objects.filter(item_code__in=[code for code, _ in goods])}
    lines = [LineInput(item_id=items[code].public_id, quantity=Decimal(number)) for code, number in goods]
    sale = InvoiceInput(customer_id=customer.public_id, items=lines, due_date=clock.today(actor.company.time_zone))
    invoice = issue_invoice(actor, create_invoice(actor, sale))
    record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_method="cash"))
