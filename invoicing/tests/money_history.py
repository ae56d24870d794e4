"""A company's money over some weeks, day after day: whatever may happen to invoices, in four currencies."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import owner_public_id
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer
from invoicing.inputs import (
    CreditNoteInput,
    CustomerPaymentInput,
    GoodwillInput,
    PaymentInput,
    RefundInput,
    WriteOffInput,
)
from invoicing.models import CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.services import (
    allocate_credit,
    cancel_invoice,
    create_credit_note,
    create_goodwill_note,
    record_customer_payment,
    record_payment,
    refund_credit,
    reverse_write_off,
    unallocate_credit,
    void_payment,
    void_refund,
    write_off_invoice,
)
from sales.catalogue_inputs import TaxCodeInput
from sales.inputs import LineInput, QuantityInput
from sales.models import TaxCode
from sales.services import create_tax_code

D = Decimal
RATES = {"MYR": None, "USD": D("4.4321"), "JPY": D("0.030517"), "KWD": D("14.38")}
PRICES = {"MYR": ("0.005", "10.00", "33.33"), "USD": ("0.01", "99.99"), "JPY": ("1", "777"), "KWD": ("0.001", "5.555")}
KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")


class MoneyHistory:
    """What a company invoices, is paid and takes back in the days up to `last`; `days` are all that it has."""

    def __init__(self, actor: Actor, seed: int, last: date, owners: list[UUID | None], length: int = 70) -> None:
        self.actor, self.random = actor, random.Random(seed)
        self.days = [last - timedelta(days=back) for back in reversed(range(length))]
        if not TaxCode.objects.filter(code="EXPORT").exists():
            create_tax_code(actor, TaxCodeInput(code="EXPORT", rate=D(0), tax_type="E"))
        self.customers = [
            make_customer(actor, name=f"In {currency}", currency=currency, owner_id=owner_public_id(owner) or "")
            for currency, owner in zip(RATES, owners, strict=True)
        ]

    def live(self, steps: int) -> None:
        """So many things, one after the other; what the lifecycle rejects doesn't happen."""
        acts = (
            [self.invoice] * 4 + [self.pay] * 4 + [self.pay_in_advance, self.credit, self.give, self.cancel, self.void]
        )
        acts += [
            self.void,
            self.apply,
            self.take_off,
            self.refund,
            self.undo_refund,
            self.write_off,
            self.undo_write_off,
        ]
        for number in range(steps):
            day = self.days[number * len(self.days) // steps]
            hour, minute = self.random.choice([(0, 0), (7, 59), (23, 59), (12, 30)])
            moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=KUALA_LUMPUR).astimezone(UTC)
            with travelling(moment), suppress(DomainError):
                self.random.choice(acts)(day)

    def one_of(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise DomainError("There is none")
        return self.random.choice(found)

    def rate(self, currency: str) -> dict[str, Any]:
        usual = RATES[currency]
        return {} if usual is None else {"exchange_rate": usual + D(self.random.randrange(9)) / 1000}

    def lines(self, customer: Customer) -> list[LineInput]:
        return [
            line(
                str(self.random.randrange(1, 5)),
                self.random.choice(PRICES[customer.currency]),
                tax_code=self.random.choice(["SST", "SST-S", "ZERO", "EXPORT", ""]),
            )
            for _ in range(self.random.randrange(1, 4))
        ]

    def invoice(self, day: date) -> None:
        customer = self.random.choice(self.customers)
        dated = day + timedelta(days=self.random.choice([0, 0, 0, -9, 4]))
        make_invoice(
            self.actor,
            customer,
            [line("1", "0")] if self.random.random() < 0.1 else self.lines(customer),
            invoice_date=dated,
            due_date=dated + timedelta(days=self.random.choice([0, 1, 7, 30])),
            shipping_cost=D(self.random.choice([0, 0, 7])),
            **self.rate(customer.currency),
        )

    def pay(self, day: date) -> None:
        invoice: Invoice = self.one_of(Invoice.objects.filter(stage="open"))
        amount = self.random.choice([invoice.amount_due, invoice.amount_due, D(1), invoice.amount_due + 3])
        dated = day - timedelta(days=self.random.choice([0, 0, 2]))
        values = {"amount": amount, "payment_date": dated, "excess": "credit", **self.rate(invoice.currency)}
        record_payment(self.actor, invoice, PaymentInput(**values))

    def pay_in_advance(self, day: date) -> None:
        customer = self.random.choice(self.customers)
        record_customer_payment(
            self.actor,
            CustomerPaymentInput(
                customer_id=customer.public_id,
                amount=D(self.random.randrange(1, 60)),
                payment_date=day - timedelta(days=self.random.choice([0, 3])),
                auto_allocate=self.random.choice(["none", "oldest"]),
                exchange_rate=RATES[customer.currency] or D(1),
            ),
        )

    def credit(self, day: date) -> None:
        invoice: Invoice = self.one_of(Invoice.objects.filter(status="sent"))
        part = [QuantityInput(item_id=invoice.lines.all()[0].public_id, quantity=D(1))]
        items: dict[str, Any] = {"items": part} if self.random.random() < 0.6 else {}
        dated = max(day - timedelta(days=self.random.choice([0, 5])), invoice.invoice_date)
        create_credit_note(
            self.actor,
            CreditNoteInput(invoice_id=invoice.public_id, credit_note_date=dated, excess="credit", **items),
        )

    def give(self, day: date) -> None:
        customer = self.random.choice(self.customers)
        goodwill = GoodwillInput(
            customer_id=customer.public_id,
            credit_note_date=day,
            reason="Sorry",
            items=self.lines(customer),
            **self.rate(customer.currency),
        )
        create_goodwill_note(self.actor, goodwill)

    def cancel(self, day: date) -> None:
        cancel_invoice(self.actor, self.one_of(Invoice.objects.filter(stage="open")))

    def void(self, day: date) -> None:
        void_payment(self.actor, self.one_of(Payment.objects.filter(voided_at=None)))

    def source(self, **conditions: Any) -> Any:
        return self.one_of(self.random.choice([Payment, CreditNote]).objects.filter(**conditions))

    def apply(self, day: date) -> None:
        allocate_credit(self.actor, self.source(unapplied__gt=0), auto_allocate="oldest")

    def take_off(self, day: date) -> None:
        unallocate_credit(self.actor, self.source(amount_allocated__gt=0))

    def refund(self, day: date) -> None:
        source = self.source(unapplied__gt=0)
        refund_credit(self.actor, source, RefundInput(amount=self.random.choice([D(1), source.unapplied])))

    def undo_refund(self, day: date) -> None:
        void_refund(self.actor, self.one_of(Refund.objects.filter(voided_at=None)))

    def write_off(self, day: date) -> None:
        invoice = self.one_of(Invoice.objects.filter(stage="open"))
        amount = self.random.choice([D(1), invoice.amount_due])
        write_off_invoice(self.actor, invoice, WriteOffInput(amount=amount, kind="bad_debt", reason="Gone"))

    def undo_write_off(self, day: date) -> None:
        reverse_write_off(self.actor, self.one_of(WriteOff.objects.filter(reversed_at=None)))
