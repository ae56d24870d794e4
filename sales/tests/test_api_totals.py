"""The documented sums over HTTP, on every kind of document."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.testing.client import Answer, ApiClient

DOCUMENTS = ("/quotes", "/sales-orders", "/invoices")
D = Decimal


def _line(quantity: str, unit_price: str, tax_code: str = "", **discount: Any) -> dict[str, Any]:
    return {"description": "Work", "quantity": quantity, "unitPrice": unit_price, "taxCode": tax_code, **discount}


# name: lines, fields of the document, then discount, net and tax of each line, then subtotal, discount, tax, total.
GOLDEN: dict[str, Any] = {
    "published order": (
        [_line("100", "25.00", "R6", discountPercent=5)],
        {"shippingCost": 50},
        [("125.00", "2375.00", "142.50")],
        ("2375.00", "125.00", "142.50", "2567.50"),
    ),
    "published quote": (
        [_line("1000", "22.50", "R6", discountPercent="10.0")],
        {},
        [("2250.00", "20250.00", "1215.00")],
        ("20250.00", "2250.00", "1215.00", "21465.00"),
    ),
    "all for nothing": (
        [_line("2.25", "64.22", "R6", discountPercent=100)],
        {},
        [("144.50", "0.00", "0.00")],
        ("0.00", "144.50", "0.00", "0.00"),
    ),
    "two lines": (
        [_line("1", "46.07", "R8.5", discountPercent=20), _line("1", "9.21", "R8.5")],
        {},
        [("9.21", "36.86", "3.13"), ("0.00", "9.21", "0.78")],
        ("46.07", "9.21", "3.91", "49.98"),
    ),
    "three decimals of tax": (
        [_line("1", "300.00", "R9.975")],
        {},
        [("0.00", "300.00", "29.93")],
        ("300.00", "0.00", "29.93", "329.93"),
    ),
    "tax included": (
        [_line("1", "8.01", "R20")],
        {"pricesIncludeTax": True},
        [("0.00", "6.67", "1.34")],
        ("6.67", "0.00", "1.34", "8.01"),
    ),
    "tax included, discount and shipping": (
        [_line("3", "10.00", "R20", discountPercent=10)],
        {"pricesIncludeTax": True, "shippingCost": "1.50"},
        [("3.00", "22.50", "4.50")],
        ("22.50", "3.00", "4.50", "28.50"),
    ),
    "discount as an amount": (
        [_line("3", "33.33", "R6", discountAmount="9.99"), _line("1", "1.00", discountAmount=1)],
        {},
        [("9.99", "90.00", "5.40"), ("1.00", "0.00", "0.00")],
        ("90.00", "10.99", "5.40", "95.40"),
    ),
    "the published flow": (
        [_line("10", "1000.00", "R6", discountPercent="15.0")],
        {},
        [("1500.00", "8500.00", "510.00")],
        ("8500.00", "1500.00", "510.00", "9010.00"),
    ),
}


@pytest.fixture
def rates(api: ApiClient) -> None:
    """Tax codes named by their rates."""
    for rate in ("6", "8.5", "9.975", "20"):
        assert api.post("/tax-codes", {"code": f"R{rate}", "rate": rate}).status == 201


def _customer(api: ApiClient, **fields: Any) -> str:
    return str(api.post("/customers", {"name": "Acme", "email": "billing@acme.com", **fields}).data["id"])


def _figures(answer: Answer) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    data = answer.data
    lines = [tuple(str(line[name]) for name in ("discountAmount", "lineTotal", "taxAmount")) for line in data["items"]]
    return lines, tuple(str(data[name]) for name in ("subtotal", "totalDiscount", "totalTax", "total"))


def _has(path: str, name: str) -> bool:
    """A quote has no shipping cost."""
    return path != "/quotes" or "shippingCost" not in GOLDEN[name][1]


@pytest.mark.usefixtures("rates")
@pytest.mark.parametrize(("path", "name"), [(path, name) for path in DOCUMENTS for name in GOLDEN if _has(path, name)])
def test_golden_totals(api: ApiClient, path: str, name: str) -> None:
    lines, fields, line_figures, totals = GOLDEN[name]
    made = api.post(path, {"customerId": _customer(api), "items": lines, **fields})
    assert _figures(made) == (line_figures, totals)
    assert _figures(api.get(f"{path}/{made.data['id']}")) == (line_figures, totals)
    reverse = api.post(path, {"customerId": _customer(api), "items": lines[::-1], **fields})
    assert _figures(reverse) == (line_figures[::-1], totals)


@pytest.mark.usefixtures("rates")
@pytest.mark.parametrize(
    ("currency", "price", "total"), [("JPY", "100.5", "107"), ("KWD", "1.2345", "1.309"), ("USD", "0.005", "0.01")]
)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_foreign_currency_has_its_own_decimals(
    api: ApiClient, path: str, currency: str, price: str, total: str
) -> None:
    body = {
        "customerId": _customer(api, currency=currency),
        "currency": currency,
        "exchangeRate": D("4.7123456789"),
        "items": [_line("1", price, "R6")],
    }
    made = api.post(path, body)
    assert (str(made.data["total"]), made.data["currency"]) == (total, currency)
    assert made.data["exchangeRate"] == D("4.7123456789")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_foreign_currency_needs_its_rate(api: ApiClient, path: str) -> None:
    body = {"customerId": _customer(api, currency="USD"), "items": [_line("1", "1")]}
    assert api.post(path, body).field_errors == {"exchangeRate": "Exchange rate from USD to MYR is required"}
    for rate in (0, -1, "0.00000000001", "1000000000"):
        assert api.post(path, {**body, "exchangeRate": rate}).field_errors.keys() == {"exchangeRate"}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_tiny_rate_is_written_out(api: ApiClient, path: str) -> None:
    body = {"customerId": _customer(api, currency="IRR"), "exchangeRate": "0.0000001", "items": [_line("1", "1")]}
    assert '"exchangeRate":0.0000001,' in api.post(path, body).text
    assert '"exchangeRate":0.0000001,' in api.get(path).text


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_line_takes_from_its_item_what_it_does_not_give(api: ApiClient, path: str) -> None:
    item = {"itemCode": "WDG-001", "name": "Widget", "unitPrice": "0.123456", "taxCode": "SST"}
    known = api.post("/items", {**item, "description": "Premium Widget"}).data["id"]
    bare = api.post("/items", {**item, "itemCode": "B", "taxCode": None}).data["id"]
    items = [
        {"itemId": known, "quantity": "0.35"},
        {"itemId": known, "quantity": 1000, "unitPrice": 2, "description": "Special", "taxCode": "ZERO"},
        {"itemId": known, "quantity": 1, "taxCode": ""},
        {"itemId": bare, "quantity": 1},
        {"itemId": None, "description": "Work", "quantity": 1, "unitPrice": 1},
    ]
    lines = api.post(path, {"customerId": _customer(api), "items": items}).data["items"]
    names = ("itemCode", "description", "unitPrice", "taxCode", "taxRate", "quantity")
    assert [tuple(line[name] for name in names) for line in lines] == [
        ("WDG-001", "Premium Widget", D("0.123456"), "SST", D("6.0"), D("0.35")),
        ("WDG-001", "Special", D("2.00"), "ZERO", D("0.0"), 1000),
        ("WDG-001", "Premium Widget", D("0.123456"), None, D("0.0"), 1),
        ("B", "Widget", D("0.123456"), None, D("0.0"), 1),
        (None, "Work", D("1.00"), None, D("0.0"), 1),
    ]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_inactive_item_is_refused(api: ApiClient, path: str) -> None:
    item = api.post("/items", {"itemCode": "A", "name": "A", "unitPrice": 1, "isActive": False}).data["id"]
    body = {"customerId": _customer(api), "items": [{"itemId": item, "quantity": 1}]}
    assert api.post(path, body).field_errors == {"items[0].itemId": "Item is inactive"}


@pytest.mark.parametrize(
    ("path", "field"), [("/quotes", "quoteDate"), ("/sales-orders", "orderDate"), ("/invoices", "invoiceDate")]
)
def test_the_document_s_own_date_picks_the_tax_rate(api: ApiClient, path: str, field: str) -> None:
    rates = [{"rate": 6, "validFrom": "2018-09-01"}, {"rate": 8, "validFrom": "2024-03-01"}]
    api.post("/tax-codes", {"code": "SVC", "rates": rates})
    body = {"customerId": _customer(api), "items": [_line("1", "100", "SVC")]}
    for day, rate in (("2024-02-29", "6.0"), ("2024-03-01", "8.0"), ("2018-09-01", "6.0")):
        assert str(api.post(path, {**body, field: day}).data["items"][0]["taxRate"]) == rate
    assert api.post(path, {**body, field: "2018-08-31"}).field_errors == {
        "items[0].taxCode": "Tax code 'SVC' has no rate on 2018-08-31"
    }


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_was_read_can_be_sent_as_a_new_document(api: ApiClient, path: str) -> None:
    item = api.post("/items", {"itemCode": "A", "name": "A", "unitPrice": "9.99", "taxCode": "SST"}).data["id"]
    lines = [
        {"itemId": item, "quantity": 3, "discountPercent": "12.5"},
        {**_line("7", "33.33", "SST", discountAmount="1.11"), "notes": "n"},
    ]
    first = api.post(path, {"customerId": _customer(api), "items": lines, "notes": "x", "reference": "y"})
    copy = api.post(path, first.data)
    assert copy.status == 201
    assert _figures(copy) == _figures(first)
    assert copy.data["id"] != first.data["id"]


def test_an_items_price_serves_its_own_currency_only(api: ApiClient) -> None:
    item = api.post("/items", {"itemCode": "WDG", "name": "Widget", "unitPrice": 25}).data["id"]
    line = {"itemId": item, "quantity": 1}
    body = {"customerId": _customer(api, currency="USD"), "exchangeRate": "4.7", "items": [line]}
    expected = {"items[0].unitPrice": "Unit price in USD is required: the item's price is in MYR"}
    assert api.post("/quotes", body).field_errors == expected
    priced = api.post("/quotes", {**body, "items": [{**line, "unitPrice": "5.5"}]}).data
    assert (priced["currency"], priced["total"]) == ("USD", D("5.50"))
