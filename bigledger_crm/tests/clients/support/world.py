"""The objects that a snippet speaks of, each in the state in which the snippet can be carried out."""

import re
from decimal import Decimal
from typing import Any

from bigledger import SyncBigLedgerClient
from bigledger.inputs import LineInput
from bigledger.objects import BankAccount, BankTransactionRow, Customer, EInvoiceObject, Invoice, Order, Payment, Quote
from bigledger.values import Object, Upload

from bigledger_crm.kernel import clock

LINES: list[LineInput | Object] = [
    {"description": "Premium Widget", "quantity": 100, "unit_price": 25, "tax_code": "SST"}
]
NAMES = ("customer", "quote", "order", "invoice", "einvoice", "payment", "account", "transaction")
MENTIONS = {name: re.compile(rf"\${name.upper()}\b|\b{name}\.") for name in NAMES}
BUYER: dict[str, Any] = {
    "name": "Acme Corporation",
    "email": "einvoices@acme.com",
    "phone": "+60123456789",
    "tin": "C10203040050",
    "identification_type": "brn",
    "identification_number": "201901000005",
    "billing_address": {"street": "1 Jalan Ampang", "city": "Kuala Lumpur", "postalCode": "50450", "country": "MY"},
}
BANK_CHARGE = Decimal("12.50")


class World:
    """Makes them for one company."""

    def __init__(self, client: SyncBigLedgerClient, owner_id: str) -> None:
        self.client = client
        self.owner_id = owner_id
        self.buyer = self.customer().id
        self.due = Decimal(100)  # on the invoice that was made last
        self.accounts = 0

    def objects(self, code: str) -> dict[str, Any]:
        """What the code mentions by name, in any language."""
        words = re.sub(r"[_-]", "", code.lower())
        if "consolidate" in words:
            self._counter_sale()
        wanted = [name for name, pattern in MENTIONS.items() if pattern.search(code)]
        made = {name: getattr(self, name)(words) for name in wanted}
        if len(made) > 1 and "customer" in made:  # whose documents they are
            made["customer"] = self.client.customers.get(self.buyer)
        return made

    def customer(self, _words: str = "") -> Customer:
        """A customer without documents."""
        return self.client.customers.create(name="Acme Corporation", email="billing@acme.com")

    def quote(self, words: str) -> Quote:
        """A draft, sent where it is to be answered, accepted where it is to be converted."""
        quote = self.client.quotes.create(customer_id=self.buyer, items=LINES)
        if any(word in words for word in ("accept", "decline", "revise", "converttoorder")):
            quote = self.client.quotes.send(quote.id)
        return self.client.quotes.accept(quote.id) if "converttoorder" in words else quote

    def order(self, words: str) -> Order:
        """A draft where its status is to change, otherwise confirmed."""
        order = self.client.sales_orders.create(customer_id=self.buyer, items=LINES)
        return order if "status" in words else self.client.sales_orders.update_status(order.id, status="confirmed")

    def invoice(self, words: str) -> Invoice:
        """A draft, issued where it is to be paid, credited or cancelled."""
        if "einvoice" in words:
            return self._reportable(words)
        invoice = self.client.invoices.create(customer_id=self.buyer, items=LINES, shipping_cost=50)
        is_issued = any(word in words for word in ("payment", "creditnotes", "cancel", "writeoff", "allocate", "match"))
        self.due = invoice.amount_due
        return self.client.invoices.issue(invoice.id) if is_issued else invoice

    def einvoice(self, _words: str = "") -> EInvoiceObject:
        """One that waits to be sent."""
        return self.client.invoices.submit_einvoice(self._reportable("").id)

    def _reportable(self, words: str) -> Invoice:
        """An issued invoice that LHDN would accept, with an e-invoice where that is to be cancelled."""
        buyer = self.client.customers.create(**BUYER)
        lines: list[LineInput | Object] = [{"description": "Premium Widget", "quantity": 100, "unit_price": 25}]
        invoice = self.client.invoices.issue(self.client.invoices.create(customer_id=buyer.id, items=lines).id)
        if "cancel" in words:
            self.client.invoices.submit_einvoice(invoice.id)
        return invoice

    def _counter_sale(self) -> None:
        """A sale of January 2024 to a consumer."""
        buyer = self.client.customers.create(
            name="Counter sales", email="counter@acme.com", einvoice_preference="consolidated"
        )
        lines: list[LineInput | Object] = [{"description": "Premium Widget", "quantity": 1, "unit_price": 25}]
        sale = self.client.invoices.create(customer_id=buyer.id, items=lines, invoice_date="2024-01-15")
        self.client.invoices.issue(sale.id)

    def payment(self, words: str) -> Payment:
        """A payment in part; one that is left as credit where it is to be allocated or refunded."""
        if re.search("payment/allocate|payments.allocate|refund", words):
            return self.client.payments.create(customer_id=self.buyer, amount=100)
        return self.client.invoices.record_payment(self.invoice("payment").id, amount=100)

    def account(self, _words: str = "") -> BankAccount:
        """An account without statements."""
        self.accounts += 1
        return self.client.bank_accounts.create(name=f"Current account {self.accounts}")

    def transaction(self, _words: str) -> BankTransactionRow:
        """Money that came today: what is due on the last invoice, less what the bank kept."""
        row = f"{clock.now():%Y-%m-%d},Transfer,{self.due - BANK_CHARGE}"
        table = Upload("today.csv", f"Date,Description,Amount\n{row}\n".encode())
        account = self.account()
        self.client.bank_accounts.import_statement(account.id, table)
        return next(iter(self.client.bank_transactions.list(bank_account_id=account.id)))
