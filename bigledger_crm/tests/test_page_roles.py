"""Who may press which button: every posting page by every role, and people who are gone while they are signed in."""

import pytest
from django.db import transaction
from django.test import Client

from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tests.tenancy_entries import PAGES, Page
from bigledger_crm.tests.tenancy_world import Side

POSTED = [page for page in PAGES if page.method == "POST"]
# One's own session, and a page that stores nothing.
FOR_ALL = {"switch-company", "styleguide/form"}
FOR_OWNERS_AND_ADMINS = ("settings/mail", "settings/documents")
FOR_SALES = ("customers", "quotes", "sales-orders")
BILLING = {"sales-orders/<str:public_id>/invoice"}


def _may(role: str, route: str) -> bool:
    if route in FOR_ALL:
        return True
    if route.startswith(FOR_OWNERS_AND_ADMINS):
        return False
    if role == "sales":
        return route.startswith(FOR_SALES) and route not in BILLING
    return role != "viewer"


def _post(client: Client, page: Page, our: Side) -> int:
    names = our.world.names()
    with transaction.atomic():
        path = page.path(names.get(page.object, ""), names.get(page.part, ""))
        status: int = client.post(path).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("role", ["viewer", "sales", "finance"])
def test_a_role_presses_its_own_buttons_only(role: str, our: Side) -> None:
    person = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(company=our.company, user=person, role=role)
    client = Client()
    client.force_login(person)
    refused = {page.route for page in POSTED if _post(client, page, our) == 403}
    assert refused == {page.route for page in POSTED if not _may(role, page.route)}


def test_who_is_gone_can_do_nothing_more(our: Side, their: Side) -> None:
    client = Client()
    client.force_login(our.owner)
    new = Page("customers/new", method="POST")
    assert _post(client, new, our) == 400
    Membership.objects.filter(user=our.owner).update(company=their.company)
    assert _post(client, Page("customers/<str:public_id>/delete", "unused_customer", method="POST"), our) == 404
    Membership.objects.filter(user=our.owner).delete()
    assert _post(client, new, our) == 403
    User.objects.filter(pk=our.owner.pk).update(is_active=False)
    assert _post(client, new, our) == 302
    assert client.get("/")["Location"] == "/sign-in?next=/"
