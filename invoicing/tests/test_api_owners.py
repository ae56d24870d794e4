"""`ownerId` in the API: read, given, changed and searched for."""

from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.client import ApiClient, api_client

LINE = {"description": "Work", "quantity": 1, "unitPrice": "10.00"}
DOCUMENTS = ("quotes", "sales-orders", "invoices")


@pytest.fixture
def customer(api: ApiClient, bob: User) -> dict[str, Any]:
    """A customer of Bob's."""
    data: dict[str, Any] = api.post(
        "/customers", {"name": "Acme", "email": "a@example.com", "ownerId": bob.public_id}
    ).data
    return data


def test_a_customer_made_with_a_key_is_nobodys(api: ApiClient, alice: User) -> None:
    made = api.post("/customers", {"name": "Acme", "email": "a@example.com"}).data
    assert made["ownerId"] is None
    path = f"/customers/{made['id']}"
    assert api.patch(path, {"ownerId": alice.public_id}).data["ownerId"] == alice.public_id
    assert api.get(path).data["ownerId"] == alice.public_id
    assert api.patch(path, {"ownerId": None}).data["ownerId"] is None


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents(api: ApiClient, alice: User, bob: User, customer: dict[str, Any], path: str) -> None:
    body = {"customerId": customer["id"], "items": [LINE]}
    his, hers, nobodys = (
        api.post(f"/{path}", {**body, **owner}).data for owner in ({}, {"ownerId": alice.public_id}, {"ownerId": None})
    )
    assert [made["ownerId"] for made in (his, hers, nobodys)] == [bob.public_id, alice.public_id, None]
    for owner, made in ((bob.public_id, his), (alice.public_id, hers), ("none", nobodys)):
        rows = api.get(f"/{path}?ownerId={owner}").data
        assert [(row["id"], row["ownerId"]) for row in rows] == [(made["id"], made["ownerId"])]
    changed = api.patch(f"/{path}/{his['id']}", {"ownerId": alice.public_id})
    assert (changed.status, changed.data["ownerId"]) == (200, alice.public_id)
    assert changed.headers["ETag"] != api.get(f"/{path}/{hers['id']}").headers["ETag"]


def test_customers_are_found_by_owner(api: ApiClient, alice: User, bob: User, customer: dict[str, Any]) -> None:
    assert [row["id"] for row in api.get(f"/customers?ownerId={bob.public_id}").data] == [customer["id"]]
    assert api.get(f"/customers?ownerId={alice.public_id}").data == []
    assert api.get("/customers?ownerId=none").data == []
    for unknown in ("nobody", "user_01hkx4w6zdg8k2n4q6s8v0x2z4"):
        refused = api.get(f"/customers?ownerId={unknown}")
        assert (refused.status, refused.error["code"]) == (404, "MEMBER_NOT_FOUND")


def test_an_owner_who_is_no_member_is_told_with_all_else(
    api: ApiClient, charlie: User, customer: dict[str, Any]
) -> None:
    wrong = {"field": "ownerId", "message": "Owner must be a member of the company"}
    for owner in (charlie.public_id, "nonsense"):
        bodies: list[tuple[str, dict[str, Any], str]] = [("customers", {"name": "", "email": "a@example.com"}, "name")]
        bodies += [(path, {"customerId": customer["id"], "items": []}, "items") for path in DOCUMENTS]
        for path, body, other in bodies:
            refused = api.post(f"/{path}", {**body, "ownerId": owner})
            assert refused.status == 400
            details = refused.error["details"]
            assert wrong in details
            assert {detail["field"] for detail in details} == {"ownerId", other}
    alone = api.patch(f"/customers/{customer['id']}", {"ownerId": "nonsense"})
    assert (alone.status, alone.error["details"]) == (400, [wrong])


def test_a_key_that_writes_a_resource_chooses_its_owners(company: Company, actor: Actor, alice: User) -> None:
    writer = api_client(company, scopes=["customers:write"])
    made = writer.post("/customers", {"name": "Acme", "email": "a@example.com", "ownerId": alice.public_id})
    assert (made.status, made.data["ownerId"]) == (201, alice.public_id)
