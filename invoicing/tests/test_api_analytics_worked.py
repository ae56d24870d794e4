"""Analytics worked out by hand: a sale from quote to money, the company's new year, yen, and products of one value."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal


class WorkedExample:
    """Somebody at work in January 2024, on one day after the other."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api
        self.ringgit = self.customer("MYR")
        self.dollar = self.customer("USD")

    def customer(self, currency: str) -> str:
        """A customer with this currency."""
        body = {"name": currency, "email": "billing@example.com", "currency": currency}
        return str(self.api.post("/customers", body).data["id"])

    def post(self, path: str, body: Any = None, *, day: int = 15, time: str = "09:00") -> Any:
        """What a URL answers on a day of January at a time in Kuala Lumpur."""
        with time_machine.travel(f"2024-01-{day:02}T{time}:00+08:00", tick=False):
            return self.api.post(path, body).data

    def make(self, kind: str, price: str, customer: str = "", **fields: Any) -> Any:
        """The URL of a new document of one line."""
        line = {"description": "Work", "quantity": 10, "unitPrice": D(price) / 10}
        rate = {"exchangeRate": "4.5"} if customer == self.dollar else {}
        body = {"customerId": customer or self.ringgit, "items": [line], **rate, **fields}
        return f"/{kind}/{self.api.post(f'/{kind}', body).data['id']}"

    def quote(self, price: str, customer: str = "", **fields: Any) -> Any:
        """The URL of a new quote of the first of January, unless it is of another day."""
        return self.make("quotes", price, customer, **{"quoteDate": "2024-01-01", **fields})

    def issued(self, price: str, customer: str = "", **fields: Any) -> Any:
        """The URL of an issued invoice."""
        invoice = self.make("invoices", price, customer, **fields)
        self.post(f"{invoice}/issue")
        return invoice


@pytest.fixture
def desk(api: ApiClient) -> WorkedExample:
    """A desk with nothing sold yet."""
    return WorkedExample(api)


def sell(desk: WorkedExample) -> None:
    """One quote becomes money in two parts."""
    quote = desk.quote("1000")
    desk.post(f"{quote}/send", day=2, time="00:30")  # still the first of January in UTC
    desk.post(f"{quote}/accept", day=4)
    order = desk.post(f"{quote}/convert-to-order", day=5)
    part = [{"itemId": order["items"][0]["id"], "quantity": 4}]
    for day, paid_on, body in ((6, 12, {"partialItems": part}), (8, 9, None)):
        invoice = desk.post(f"/sales-orders/{order['id']}/convert-to-invoice", body, day=day)
        desk.post(f"/invoices/{invoice['id']}/issue", day=day)
        desk.post(f"/invoices/{invoice['id']}/payments", {"amount": invoice["total"]}, day=paid_on)


def offer(desk: WorkedExample) -> None:
    """Quotes that end in every other way."""
    desk.post(f"{desk.quote('100', desk.dollar)}/accept", day=3)
    revised = desk.quote("200")
    desk.post(f"{revised}/send", day=2)
    desk.post(f"{revised}/revise", day=5)
    declined = desk.quote("50")
    desk.post(f"{declined}/send", day=4)
    desk.post(f"{declined}/decline", day=5)
    desk.quote("70", validUntil="2024-01-14")
    desk.quote("80", validUntil="2024-01-15")
    desk.post(f"{desk.quote('30')}/cancel")
    for outside in ("2023-12-31", "2024-01-16"):
        desk.quote("7777", quoteDate=outside)


def sell_directly(desk: WorkedExample) -> None:
    """An order and invoices without a quote; drafts and what is cancelled don't count."""
    desk.make("sales-orders", "400")
    order = desk.make("sales-orders", "300")
    with time_machine.travel("2024-01-10T09:00:00+08:00", tick=False):
        desk.api.patch(f"{order}/status", {"status": "confirmed"})
    invoice = desk.post(f"{order}/convert-to-invoice")
    desk.post(f"/invoices/{invoice['id']}/issue")
    desk.issued("10", desk.dollar)
    desk.make("invoices", "500")
    desk.post(f"{desk.issued('600')}/cancel")
    desk.issued("700", invoiceDate="2023-12-31")


def stage(name: str, count: int, value: str, *rest: str | None) -> dict[str, Any]:
    """A stage by its figures in their order."""
    names = ("conversionFromPrevious", "conversionFromStart", "medianDaysFromPrevious")
    figures = {one: None if text is None else D(text) for one, text in zip(names, rest, strict=True)}
    return {"stage": name, "count": count, "value": D(value), **figures}


def group(count: int, value: str) -> dict[str, Any]:
    """Documents and their value."""
    return {"count": count, "value": D(value)}


