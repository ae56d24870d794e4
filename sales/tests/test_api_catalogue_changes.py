"""Changing and deleting items and tax codes over the API."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_quote
from bigledger_crm.testing.threads import at_once
from sales.models import Item, QuoteLine

D = Decimal


def _item(api: ApiClient, **fields: Any) -> dict[str, Any]:
    return dict(api.post("/items", {"itemCode": "WDG-001", "name": "Widget", "unitPrice": "25.00", **fields}).data)


def _tax(api: ApiClient, **fields: Any) -> dict[str, Any]:
    answer = api.post("/tax-codes", {"code": "GST", "name": "Goods", **fields})
    assert answer.status == 201, answer.text
    return dict(answer.data)


@pytest.mark.usefixtures("time_in_2024")
def test_an_item_is_read_changed_and_sent_back(api: ApiClient) -> None:
    item = _item(api)
    path = f"/items/{item['id']}"
    assert api.put(path, {**item, "unitPrice": "27.5", "isActive": False}).data == {
        **item,
        "unitPrice": D("27.50"),
        "isActive": False,
    }
    refused = api.patch(path, {"name": "", "unitPrice": None, "taxCode": "NONE"})
    assert refused.field_errors.keys() == {"name", "unitPrice", "taxCode"}
    _item(api, itemCode="WDG-002")
    assert api.patch(path, {"itemCode": "WDG-002"}).error["code"] == "ITEM_CODE_TAKEN"


def test_an_item_in_use_stays(api: ApiClient, actor: Actor) -> None:
    item = _item(api)
    with company_scope(actor.company):
        make_quote(actor, None, [line(item_id=item["id"]), line(item_id=item["id"])])
    refused = api.delete(f"/items/{item['id']}")
    assert (refused.status, refused.error["code"], refused.error["details"]) == (
        409,
        "ITEM_IN_USE",
        [{"quoteLines": 2}],
    )
    unused = _item(api, itemCode="WDG-002")["id"]
    assert api.delete(f"/items/{unused}").data == {"id": unused, "deleted": True}
    assert api.get(f"/items/{unused}").status == 404


@pytest.mark.usefixtures("committed")
def test_an_item_that_is_deleted_while_it_is_quoted(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.com"}).data["id"]
    for number in range(5):
        item = _item(api, itemCode=f"RACE-{number}")["id"]
        body = {"customerId": customer, "items": [{"itemId": item, "quantity": 1}]}

        quote, delete = partial(api.post, "/quotes", body), partial(api.delete, f"/items/{item}")
        answers, failures = at_once([quote, quote, delete])
        assert failures == []
        assert {answer.status for answer in answers} <= {200, 201, 404, 409}
    used = set(QuoteLine.unscoped.values_list("item_id", flat=True))
    assert used <= set(Item.unscoped.values_list("pk", flat=True))


@pytest.mark.usefixtures("time_in_2024")
def test_a_rate_from_today_on(api: ApiClient) -> None:
    tax = _tax(api, rates=[{"rate": 6, "validFrom": "2020-01-01"}, {"rate": 9, "validFrom": "2030-01-01"}])
    path = f"/tax-codes/{tax['id']}"
    assert api.put(path, tax).data == tax
    changed = api.put(path, {**tax, "rate": 8, "name": "Goods and services"}).data
    assert changed == {
        **tax,
        "name": "Goods and services",
        "rate": D("8.0"),
        "rates": [
            {"rate": D("6.0"), "validFrom": "2020-01-01"},
            {"rate": D("8.0"), "validFrom": "2024-01-15"},
            {"rate": D("9.0"), "validFrom": "2030-01-01"},
        ],
    }
    assert api.put(path, changed).data == changed
    replaced = api.patch(path, {"rates": [{"rate": "5.5", "validFrom": "2024-01-01"}], "isActive": False}).data
    assert (replaced["rate"], len(replaced["rates"]), replaced["isActive"]) == (D("5.5"), 1, False)


@pytest.mark.usefixtures("time_in_2024")
def test_what_a_tax_code_may_not_become(api: ApiClient) -> None:
    path = f"/tax-codes/{_tax(api, rate=6)['id']}"
    for body, field in (
        ({"code": "VAT"}, "code"),
        ({"name": ""}, "name"),
        ({"rate": 101}, "rate"),
        ({"rate": 7, "rates": [{"rate": 8, "validFrom": "2020-01-01"}]}, "rate"),
        ({"rates": []}, "rate"),
        ({"rates": [{"rate": 8, "validFrom": "2020-01-01"}, {"rate": 9, "validFrom": "2020-01-01"}]}, "rates"),
    ):
        refused = api.patch(path, body)
        assert (refused.status, list(refused.field_errors)) == (400, [field]), body


def test_a_tax_code_in_use_stays(api: ApiClient, actor: Actor) -> None:
    on_a_line, on_an_item, unused = (_tax(api, code=code, rate=6) for code in ("ONE", "TWO", "THREE"))
    _item(api, taxCode="TWO")
    with company_scope(actor.company):
        make_quote(actor, None, [line(tax_code="ONE")])
    for tax in (on_a_line, on_an_item):
        refused = api.delete(f"/tax-codes/{tax['id']}")
        assert (refused.status, refused.error["code"]) == (409, "TAX_CODE_IN_USE")
    assert api.delete(f"/tax-codes/{unused['id']}").data == {"id": unused["id"], "deleted": True}
