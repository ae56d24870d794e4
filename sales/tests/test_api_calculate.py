"""The calculator over the API: the golden cases, and its working."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.testing.client import ApiClient
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal


def _rate(api: ApiClient, code: str, rate: str) -> str:
    assert api.post("/tax-codes", {"code": code, "name": code, "rate": rate}).status == 201
    return code


def _line(quantity: str, price: str, percent: str = "0", tax: str = "") -> dict[str, Any]:
    return {"quantity": quantity, "unitPrice": price, "discountPercent": percent, "taxCode": tax or None}


def test_the_first_golden_case_with_its_working(api: ApiClient) -> None:
    body = {"items": [_line("100", "25.00", "5", _rate(api, "SIX", "6"))], "shippingCost": "50.00"}
    answer = api.post("/calculate", body)
    assert answer.data == {
        "currency": "MYR",
        "documentDate": "2024-01-15",
        "pricesIncludeTax": False,
        "items": [
            {
                "itemId": None,
                "itemCode": None,
                "description": "Line 1",
                "quantity": 100,
                "unitPrice": D("25.00"),
                "gross": D("2500.00"),
                "discountPercent": D("5.0"),
                "discountAmount": D("125.00"),
                "lineTotal": D("2375.00"),
                "taxCode": "SIX",
                "taxRate": D("6.0"),
                "taxAmount": D("142.50"),
                "working": [
                    "100 × 25 = 2500.00",
                    "5 % of 2500.00 = 125.00",
                    "2500.00 − 125.00 = 2375.00",
                    "6 % of 2375.00 = 142.50 tax",
                ],
            }
        ],
        "taxes": [{"taxCode": "SIX", "taxRate": D("6.0"), "taxableAmount": D("2375.00"), "taxAmount": D("142.50")}],
        "subtotal": D("2375.00"),
        "totalDiscount": D("125.00"),
        "totalTax": D("142.50"),
        "shippingCost": D("50.00"),
        "total": D("2567.50"),
        "working": ["2375.00 + 142.50 tax + 50.00 shipping = 2567.50"],
    }
    assert '"total":2567.50' in answer.text
    assert not Quote.unscoped.exists()


@pytest.mark.parametrize(
    ("rate", "lines", "totals"),
    [
        ("6", [("1000", "22.50", "10")], ("20250.00", "2250.00", "1215.00", "21465.00")),
        ("6", [("2.25", "64.22", "100")], ("0.00", "144.50", "0.00", "0.00")),
        ("8.5", [("1", "46.07", "20"), ("1", "9.21", "0")], ("46.07", "9.21", "3.91", "49.98")),
        ("9.975", [("1", "300.00", "0")], ("300.00", "0.00", "29.93", "329.93")),
    ],
)
def test_the_other_golden_cases(
    api: ApiClient, rate: str, lines: list[tuple[str, str, str]], totals: tuple[str, ...]
) -> None:
    code = _rate(api, "TAX", rate)
    made = api.post("/calculate", {"items": [_line(*line, code) for line in lines]}).data
    assert [made[name] for name in ("subtotal", "totalDiscount", "totalTax", "total")] == [D(text) for text in totals]


def test_tax_inside_the_price(api: ApiClient) -> None:
    body = {"pricesIncludeTax": True, "items": [_line("1", "8.01", tax=_rate(api, "VAT", "20"))]}
    made = api.post("/calculate", body).data
    assert (made["total"], made["totalTax"], made["subtotal"]) == (D("8.01"), D("1.34"), D("6.67"))
    assert made["items"][0]["working"] == [
        "1 × 8.01 = 8.01",
        "8.01 × 20 / 120 = 1.335 → 1.34 tax included",
        "8.01 − 1.34 = 6.67 without tax",
    ]


def test_an_item_a_customers_currency_and_a_day(api: ApiClient) -> None:
    api.post(
        "/tax-codes",
        {"code": "OLD", "rates": [{"rate": 5, "validFrom": "2000-01-01"}, {"rate": 7, "validFrom": "2010-01-01"}]},
    )
    item = api.post("/items", {"itemCode": "A", "name": "A thing", "unitPrice": "1.5", "taxCode": "OLD"}).data["id"]
    made = api.post("/calculate", {"documentDate": "2005-05-05", "items": [{"itemId": item, "quantity": 3}]}).data
    assert (made["items"][0]["description"], made["items"][0]["taxRate"], made["total"]) == ("A thing", 5, D("4.73"))
    yen = api.post("/customers", {"name": "Yen", "email": "y@yen.jp", "currency": "JPY"}).data["id"]
    made = api.post("/calculate", {"customerId": yen, "items": [_line("3", "33.5")]})
    assert (made.data["currency"], made.data["items"][0]["working"]) == ("JPY", ["3 × 33.5 = 100.5 → 101"])
    assert '"total":101,' in made.text


def test_bad_input_is_named(api: ApiClient) -> None:
    refused = api.post(
        "/calculate", {"items": [{"quantity": 0, "taxCode": "NOPE", "unitPrice": 1}], "shippingCost": "1.005"}
    )
    assert refused.error["code"] == "INVALID_CALCULATION_DATA"
    fields = set(refused.field_errors)
    assert "items[0].quantity" in fields
    refused = api.post("/calculate", {"currency": "XXY", "items": [_line("1", "1")]})
    assert list(refused.field_errors) == ["currency"]
    assert api.post("/calculate", {}).error["details"] == [{"field": "items", "message": "This field is required."}]
