"""Lists sorted by custom fields, in the API and on pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.filtering.keyset import Cursor, Position, write_cursor
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_item, make_order, make_quote
from customers.inputs import ContactInput
from customers.models import Customer
from customers.services import create_contact


def declare(actor: Actor, key: str, kind: str = "text", *, of: str = "customers", **facts: Any) -> CustomField:
    given = {"object_type": of, "label": key.title(), "key": key, "type": kind, **facts}
    with company_scope(actor.company):
        return create_custom_field(actor, CustomFieldInput(**given))


@pytest.fixture
def three(actor: Actor) -> Actor:
    """Customers with the branches B, a and none; Branch is everyone's, Margin is for finance."""
    declare(actor, "branch")
    declare(actor, "margin", "number", roles=["finance"])
    with company_scope(actor.company):
        for branch, margin in (("Bentong", 1), ("alor", 2), (None, 3)):
            given = {"margin": margin} if branch is None else {"branch": branch, "margin": margin}
            make_customer(actor, name=branch or "none", custom_fields=given)
    return actor


def names(api: ApiClient, query: str) -> list[str]:
    return [row["name"] for row in api.get(f"/customers?{query}").data]


def test_a_list_is_sorted_whatever_the_case_and_none_come_last(three: Actor, api: ApiClient) -> None:
    assert names(api, "sort=customFields.branch") == ["alor", "Bentong", "none"]
    assert names(api, "sort=customFields.branch&order=desc") == ["Bentong", "alor", "none"]


def first_cells(page: Any) -> list[str]:
    return [row.cells[0].text for row in page.context["table"].rows]


def make_contacts(actor: Actor, values: Any) -> str:
    customer = make_customer(actor)
    for one in values:
        create_contact(actor, customer, ContactInput(name="Jane", custom_fields=one))
    return f"customers/{customer.public_id}/contacts"


def make_items(actor: Actor, values: Any) -> str:
    for number, one in enumerate(values):
        make_item(actor, item_code=f"A{number}", custom_fields=one)
    return "items"


def makes(make: Callable[..., Any], path: str) -> Callable[[Actor, Any], str]:
    def made(actor: Actor, values: Any) -> str:
        for one in values:
            make(actor, custom_fields=one)
        return path

    return made


