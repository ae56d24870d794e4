"""Lists by custom fields: filters of the API and of pages, columns and files."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_item
from bigledger_crm.testing.html import flat
from customers.inputs import ContactInput
from customers.services import create_contact

FIELDS: dict[str, dict[str, Any]] = {
    "industry": {"type": "choice", "choices": ["Steel", "Toys"]},
    "interests": {"type": "choices", "choices": ["A", "B"]},
    "size": {"type": "number", "decimals": 1},
    "since": {"type": "date"},
    "vip": {"type": "yes_no"},
    "card_no": {"type": "text"},
    "buyer": {"type": "person"},
}


@pytest.fixture
def three(actor: Actor, alice: Any) -> Actor:
    """Three customers, whose names are numbers, and the third of which has nothing."""
    with company_scope(actor.company):
        for key, facts in FIELDS.items():
            create_custom_field(actor, CustomFieldInput(object_type="customers", label=key.title(), key=key, **facts))
        first = {"industry": "Steel", "interests": ["A", "B"], "size": Decimal("1.5"), "since": "2024-02-29"}
        make_customer(actor, name="1", custom_fields={**first, "vip": True, "card_no": "Ab", "buyer": alice.public_id})
        second = {"industry": "Toys", "interests": ["B"], "size": 10, "since": "2026-01-01", "vip": False}
        make_customer(actor, name="2", custom_fields=second)
        make_customer(actor, name="3")
    return actor


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("customFields.industry=Toys", "2"),
        ("customFields.industry=toyS", "2"),
        ("customFields.interests=B", "12"),
        ("customFields.interests=A&customFields.industry=Toys", ""),
        ("customFields.size=1.50", "1"),
        ("customFields.sizeMin=2", "2"),
        ("customFields.sizeMin=1&customFields.sizeMax=2", "1"),
        ("customFields.sinceFrom=2024-02-29&customFields.sinceTo=2024-12-31", "1"),
        ("customFields.since=2026-01-01", "2"),
        ("customFields.vip=false", "2"),
        ("customFields.card_no=AB", "1"),
        ("customFields.vip=true&search=1", "1"),
    ],
)
def test_the_api_narrows_by_fields(three: Actor, api: ApiClient, query: str, names: str) -> None:
    assert sorted(row["name"] for row in api.get(f"/customers?{query}").data) == sorted(names)


def test_the_api_tells_what_is_wrong_with_a_filter(three: Actor, api: ApiClient) -> None:
    refused = api.get("/customers?customFields.industry=Wood&customFields.sizeMin=x&customFields.other=1")
    assert (refused.status, {one["field"] for one in refused.error["details"]}) == (
        400,
        {"customFields.industry", "customFields.sizeMin", "customFields.other"},
    )
    turned = api.get("/customers?customFields.sinceFrom=2026-01-01&customFields.sinceTo=2025-01-01")
    assert turned.error["details"][0]["field"] == "customFields.sinceTo"


def test_a_deleted_field_narrows_nothing(three: Actor, api: ApiClient) -> None:
    field = next(row for row in api.get("/custom-fields").data if row["key"] == "industry")
    assert api.delete(f"/custom-fields/{field['id']}").status == 200
    assert api.get("/customers?customFields.industry=Toys").status == 400


def test_a_page_goes_on_within_its_filter(three: Actor, api: ApiClient) -> None:
    query = "customFields.interests=B&sort=name&limit=1"
    first = api.get(f"/customers?{query}")
    cursor = first.body["pagination"]["nextCursor"]
    second = api.get(f"/customers?{query}&cursor={cursor}")
    assert [first.data[0]["name"], second.data[0]["name"]] == ["1", "2"]
    assert api.get(f"/customers?sort=name&limit=1&cursor={cursor}").error["code"] == "INVALID_CURSOR"


def test_pages_narrow_and_files_have_columns(three: Actor, alices: Client, alice: Any) -> None:
    page = flat(alices.get("/customers?customFields.sizeMin=5"))
    assert "CUST-0002" in page
    assert "CUST-0001" not in page
    assert "CUST-0001" in flat(alices.get(f"/customers?customFields.buyer={alice.email}"))
    file = b"".join(alices.get("/customers?export=csv&customFields.vip=true").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    heads, row, *_rest = file.splitlines()
    assert ",Industry,Interests,Size,Since,Vip,Card_No,Buyer" in heads
    assert f',Steel,"A, B",1.5,2024-02-29,Yes,Ab,{alice.name}' in row


def test_items_are_narrowed_by_their_own_fields(actor: Actor, api: ApiClient) -> None:
    with company_scope(actor.company):
        field = CustomFieldInput(object_type="items", label="Weight", type="number", decimals=3)
        made = create_custom_field(actor, field)
        make_item(actor, item_code="A", custom_fields={"weight": Decimal("0.125")})
        make_item(actor, item_code="B", custom_fields={"weight": 2})
    assert [row["itemCode"] for row in api.get("/items?customFields.weightMax=1").data] == ["A"]
    assert api.get("/customers?customFields.weightMax=1").status == 400
    with company_scope(actor.company):
        delete_custom_field(actor, made)
    assert api.get("/items?customFields.weightMax=1").status == 400


def test_contacts_are_narrowed_and_have_columns(actor: Actor, alices: Client) -> None:
    with company_scope(actor.company):
        create_custom_field(actor, CustomFieldInput(object_type="contacts", label="Club", type="text"))
        customer = make_customer(actor)
        for name, club in (("Jane", "Golf"), ("Joe", "Chess")):
            create_contact(actor, customer, ContactInput(name=name, custom_fields={"club": club}))
    page = flat(alices.get("/contacts?customFields.club=golf"))
    assert ("Jane" in page, "Joe" in page) == (True, False)
    file = b"".join(alices.get("/contacts?export=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert file.splitlines()[0].endswith(",Club")
    assert ",Golf" in file
