"""expand: more of each row, at one query more per kind."""

from pathlib import Path

import pytest
from pytest_django import Settings

from bigledger_crm.documents.tests.file_samples import PDF
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient, Upload
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture(autouse=True)
def a_sale(actor: Actor) -> None:
    """Two of every document, with one line and with two, and customers with and without contacts."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        for lines in ([line()], [line("2", "0.5"), line("3", description="Second")]):
            make_quote(actor, customer, lines)
            make_order(actor, customer, lines)
            make_invoice(actor, customer, lines)


@pytest.mark.parametrize("path", ["quotes", "sales-orders", "invoices"])
def test_documents_with_their_parts(api: ApiClient, settings: Settings, tmp_path: Path, path: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    api.post(f"/{path}/{api.get(f'/{path}').data[0]['id']}/attachments", Upload("customer_po.pdf", PDF))
    plain, expanded = api.get(f"/{path}").data, api.get(f"/{path}?expand=items,attachments").data
    assert sorted(len(row["items"]) for row in expanded) == [1, 2]
    assert [len(row["attachments"]) for row in expanded] == [1, 0]
    for row, more in zip(plain, expanded, strict=True):
        assert not row.keys() & {"items", "attachments"}
        whole = api.get(f"/{path}/{row['id']}?expand=attachments,items").data
        assert row | {kind: whole[kind] for kind in ("items", "attachments")} == more


def test_customers_with_their_contacts(api: ApiClient) -> None:
    people = [{"name": "Jane", "isPrimary": True}, {"name": "Joe", "email": "joe@acme.example.com"}]
    made = api.post("/customers", {"name": "Beta", "email": "beta@example.com", "contacts": people}).data
    expanded = {row["id"]: row["contacts"] for row in api.get("/customers?expand=contacts").data}
    assert expanded.pop(made["id"]) == made["contacts"]
    assert list(expanded.values()) == [[]]
    assert "contacts" not in api.get("/customers").data[0]
    assert api.get(f"/customers/{made['id']}?expand=contacts").data == made


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("customers", "contacts"), ("quotes", "items"), ("sales-orders", "items"), ("invoices", "items")],
)
@pytest.mark.parametrize("expand", ["lines", "", "{allowed},secret", "{allowed},", "id"])
def test_what_cannot_be_expanded_is_named(api: ApiClient, path: str, allowed: str, expand: str) -> None:
    one = api.get(f"/{path}?limit=1").data[0]["id"]
    for url in (f"/{path}", f"/{path}/{one}"):
        answer = api.get(f"{url}?expand={expand.format(allowed=allowed)}")
        assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS")
        (detail,) = answer.error["details"]
        assert detail["field"] == "expand"
        assert detail["message"].startswith("Must be one or more of: ")
        assert allowed in detail["message"]


def test_a_list_without_parts_has_no_expand(api: ApiClient) -> None:
    answer = api.get("/items?expand=items")
    assert answer.error["details"] == [{"field": "expand", "message": "Unknown parameter"}]


def test_expand_may_change_between_pages(api: ApiClient) -> None:
    cursor = api.get("/quotes?limit=1&expand=items").body["pagination"]["nextCursor"]
    assert "items" not in api.get(f"/quotes?limit=1&cursor={cursor}").data[0]
