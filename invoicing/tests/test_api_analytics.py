"""A customer's summary and the sales funnel over the API."""

from decimal import Decimal

import pytest

from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal
NOTHING = {"count": 0, "value": D("0.00")}


def _customer(api: ApiClient, **fields: object) -> str:
    return str(api.post("/customers", {"name": "Acme", "email": "a@acme.com", **fields}).data["id"])


def test_a_customer_who_bought_nothing(api: ApiClient) -> None:
    customer = _customer(api)
    answer = api.get(f"/customers/{customer}/summary")
    assert answer.data == {
        "customerId": customer,
        "summary": {
            "totalSales": D("0.00"),
            "totalInvoices": 0,
            "averageOrderValue": D("0.00"),
            "currentBalance": D("0.00"),
            "creditUtilization": None,
            "paymentHistory": {"onTimePayments": 0, "latePayments": 0, "averagePaymentDays": None},
            "lastOrderDate": None,
            "daysSinceLastOrder": None,
            "orderFrequency": "none",
        },
        "trends": {"salesGrowth": None, "orderVolumeGrowth": None, "paymentDaysImprovement": None},
        "topProducts": [],
    }
    assert '"totalSales":0.00' in answer.text


def test_a_customer_who_bought_and_paid(api: ApiClient) -> None:
    customer = _customer(api, creditLimit="1000.00")
    item = api.post("/items", {"itemCode": "WDG-001", "name": "Premium Widget", "unitPrice": "25.00"}).data["id"]
    for day, quantity in (("2022-06-01", 4), ("2023-06-01", 10), ("2023-12-16", 2)):
        body = {"customerId": customer, "invoiceDate": day, "items": [{"itemId": item, "quantity": quantity}]}
        invoice = api.post("/invoices", body).data
        api.post(f"/invoices/{invoice['id']}/issue")
        if quantity != 2:
            paid_on = "2022-07-11" if quantity == 4 else "2023-06-16"
            api.post(f"/invoices/{invoice['id']}/payments", {"amount": invoice["total"], "paymentDate": paid_on})
    part = [{"itemId": api.get(f"/invoices/{invoice['id']}").data["items"][0]["id"], "quantity": 1}]
    assert api.post("/credit-notes", {"invoiceId": invoice["id"], "items": part}).status == 201
    assert api.get(f"/customers/{customer}/summary").data == {
        "customerId": customer,
        "summary": {
            "totalSales": D("375.00"),
            "totalInvoices": 3,
            "averageOrderValue": D("125.00"),
            "currentBalance": D("25.00"),
            "creditUtilization": D("2.5"),
            "paymentHistory": {"onTimePayments": 1, "latePayments": 1, "averagePaymentDays": 28},
            "lastOrderDate": "2023-12-16",
            "daysSinceLastOrder": 30,
            "orderFrequency": "biannual",
        },
        "trends": {"salesGrowth": D("175.0"), "orderVolumeGrowth": D("100.0"), "paymentDaysImprovement": D("-25.0")},
        "topProducts": [
            {
                "itemId": item,
                "itemCode": "WDG-001",
                "description": "Premium Widget",
                "quantityOrdered": 15,
                "totalValue": D("375.00"),
            }
        ],
    }


def test_a_funnel_of_nothing(api: ApiClient) -> None:
    answer = api.get("/analytics/sales-funnel")
    stages = [
        {
            "stage": stage,
            "count": 0,
            "value": D("0.00"),
            "conversionFromPrevious": None,
            "conversionFromStart": None,
            "medianDaysFromPrevious": None,
        }
        for stage in ("quoted", "sent", "accepted", "ordered", "invoiced", "paid")
    ]
    assert answer.data == {
        "period": {"dateFrom": "2023-10-18", "dateTo": "2024-01-15"},
        "currency": "MYR",
        "stages": stages,
        "lost": {"declined": NOTHING, "expired": NOTHING, "cancelled": NOTHING},
        "winRate": None,
        "averageDaysToClose": None,
        "openPipelineValue": D("0.00"),
        "direct": {"orders": NOTHING, "invoices": NOTHING},
    }


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("dateFrom=2024-01-02&dateTo=2024-01-01", ["dateTo"]),
        ("dateFrom=2024-01-16", ["dateFrom"]),
        ("dateFrom=2024-02-31&dateTo=yesterday&colour=red", ["colour", "dateFrom", "dateTo"]),
    ],
)
def test_parameters_that_make_no_sense(api: ApiClient, query: str, fields: list[str]) -> None:
    refused = api.get(f"/analytics/sales-funnel?{query}")
    assert (refused.status, refused.error["code"]) == (400, "INVALID_PARAMETERS")
    assert sorted(refused.field_errors) == fields


def test_the_days_of_a_range(api: ApiClient) -> None:
    period = api.get("/analytics/sales-funnel?dateTo=2023-02-31").data["period"]
    assert period == {"dateFrom": "2022-12-01", "dateTo": "2023-02-28"}
    first = api.get("/analytics/sales-funnel?dateTo=0001-01-05").data["period"]
    assert first == {"dateFrom": "0001-01-01", "dateTo": "0001-01-05"}


def test_a_customer_that_is_not_there(api: ApiClient, stranger_api: ApiClient) -> None:
    theirs = _customer(stranger_api)
    for unknown in (theirs, "cust_1"):
        for path in (f"/customers/{unknown}/summary", f"/analytics/sales-funnel?customerId={unknown}"):
            refused = api.get(path)
            assert (refused.status, refused.error["code"]) == (404, "CUSTOMER_NOT_FOUND")
