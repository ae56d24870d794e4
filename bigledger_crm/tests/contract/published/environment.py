"""A company in which the published examples are true: their customer, items and documents, made over the API."""

import copy
from functools import cached_property
from typing import Any

import time_machine

from bigledger_crm.documents.tests.file_samples import PDF
from bigledger_crm.testing.client import ApiClient, Upload
from bigledger_crm.tests.contract.published.reading import Page

Object = dict[str, Any]


class Environment:
    """Makes what an example is about when it is first asked for."""

    def __init__(self, api: ApiClient, objects: dict[str, Object]) -> None:
        self.api = api
        self.objects = objects

    def make(self, path: str, kind: str, **changes: Any) -> Object:
        """Posts a published object as it stands, with ids of this company."""
        made: Object = self.api.post(path, self.prepared(self.objects[kind]) | changes).data
        return made

    def prepared(self, example: Any) -> Any:
        """A copy of an example with the ids of this company's objects."""
        if isinstance(example, list):
            return [self.prepared(part) for part in example]
        if not isinstance(example, dict):
            return copy.copy(example)
        return {name: self._id(name, value) or self.prepared(value) for name, value in example.items()}

    def _id(self, name: str, value: Any) -> str:
        if name == "customerId":
            return str(self.customer["id"])
        if name != "itemId":
            return ""
        known = {"item_widget001": self.widget, "item_service001": self.service}
        return str(known[value]["id"] if value in known else self.order["items"][0]["id"])

    @cached_property
    def customer(self) -> Object:
        """The published customer, from its own object."""
        return self.make("/customers", "Customer")

    @cached_property
    def contact(self) -> Object:
        """The published contact of that customer."""
        return self.make(f"/customers/{self.customer['id']}/contacts", "Contact")

    @cached_property
    def widget(self) -> Object:
        """The item of every example."""
        return self.make("/items", "Item")

    @cached_property
    def service(self) -> Object:
        """The other item of the order's example."""
        return self.make("/items", "Item", itemCode="SRV-001", name="Installation Service")

    @cached_property
    def tax_code(self) -> Object:
        """The published tax code."""
        return self.make("/tax-codes", "Tax Code")

    @cached_property
    def draft_order(self) -> Object:
        """The published order before it was confirmed, with its attachment."""
        plan = self.objects["Sales Order"]["fulfillment"]
        given = {name: plan[name] for name in ("shippingMethod", "estimatedDelivery")}
        order = self.make("/sales-orders", "Sales Order", **given)
        filename = self.objects["Sales Order"]["attachments"][0]["filename"]
        assert self.api.post(f"/sales-orders/{order['id']}/attachments", Upload(filename, PDF)).status == 201
        return order

    @cached_property
    def order(self) -> Object:
        """The published order."""
        path = f"/sales-orders/{self.draft_order['id']}"
        self.api.patch(f"{path}/status", {"status": "confirmed"})
        order: Object = self.api.get(path).data
        return order

    @cached_property
    def draft_quote(self) -> Object:
        """The published quote before it was sent."""
        return self.make("/quotes", "Quote")

    @cached_property
    def quote(self) -> Object:
        """The published quote."""
        quote: Object = self.api.post(f"/quotes/{self.draft_quote['id']}/send").data
        return quote

    @cached_property
    def accepted_quote(self) -> Object:
        """The published quote, agreed to."""
        quote: Object = self.api.post(f"/quotes/{self.quote['id']}/accept").data
        return quote

    @cached_property
    def draft_invoice(self) -> Object:
        """The published invoice before it was sent."""
        return self.make("/invoices", "Invoice")

    @cached_property
    def invoice(self) -> Object:
        """The published invoice."""
        invoice: Object = self.api.post(f"/invoices/{self.draft_invoice['id']}/issue").data
        return invoice

    @cached_property
    def payment(self) -> Object:
        """The published payment."""
        path = f"/invoices/{self.invoice['id']}/payments"
        body = {name: self.objects["Payment"][name] for name in PAYMENT_FIELDS}
        with time_machine.travel(f"{body['paymentDate']}T09:00:00+08:00", tick=False):
            payment: Object = self.api.post(path, body).data
        return payment

    def sell_the_quote(self) -> None:
        """The published quote, ordered, invoiced and paid."""
        order = self.api.post(f"/quotes/{self.accepted_quote['id']}/convert-to-order").data
        invoice = self.api.post(f"/sales-orders/{order['id']}/convert-to-invoice").data
        path = f"/invoices/{invoice['id']}"
        assert self.api.post(f"{path}/issue").status == 200
        assert self.api.post(f"{path}/payments", {"amount": invoice["total"]}).status == 201

    def bill(self, day: str, price: Any, paid: Any = 0, paid_on: str = "") -> None:
        """An issued invoice of the widget to the customer, and a payment of it."""
        line = {"itemId": self.widget["id"], "quantity": 1, "unitPrice": price, "taxCode": "ZERO"}
        body = {"customerId": self.customer["id"], "invoiceDate": day, "items": [line]}
        path = f"/invoices/{self.api.post('/invoices', body).data['id']}"
        assert self.api.post(f"{path}/issue").status == 200
        if paid:
            assert self.api.post(f"{path}/payments", {"amount": paid, "paymentDate": paid_on or day}).status == 201

    def trade(self) -> None:
        """What the customer has bought and owes in its published object."""
        balance, sales = (self.objects["Customer"][name] for name in ("currentBalance", "totalSales"))
        day, part = self.objects["Customer"]["lastSaleDate"], (sales - balance) / 3
        for _ in range(3):  # each below the customer's credit limit
            self.bill(day, part, part)
        self.bill(day, balance)

    def years_of_trade(self) -> None:
        """Orders and invoices in this year and the one before, so that every trend has a base."""
        for day, paid_on in (("2022-06-01", "2022-06-20"), ("2023-06-01", "2023-06-15"), ("2024-01-10", "2024-01-12")):
            self.bill(day, 100, 100, paid_on)
            line = {"itemId": self.widget["id"], "quantity": 1}
            order = self.api.post(
                "/sales-orders", {"customerId": self.customer["id"], "orderDate": day, "items": [line]}
            ).data
            self.api.patch(f"/sales-orders/{order['id']}/status", {"status": "confirmed"})


PAYMENT_FIELDS = "amount paymentDate paymentMethod reference notes accountId".split()


def objects_of(*pages: Page) -> dict[str, Object]:
    """The published objects of several pages."""
    return {name: value for page in pages for name, value in page.objects.items()}