@pytest.mark.parametrize(
    ("of", "make"),
    [
        ("contacts", make_contacts),
        ("items", make_items),
        ("quotes", makes(make_quote, "quotes")),
        ("sales-orders", makes(make_order, "sales-orders")),
        ("invoices", makes(make_invoice, "invoices")),
    ],
)
def test_every_list_of_objects_with_fields_is_sorted(
    actor: Actor, api: ApiClient, alices: Client, of: str, make: Callable[[Actor, Any], str]
) -> None:
    declare(actor, "rank", "number", of=of)
    with company_scope(actor.company):
        path = make(actor, [{"rank": 2}, {}, {"rank": 10}])
    found = api.get(f"/{path}?sort=customFields.rank&order=desc").data
    assert [api.get(f"/{path}/{row['id']}").data["customFields"].get("rank") for row in found] == [10, 2, None]
    page = "contacts" if of == "contacts" else path
    file = b"".join(alices.get(f"/{page}?export=csv&sort=customFields.rank").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    heads, *rows = [line.split(",") for line in file.splitlines()]
    column = heads.index("Rank")
    assert [row[column] for row in rows] == ["2", "10", ""]


def test_a_walk_ends_where_a_field_was_deleted(three: Actor, api: ApiClient) -> None:
    first = api.get("/customers?sort=customFields.branch&limit=1")
    cursor = first.body["pagination"]["nextCursor"]
    never = api.get("/customers?sort=customFields.never").field_errors["sort"]
    with company_scope(three.company):
        delete_custom_field(three, CustomField.objects.get(key="branch"))
    query = f"/customers?sort=customFields.branch&limit=1&cursor={cursor}"
    assert api.get(query).field_errors == {"sort": never.replace("customFields.branch, ", "")}
    declare(three, "branch", "number")  # another field of the name
    assert api.get(query).error["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize("text", ["1e999999", "1e-20000", "NaN", "-Infinity", "12345678901234567890"])
def test_a_cursor_of_a_text_is_none_of_a_number(actor: Actor, api: ApiClient, alices: Client, text: str) -> None:
    declare(actor, "size", "text")
    with company_scope(actor.company):
        for name in ("1", "2"):
            make_customer(actor, name=name, custom_fields={"size": text})
    query = "/customers?sort=customFields.size&limit=1"
    cursor = api.get(query).body["pagination"]["nextCursor"]
    position = Position(0, text.lower(), Customer.unscoped.order_by("pk")[0].pk)
    after = write_cursor(Cursor(position, 2, [1, False]), "customers.customer customFields.size")
    assert alices.get(f"/customers?sort=customFields.size&after={after}").status_code == 200
    with company_scope(actor.company):
        delete_custom_field(actor, CustomField.objects.get())
    declare(actor, "size", "number")
    assert api.get(f"{query}&cursor={cursor}").error["code"] == "INVALID_CURSOR"
    assert alices.get(f"/customers?sort=customFields.size&after={after}").status_code == 404


def test_a_hidden_field_is_an_unknown_sort(three: Actor, api: ApiClient, company: Company) -> None:
    secret = create_api_key([company], name="Shop", scopes=["read"])[1]
    other = ApiClient(secret, company.public_id)
    assert names(api, "sort=customFields.margin&order=desc") == ["none", "alor", "Bentong"]
    hidden = other.get("/customers?sort=customFields.margin").field_errors
    assert hidden == other.get("/customers?sort=customFields.never").field_errors
    assert "customFields.branch" in hidden["sort"]
    assert "margin" not in hidden["sort"]


def test_another_company_with_the_key_has_its_own_order(
    three: Actor, stranger: Actor, api: ApiClient, stranger_api: ApiClient
) -> None:
    assert "sort" in stranger_api.get("/customers?sort=customFields.branch").field_errors
    declare(stranger, "branch")
    with company_scope(stranger.company):
        make_customer(stranger, name="theirs", custom_fields={"branch": "ampang"})
    assert names(stranger_api, "sort=customFields.branch") == ["theirs"]
    assert names(api, "sort=customFields.branch") == ["alor", "Bentong", "none"]


@pytest.mark.parametrize(("kind", "facts"), [("choices", {"choices": ["A", "B"]}), ("person", {})])
def test_what_has_no_order_is_refused_by_name(actor: Actor, api: ApiClient, kind: str, facts: dict[str, Any]) -> None:
    declare(actor, "buyer", kind, **facts)
    refused = api.get("/customers?sort=customFields.buyer")
    assert refused.field_errors == {"sort": f"Buyer has no order: it is of type {kind}"}


def test_dates_begin_with_the_newest(actor: Actor, api: ApiClient) -> None:
    declare(actor, "since", "date")
    with company_scope(actor.company):
        for day in ("2024-02-29", "2026-01-01"):
            make_customer(actor, name=day, custom_fields={"since": day})
    assert names(api, "sort=customFields.since") == ["2026-01-01", "2024-02-29"]
    assert names(api, "sort=customFields.since&order=asc") == ["2024-02-29", "2026-01-01"]


def test_a_heading_sorts(three: Actor, alices: Client) -> None:
    alices.post("/customers", {"column": ["customFields.branch"]})
    assert "?sort=customFields.branch" in alices.get("/customers").content.decode()
    page = alices.get("/customers?sort=customFields.branch")
    assert "sort=-customFields.branch" in page.content.decode()
    assert first_cells(page) == ["alor", "Bentong", "none"]
    assert first_cells(alices.get("/customers?sort=-customFields.branch")) == ["Bentong", "alor", "none"]


def test_a_view_outlives_its_field(three: Actor, alices: Client, company: Company) -> None:
    for sort in ("-customFields.never", "customFields.margin"):
        Membership.objects.filter(company=company).update(role="sales")
        page = alices.get(f"/customers?sort={sort}")
        assert first_cells(page) == first_cells(alices.get("/customers"))
    assert alices.get("/customers?sort=never").status_code == 404


def test_members_of_own_records_walk_theirs(three: Actor, alices: Client) -> None:
    Customer.unscoped.filter(name="alor").update(owner=None)
    Membership.objects.filter(company=three.company).update(role="sales", own_records_only=True)
    page = alices.get("/customers?sort=customFields.branch")
    assert first_cells(page) == ["Bentong", "none"]


def test_a_page_asks_three_queries_however_many_rows(three: Actor, api: ApiClient) -> None:
    api.get("/customers?sort=customFields.branch")  # which reads the declarations
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            api.get("/customers?sort=customFields.branch")
        counts.append(len([query for query in captured if 'FROM "customers_customer"' in query["sql"]]))
        with company_scope(three.company):
            for number in range(10):
                make_customer(three, name=f"more {number}", custom_fields={"branch": f"more {number}"})
    assert counts == [3, 3]
