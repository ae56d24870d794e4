"""Sales for tests of reports: in three currencies, with tags, owners and countries, about the edges of periods."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item
from customers.models import Customer
from invoicing.inputs import CreditNoteInput, GoodwillInput
from invoicing.models import Invoice
from invoicing.services import cancel_invoice, create_credit_note, create_goodwill_note
from sales.inputs import LineInput, QuantityInput

TAGS = ("retail", "VIP", "Penang")
# The last days of months, quarters and years and the first of those after, and a leap day.
EDGES = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1))
RATES = {"JPY": Decimal("0.0312345678"), "KWD": Decimal("14.7654321")}


class ReportHistory:
    """Random documents dated up to today, about an edge half of the time."""

    def __init__(self, actor: Actor, seed: int, owners: Sequence[str] = ("",)) -> None:
        self.actor, self.random, self.owners = actor, random.Random(seed), owners
        self.items = [make_item(actor, item_code=f"I-{number}", name=f"Item {number}") for number in range(4)]
        self.customers = [
            make_customer(
                actor,
                name=f"Customer {currency} {country}",
                currency=currency,
                owner_id=self.random.choice(owners),
                **({"address": {"country": country}} if country else {}),
            )
            for currency, country in (("MYR", "MY"), ("JPY", "JP"), ("KWD", ""), ("MYR", "SG"))
        ]

    def live(self, documents: int) -> None:
        """So many invoices and credit notes; what the rules reject doesn't happen."""
        for _ in range(documents):
            customer = self.random.choice(self.customers)
            with suppress(DomainError):
                self.random.choice([self.invoice, self.invoice, self.invoice, self.goodwill])(customer)

    def day(self, first: date = date(2023, 1, 1)) -> date:
        """A day from `first` through today."""
        today = self.actor.today()
        edges = [edge for edge in EDGES if first <= edge <= today]
        if edges and self.random.random() < 0.5:
            return self.random.choice(edges)
        return first + timedelta(days=self.random.randrange((today - first).days + 1))

    def fields(self, customer: Customer) -> dict[str, Any]:
        """Lines with and without items, with tax and without, shipping at times, and the rate of the currency."""
        lines = [self.line(item, customer) for item in self.random.sample(self.items, self.random.randrange(1, 4))]
        if self.random.random() < 0.4:
            lines.append(line("1", "7"))
        fields: dict[str, Any] = {"items": lines, "shipping_cost": Decimal(self.random.choice([0, 0, 12]))}
        rate = RATES.get(customer.currency)
        return {**fields, "exchange_rate": rate} if rate else fields

    def line(self, item: Any, customer: Customer) -> LineInput:
        """Up to four of an item, at a price that the currency can have."""
        decimals = {"JPY": 0, "KWD": 3}.get(customer.currency, 2)
        price = Decimal(self.random.randrange(1, 9_999_999)).scaleb(-decimals)
        quantity = Decimal(self.random.choice(["1", "2", "2.5", "4"]))
        return LineInput(item_id=item.public_id, quantity=quantity, unit_price=price)

    def invoice(self, customer: Customer) -> None:
        """Issued, and at times cancelled or credited on the same day or later; or a draft."""
        fields, day = self.fields(customer), self.day()
        lines = fields.pop("items")
        tags = self.random.sample(TAGS, self.random.randrange(3))
        fields |= {"invoice_date": day, "tags": [self.random.choice([tag, tag.upper()]) for tag in tags]}
        owner = self.random.choice([*self.owners, None])
        fields |= {} if owner is None else {"owner_id": owner}
        invoice = make_invoice(self.actor, customer, lines, draft=self.random.random() < 0.1, **fields)
        chance = self.random.random()
        if chance < 0.1:
            cancel_invoice(self.actor, invoice)
        elif chance < 0.5:
            self.credit(invoice)

    def credit(self, invoice: Invoice) -> None:
        """Credits the whole invoice, or one of its first line, on a day that may be in another period."""
        part = QuantityInput(item_id=invoice.lines.all()[0].public_id, quantity=Decimal(1))
        some: dict[str, Any] = {} if self.random.random() < 0.4 else {"items": [part]}
        day = self.day(invoice.invoice_date)
        note = CreditNoteInput(invoice_id=invoice.public_id, credit_note_date=day, excess="credit", **some)
        create_credit_note(self.actor, note)

    def goodwill(self, customer: Customer) -> None:
        """A credit note for no invoice."""
        fields, day = self.fields(customer), self.day()
        note = GoodwillInput(customer_id=customer.public_id, credit_note_date=day, reason="Sorry", **fields)
        create_goodwill_note(self.actor, note)
