"""Fields that some roles see, on pages and in the API."""

import pytest
from django.test import Client

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.services import create_custom_field
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership
from bigledger_crm.tenancy.permissions import ROLES
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat
from customers.models import Customer

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """With a margin that owners and finance see, and a branch that everyone does."""
    for key, roles in (("margin", ["finance"]), ("branch", [])):
        field = CustomFieldInput(object_type="customers", label=key.title(), key=key, type="text", roles=roles)
        create_custom_field(actor, field)
    return make_customer(actor, name="Acme", custom_fields={"margin": "thirty", "branch": "Penang"})


def as_role(company: Company, role: str) -> None:
    Membership.objects.filter(company=company).update(role=role)


@pytest.mark.parametrize("role", ROLES.values())
def test_pages_lists_and_files_show_it_to_its_roles(
    alices: Client, in_company: Company, customer: Customer, role: str
) -> None:
    as_role(in_company, role)
    sees = role in ("owner", "finance")
    page = flat(alices.get(f"/customers/{customer.public_id}"))
    assert ("thirty" in page, "Penang" in page) == (sees, True)
    file = b"".join(alices.get("/customers?export=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert ("thirty" in file, "Penang" in file) == (sees, True)
    narrowed = flat(alices.get("/customers?customFields.margin=other"))
    assert ("CUST-0001" in narrowed) is not sees
    assert ("customFields.margin" in flat(alices.get("/customers"))) is sees


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "sales"])
def test_a_form_changes_what_its_role_sees(alices: Client, in_company: Company, customer: Customer, role: str) -> None:
    as_role(in_company, role)
    typed = {"name": "Acme", "type": "business", "status": "active", "email": "a@a.example", "currency": "MYR"}
    typed |= {"payment_terms": "30", "custom_fields_margin": "forty", "custom_fields_branch": "Ipoh"}
    assert alices.post(f"/customers/{customer.public_id}/edit", typed).status_code == 302
    customer.refresh_from_db()
    margin = "forty" if role in ("owner", "finance") else "thirty"
    assert customer.custom_fields == {"margin": margin, "branch": "Ipoh"}


def test_keys_see_it_by_a_scope(in_company: Company, api: ApiClient, customer: Customer) -> None:
    path = f"/customers/{customer.public_id}"
    assert api.get(path).data["customFields"] == {"margin": "thirty", "branch": "Penang"}
    secret = create_api_key([in_company], name="Shop", scopes=["read", "customers:write"])[1]
    other = ApiClient(secret, in_company.public_id)
    assert other.get(path).data["customFields"] == {"branch": "Penang"}
    refused = other.get("/customers?customFields.margin=thirty")
    assert (refused.status, refused.error["details"][0]["field"]) == (400, "customFields.margin")
    assert api.get("/customers?customFields.margin=thirty").data[0]["name"] == "Acme"
    changed = other.patch(path, {"customFields": {"branch": "Ipoh", "margin": "guess"}})
    assert changed.data["customFields"] == {"branch": "Ipoh"}
    assert api.get(path).data["customFields"] == {"margin": "thirty", "branch": "Ipoh"}
    field = next(one for one in other.get("/custom-fields").data if one["key"] == "margin")
    assert field["roles"] == ["finance"]
    assert other.get(f"/custom-fields/{field['id']}/misfits").status == 403
    assert api.get(f"/custom-fields/{field['id']}/misfits").data["count"] == 0


def test_settings_say_who_sees_it(alices: Client, actor: Actor, in_company: Company, customer: Customer) -> None:
    typed = {"label": "Margin", "object_type": "customers", "type": "text", "key": "m2", "roles": ["sales", "finance"]}
    made = alices.post("/settings/custom-fields/new", typed)
    assert made.status_code == 302
    page = flat(alices.get(made["Location"]))
    assert "Owner, Finance, Sales" in page
    changed = alices.post(f"{made['Location']}/edit", {"label": "Margin"})
    assert changed.status_code == 302
    assert "Everyone" in flat(alices.get(made["Location"]))
