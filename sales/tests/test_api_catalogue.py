"""Items and tax codes over HTTP."""

from decimal import Decimal

import pytest
import time_machine

from bigledger_crm.testing.client import ApiClient

ITEM = {"itemCode": "WDG-001", "name": "Premium Widget", "unitPrice": "25.00"}


def test_an_item_is_created_with_a_url_of_its_own(api: ApiClient) -> None:
    made = api.post("/items", ITEM)
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/items/{made.data['id']}")
    assert (made.data["taxCode"], made.data["isActive"], made.data["customFields"]) == (None, True, {})


def test_an_item_code_is_unique_in_its_company(api: ApiClient, stranger_api: ApiClient) -> None:
    api.post("/items", ITEM)
    assert stranger_api.post("/items", ITEM).status == 201
    taken = api.post("/items", ITEM)
    assert (taken.status, taken.error["code"]) == (409, "ITEM_CODE_TAKEN")


@pytest.mark.parametrize(
    ("given", "written"),
    [("25", "25.00"), ("0.5", "0.50"), ("0.125", "0.125"), ("0.000001", "0.000001"), ("0", "0.00"), ("100", "100.00")],
)
def test_a_unit_price_has_two_decimals_or_more(api: ApiClient, given: str, written: str) -> None:
    assert f'"unitPrice":{written},' in api.post("/items", {**ITEM, "unitPrice": given}).text
    assert f'"unitPrice":{written},' in api.get("/items").text


def test_a_new_company_has_its_tax_codes(api: ApiClient) -> None:
    assert [code["code"] for code in api.get("/tax-codes").data] == ["EXEMPT", "SST", "SST-S", "ZERO"]


def test_a_tax_code_is_unique_in_its_company(api: ApiClient, stranger_api: ApiClient) -> None:
    body = {"code": "GST", "rate": 6}
    made = api.post("/tax-codes", body)
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/tax-codes/{made.data['id']}")
    assert stranger_api.post("/tax-codes", body).status == 201
    taken = api.post("/tax-codes", body)
    assert (taken.status, taken.error["code"]) == (409, "TAX_CODE_TAKEN")


def test_the_rate_is_today_s(api: ApiClient) -> None:
    rates = [{"rate": "8.25", "validFrom": "2024-03-01"}, {"rate": 6, "validFrom": "2018-09-01"}]
    path = f"/tax-codes/{api.post('/tax-codes', {'code': 'SVC', 'rates': rates}).data['id']}"
    days = {
        "2018-08-31": None,
        "2018-09-01": Decimal("6.0"),
        "2024-02-29": Decimal("6.0"),
        "2024-03-01": Decimal("8.25"),
    }
    for day, rate in days.items():
        with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
            assert api.get(path).data["rate"] == rate


def test_a_single_rate_holds_from_the_beginning(api: ApiClient) -> None:
    made = api.post("/tax-codes", {"code": "OLD", "rate": 6}).data
    assert made["rates"] == [{"rate": Decimal("6.0"), "validFrom": "0001-01-01"}]


def test_two_rates_of_one_day_are_refused(api: ApiClient) -> None:
    rates = [{"rate": rate, "validFrom": "2024-01-01"} for rate in (6, 8)]
    answer = api.post("/tax-codes", {"code": "SVC", "rates": rates})
    assert (answer.status, list(answer.field_errors)) == (400, ["rates"])