def test_from_quote_to_money(desk: WorkedExample) -> None:
    sell(desk)
    offer(desk)
    sell_directly(desk)
    assert desk.api.get("/analytics/sales-funnel?dateFrom=2024-01-01&dateTo=2024-01-15").data == {
        "period": {"dateFrom": "2024-01-01", "dateTo": "2024-01-15"},
        "currency": "MYR",
        "stages": [
            stage("quoted", 7, "1880.00", None, "100.0", None),
            stage("sent", 3, "1500.00", "42.9", "42.9", "2.0"),
            stage("accepted", 2, "1450.00", "66.7", "28.6", "2.0"),
            stage("ordered", 1, "1000.00", "50.0", "14.3", "1.0"),
            stage("invoiced", 1, "1000.00", "100.0", "14.3", "1.0"),
            stage("paid", 1, "1000.00", "100.0", "14.3", "6.0"),
        ],
        "lost": {"declined": group(1, "50.00"), "expired": group(1, "70.00"), "cancelled": group(1, "30.00")},
        "winRate": D("40.0"),
        "averageDaysToClose": D("2.5"),
        "openPipelineValue": D("280.00"),
        "direct": {"orders": group(1, "300.00"), "invoices": group(2, "345.00")},
    }
    one = desk.api.get(f"/analytics/sales-funnel?dateFrom=2024-01-01&customerId={desk.dollar}").data
    assert [(row["count"], row["value"]) for row in one["stages"][:4]] == [*[(1, D("450.00"))] * 3, (0, D("0.00"))]
    assert one["direct"] == {"orders": group(0, "0.00"), "invoices": group(1, "45.00")}


def test_a_voided_payment_and_a_cancelled_invoice_take_a_sale_back(desk: WorkedExample) -> None:
    def counts() -> list[int]:
        return [row["count"] for row in desk.api.get("/analytics/sales-funnel").data["stages"]]

    sell(desk)
    assert counts() == [1, 1, 1, 1, 1, 1]
    for payment in desk.api.get("/payments").data:
        desk.post(f"/payments/{payment['id']}/void")
    assert counts() == [1, 1, 1, 1, 1, 0]
    for invoice in desk.api.get("/invoices").data:
        desk.post(f"/invoices/{invoice['id']}/cancel")
    assert counts() == [1, 1, 1, 1, 0, 0]
    order = desk.api.get("/sales-orders").data[0]
    desk.post(f"/sales-orders/{order['id']}/cancel")
    assert counts() == [1, 1, 1, 1, 0, 0]


def test_the_year_turns_in_the_companys_time_zone(desk: WorkedExample) -> None:
    desk.issued("100", invoiceDate="2023-12-30")
    desk.quote("100", quoteDate="2023-12-30", validUntil="2023-12-31")
    for moment, last, since, expired in (
        ("2023-12-31T15:59:59Z", "2023-12-31", 1, 0),
        ("2023-12-31T16:00:00Z", "2024-01-01", 2, 1),
    ):
        with time_machine.travel(moment, tick=False):
            funnel = desk.api.get("/analytics/sales-funnel").data
            summary = desk.api.get(f"/customers/{desk.ringgit}/summary").data["summary"]
        assert (funnel["period"]["dateTo"], funnel["lost"]["expired"]["count"]) == (last, expired)
        assert summary["daysSinceLastOrder"] == since


def test_the_leap_day_counts_as_any_other(desk: WorkedExample) -> None:
    for day, price in (("2023-03-01", "100"), ("2023-02-28", "10"), ("2022-03-01", "40"), ("2022-02-28", "1000")):
        desk.issued(price, invoiceDate=day)

    def trends(day: str) -> Mapping[str, Any]:
        with time_machine.travel(f"{day}T09:00:00+08:00", tick=False):
            found: Mapping[str, Any] = desk.api.get(f"/customers/{desk.ringgit}/summary").data["trends"]
        return found

    # 365 days up to 28 February 2024 begin on 1 March 2023, those up to the leap day on 2 March.
    assert trends("2024-02-28")["salesGrowth"] == D("100.0")  # 100 against 10 + 40
    assert trends("2024-02-29")["salesGrowth"] == D("-100.0")  # nothing against 100 + 10


def test_yen_have_no_decimals(desk: WorkedExample) -> None:
    yen = desk.customer("JPY")
    for price in ("1000", "1001"):
        desk.issued(price, yen, exchangeRate="0.031")
    answer = desk.api.get(f"/customers/{yen}/summary")
    assert '"totalSales":2001,"totalInvoices":2,"averageOrderValue":1001,' in answer.text  # 1000.5, half up


def test_the_five_products_of_the_highest_value(desk: WorkedExample) -> None:
    lines = []
    for code, price in (("F", 10), ("E", 20), ("D", 20), ("B", 20), ("C", 20), ("A", 30)):
        item = desk.api.post("/items", {"itemCode": code, "name": f"Item {code}", "unitPrice": price}).data
        lines.append({"itemId": item["id"], "quantity": "1.5"})
    desk.issued("1", items=[*lines, {"description": "Delivery", "quantity": 1, "unitPrice": 9999}])
    products = desk.api.get(f"/customers/{desk.ringgit}/summary").data["topProducts"]
    assert [(row["itemCode"], row["description"], row["totalValue"]) for row in products] == [
        ("A", "Item A", D("45.00")),
        *((code, f"Item {code}", D("30.00")) for code in "BCDE"),
    ]
    assert {row["quantityOrdered"] for row in products} == {D("1.5")}


def test_a_summary_that_still_stands_isnt_sent_again(desk: WorkedExample) -> None:
    path = f"/customers/{desk.ringgit}/summary"
    tag = desk.api.get(path).headers["ETag"]
    assert desk.api.get(path, If_None_Match=tag).status == 304
    desk.issued("100")
    assert desk.api.get(path, If_None_Match=tag).status == 200
