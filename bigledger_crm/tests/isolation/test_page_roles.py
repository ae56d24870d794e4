"""Safeguards of customers by role, and people who are gone while they are signed in."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client

from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.testing.tenancy_fixtures import Tenant
from customers.models import Customer
from customers.queries import customer_by_public_id


def _post(client: Client, page: Page, our: Tenant) -> int:
    with transaction.atomic():
        status: int = client.post(page.path_for(our.fixtures.names())).status_code
        transaction.set_rollback(True)
    return status


def _safeguarded(our: Tenant, role: str) -> tuple[Client, Customer, dict[str, str]]:
    """Somebody in a role, a blocked customer with a limit, and its form as it stands."""
    person = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(company=our.company, user=person, role=role)
    client = Client()
    client.force_login(person)
    with company_scope(our.company):
        customer = customer_by_public_id(our.fixtures.customer)
        Customer.objects.filter(pk=customer.pk).update(credit_limit=1000, status="blocked")
    form = {"name": "Known", "type": "business", "email": "known@example.com", "currency": "MYR", "payment_terms": "30"}
    return client, customer, {**form, "credit_limit": "1000", "status": "blocked"}


@pytest.mark.parametrize("role", ["sales", "finance", "manager", "owner"])
@pytest.mark.parametrize(
    ("changed", "sales_may"),
    [
        ({"credit_limit": "1000.01"}, False),
        ({"credit_limit": ""}, False),
        ({"status": "active"}, False),
        ({"status": "inactive"}, False),
        ({"credit_limit": "999.99"}, True),
        ({"payment_terms": "14"}, True),
    ],
    ids=str,
)
def test_only_finance_lets_a_customer_owe_more(
    our: Tenant, role: str, changed: dict[str, str], sales_may: bool
) -> None:
    client, customer, form = _safeguarded(our, role)
    answer = client.post(f"/customers/{customer.public_id}/edit", {**form, **changed})
    allowed = sales_may or role != "sales"
    assert answer.status_code == (302 if allowed else 400), flat(answer)
    with company_scope(our.company):
        stored = Customer.objects.get(pk=customer.pk)
    was_changed = (stored.credit_limit, stored.status, stored.payment_terms) != (
        Decimal(1000),
        "blocked",
        customer.payment_terms,
    )
    assert was_changed is allowed
    if not allowed:
        assert set(answer.context["form"].errors) == set(changed)


@pytest.mark.parametrize(("role", "offered"), [("sales", False), ("finance", True)])
def test_what_a_role_may_not_do_is_not_offered(our: Tenant, role: str, offered: bool) -> None:
    client, customer, _form = _safeguarded(our, role)
    page = flat(client.get(f"/customers/{customer.public_id}"))
    assert (f"/customers/{customer.public_id}/merge" in page) is offered
    form = flat(client.get(f"/customers/{customer.public_id}/edit"))
    assert ('value="active"' in form) is offered
    assert ("Finance can raise or remove it." in form) is not offered


@pytest.mark.parametrize("sees", [True, False])
def test_figures_are_for_those_who_may_see_them(our: Tenant, sees: bool) -> None:
    person = User.objects.create_user("reader@example.com")
    Membership.objects.create(company=our.company, user=person, role="viewer")
    client = Client()
    client.force_login(person)
    rights = ROLE_PERMISSIONS["viewer"]
    with patch.dict(ROLE_PERMISSIONS, {"viewer": rights if sees else rights - {"analytics:read"}}):
        home, customers = client.get("/"), client.get("/customers")
        customer = client.get(f"/customers/{our.fixtures.customer}")
        summary, analytics = client.get(f"/customers/{our.fixtures.customer}/summary"), client.get("/analytics")
        receivables = client.get("/receivables")
    pages = [flat(page) for page in (home, customers, customer, receivables)]
    assert {page.status_code for page in (home, customers, customer, receivables)} == {200}
    assert {summary.status_code, analytics.status_code} == {200 if sees else 403}
    for page, text in (
        (0, "Receivables"),
        (0, "Sales this month"),
        (0, "Aged receivables <"),
        (0, "Quote to cash"),
        (0, 'href="/analytics"'),
        (1, ">Sales<"),
        (2, ">Sales<"),
        (2, "/summary"),
        (3, 'href="/reports/receivables-ageing"'),
    ):
        assert (text in pages[page].replace("Sales</h2>", "")) is sees, text
    assert ("My drafts" in pages[0], "Recent activity" in pages[0], "Balance" in pages[2]) == (True, True, True)


def test_who_is_gone_can_do_nothing_more(our: Tenant, their: Tenant) -> None:
    client = Client()
    client.force_login(our.owner)
    new = Page("customers/new", method="POST")
    assert _post(client, new, our) == 400
    assert client.get("/customers").status_code == 200
    Membership.objects.filter(user=our.owner).delete()
    Membership.objects.create(user=our.owner, company=their.company, role="owner")
    assert _post(client, Page("customers/<str:public_id>/delete", "unused_customer", method="POST"), our) == 409
    assert client.post("/switch-company", {"company": their.company.public_id}).status_code == 302
    assert _post(client, Page("customers/<str:public_id>/delete", "unused_customer", method="POST"), our) == 404
    Membership.objects.filter(user=our.owner).delete()
    assert _post(client, new, our) == 403
    User.objects.filter(pk=our.owner.pk).update(is_active=False)
    assert _post(client, new, our) == 302
    assert client.get("/")["Location"] == "/sign-in?next=/"
