"""Custom fields over HTTP: declared, and in the objects that have them."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.custom_fields import queries
from bigledger_crm.custom_fields.models import CustomField, CustomFieldValue
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient

INDUSTRY = {"objectType": "customers", "label": "Industry", "type": "choice", "choices": ["Steel", "Toys"]}


def declared(api: ApiClient, **values: Any) -> str:
    answer = api.post("/custom-fields", {"objectType": "customers", "label": "One", "type": "text", **values})
    assert answer.status == 201, answer.body
    return str(answer.data["id"])


def customer(api: ApiClient, **fields: Any) -> Any:
    return api.post("/customers", {"name": "Acme", "email": "a@acme.example", "customFields": fields})


def fields_of(api: ApiClient, made: Any) -> Any:
    return api.get(f"/customers/{made.data['id']}").data["customFields"]


def wrong(answer: Any) -> dict[str, str]:
    return {detail["field"]: detail["message"] for detail in answer.error["details"]}


def values_of(company: Company) -> list[tuple[str | None, Decimal | None]]:
    with company_scope(company):
        return list(CustomFieldValue.objects.order_by("text", "number").values_list("text", "number"))


def test_a_field_is_declared_changed_hidden_and_restored(api: ApiClient, company: Company) -> None:
    made = api.post("/custom-fields", INDUSTRY).data
    assert (made["key"], made["choices"], made["isDeleted"]) == ("industry", ["Steel", "Toys"], False)
    one = f"/custom-fields/{made['id']}"
    assert api.patch(one, {"label": "Branch", "choices": ["Steel"]}).data["label"] == "Branch"
    acme = customer(api, industry="steel", free=1)
    assert acme.data["customFields"] == {"industry": "Steel", "free": 1}
    assert api.delete(one).status == 200
    assert fields_of(api, acme) == {"free": 1}
    assert values_of(company) == []
    assert api.patch(f"/customers/{acme.data['id']}", {"customFields": {"free": 2}}).status == 200
    assert [row["label"] for row in api.get("/custom-fields?isDeleted=true").data] == ["Branch"]
    assert api.post(f"{one}/restore", {}).data["isDeleted"] is False
    assert fields_of(api, acme) == {"free": 2, "industry": "Steel"}
    assert values_of(company) == [("steel", None)]
    with company_scope(company):
        events = AuditEntry.objects.filter(event__startswith="custom_field.").order_by("id")
        assert [entry.event.partition(".")[2] for entry in events] == ["created", "updated", "deleted", "restored"]


def test_objects_are_checked_by_their_fields(api: ApiClient) -> None:
    declared(api, label="Since", type="date", isRequired=True)
    declared(api, label="Size", type="number", decimals=1, defaultValue=Decimal("2.5"))
    refused = customer(api, since="yesterday", size=Decimal("1.55"))
    assert (refused.status, refused.error["code"]) == (400, "INVALID_CUSTOMER_DATA")
    assert wrong(refused) == {
        "customFields.since": "Must be a date such as 2026-12-31",
        "customFields.size": "At most 1 decimal is allowed",
    }
    acme = customer(api, since="2026-12-31")
    assert acme.data["customFields"] == {"since": "2026-12-31", "size": Decimal("2.5")}
    one = f"/customers/{acme.data['id']}"
    assert wrong(api.patch(one, {"customFields": {"size": 1}})) == {"customFields.since": "This field is required"}
    assert api.patch(one, {"name": "Other"}).status == 200


def test_items_have_fields_of_their_own(api: ApiClient, company: Company) -> None:
    declared(api, objectType="items", label="Weight", type="number", decimals=3)
    item = {"itemCode": "A", "name": "A", "unitPrice": 1, "customFields": {"weight": "heavy"}}
    assert wrong(api.post("/items", item)) == {"customFields.weight": "Must be a number"}
    made = api.post("/items", item | {"customFields": {"weight": Decimal("1.250")}})
    assert made.data["customFields"] == {"weight": Decimal("1.25")}
    assert api.get("/items").data[0]["customFields"] == {"weight": Decimal("1.25")}
    assert values_of(company) == [(None, Decimal("1.25"))]
    assert api.delete(f"/items/{made.data['id']}").status == 200
    assert values_of(company) == []


def test_free_keys_become_values_and_those_that_do_not_fit_are_named(api: ApiClient, company: Company) -> None:
    customer(api, level=7)
    odd = customer(api, level="high")
    field = declared(api, label="Level", type="number")
    assert values_of(company) == [(None, Decimal(7))]
    found = api.get(f"/custom-fields/{field}/misfits").data
    assert found["isComplete"] is True
    assert (found["count"], found["misfits"][0]["value"]) == (1, "high")
    assert found["misfits"][0]["objectId"] == odd.data["id"]
    one = f"/customers/{odd.data['id']}"
    assert api.patch(one, {"customFields": {"level": "high", "other": 1}}).status == 200
    assert wrong(api.patch(one, {"customFields": {"level": "low"}})) == {"customFields.level": "Must be a number"}


def test_a_unique_field_tells_objects_apart(api: ApiClient) -> None:
    field = declared(api, label="Card", isUnique=True)
    first = customer(api, card="ABC")
    taken = customer(api, card="abc")
    assert (taken.status, taken.error["code"]) == (409, "CUSTOM_FIELD_TAKEN")
    assert wrong(taken) == {"customFields.card": "Another object has this value"}
    assert api.patch(f"/customers/{first.data['id']}", {"customFields": {"card": "ABC"}}).status == 200
    second = customer(api, card="B")
    changed = api.patch(f"/customers/{second.data['id']}", {"customFields": {"card": "ABC"}})
    assert changed.error["code"] == "CUSTOM_FIELD_TAKEN"
    assert api.patch(f"/custom-fields/{field}", {"isUnique": False}).status == 200
    assert customer(api, card="ABC").status == 201
    again = api.patch(f"/custom-fields/{field}", {"isUnique": True})
    assert (again.status, again.error["code"]) == (409, "CUSTOM_FIELD_NOT_UNIQUE")


def test_a_key_is_given_once_and_again_after_it_was_deleted(api: ApiClient, company: Company) -> None:
    field = declared(api, label="Level")
    acme = customer(api, level="7")
    assert api.post("/custom-fields", INDUSTRY | {"key": "level"}).error["code"] == "CUSTOM_FIELD_EXISTS"
    api.delete(f"/custom-fields/{field}")
    other = declared(api, label="Level", type="choice", choices=["7"])
    assert api.get(f"/custom-fields/{field}").status == 404
    assert fields_of(api, acme) == {"level": "7"}
    with company_scope(company):
        assert CustomField.objects.get().public_id == other


def test_a_kind_of_objects_has_so_many_fields(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bigledger_crm.custom_fields.services.MAX_FIELDS", 1)
    field = declared(api)
    other = {"objectType": "customers", "label": "Two", "type": "text"}
    assert api.post("/custom-fields", other).error["code"] == "CUSTOM_FIELD_LIMIT_REACHED"
    assert api.post("/custom-fields", other | {"objectType": "items"}).status == 201
    api.delete(f"/custom-fields/{field}")
    assert api.post("/custom-fields", other).status == 201
    assert api.post(f"/custom-fields/{field}/restore", {}).error["code"] == "CUSTOM_FIELD_LIMIT_REACHED"


def test_a_person_is_a_member(api: ApiClient, alice: Any, charlie: Any) -> None:
    declared(api, label="Buyer", type="person")
    assert customer(api, buyer=alice.public_id).status == 201
    assert wrong(customer(api, buyer=charlie.public_id)) == {
        "customFields.buyer": "Must be the ID of a member of the company, or in a file the email address"
    }


def test_what_is_wrong_with_a_definition_is_told_at_once(api: ApiClient) -> None:
    refused = api.post("/custom-fields", {"objectType": "things", "type": "number", "decimals": 9})
    assert set(wrong(refused)) == {"objectType", "label", "decimals"}


def test_reading_what_does_not_fit_ends(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        customer(api, size=f"{number} kg")
    path = f"/custom-fields/{declared(api, label='Size', type='number')}/misfits"
    assert api.get(path).data["count"] == 5
    for name, most, count in (("MOST_MISFITS", 3, 3), ("MOST_READ", 2, 2)):
        with monkeypatch.context() as less:
            less.setattr(queries, name, most)
            found = api.get(path).data
        assert (found["count"], found["isComplete"], len(found["misfits"])) == (count, False, count)
    with monkeypatch.context() as less:
        less.setattr(queries, "MOST_MISFITS", 5)
        assert api.get(path).data["isComplete"] is True
