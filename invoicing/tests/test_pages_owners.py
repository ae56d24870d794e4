"""Owners on pages: shown, chosen, filtered by, changed of many at once, and handed over."""

from typing import Any

import pytest
from django.test import Client

from bigledger_crm.administration import members
from bigledger_crm.administration.records import hand_over, records_of
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from invoicing.services import cancel_invoice

BY = Author("user_1", "alice@example.com")
PAGES = {"quotes": make_quote, "sales-orders": make_order, "invoices": make_invoice}


def of(user: User) -> Membership:
    return user.memberships.select_related("company", "user").get()


def test_a_customers_owner_is_chosen_in_its_form(
    alices: Client, actor: Actor, alice: User, bob: User, company: Company
) -> None:
    new = flat(alices.get("/customers/new"))
    assert f'<option value="{alice.public_id}" selected>Alice Tan (alice@example.com)</option>' in new
    with company_scope(company):
        customer = make_customer(actor)
    path = f"/customers/{customer.public_id}"
    form = alices.get(f"{path}/edit").context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"owner_id": bob.public_id}
    assert alices.post(f"{path}/edit", data).status_code == 302
    page = flat(alices.get(path))
    assert "Bob Lim" in page
    assert alices.post(f"{path}/edit", data | {"owner_id": "none"}).status_code == 302
    assert "No owner" in flat(alices.get(path))
    wrong = alices.post(f"{path}/edit", data | {"owner_id": "user_1", "name": ""})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (400, ["name", "owner_id"])


@pytest.mark.parametrize("kind", PAGES)
def test_a_documents_owner_is_changed_in_a_dialog(
    alices: Client, actor: Actor, alice: User, bob: User, company: Company, kind: str
) -> None:
    with company_scope(company):
        document = PAGES[kind](actor)
    path = f"/{kind}/{document.public_id}"
    page = flat(alices.get(path))
    assert (f'href="{path}/owner"' in page, "Alice Tan" in page) == (True, True)
    assert f'value="{alice.public_id}" selected' in flat(alices.get(f"{path}/owner"))
    assert alices.post(f"{path}/owner", {"owner_id": bob.public_id}).headers["Location"] == path
    document.refresh_from_db()
    assert document.owner_id == bob.pk
    assert alices.post(f"{path}/owner", {"owner_id": "user_1"}).status_code == 400
    alices.post(f"{path}/owner", {"owner_id": "none"})
    document.refresh_from_db()
    assert document.owner_id is None


@pytest.mark.parametrize("kind", ["customers", *PAGES])
def test_lists_show_and_filter_by_owner(
    alices: Client, actor: Actor, alice: User, bob: User, company: Company, kind: str
) -> None:
    with company_scope(company):
        his, hers, nobodys = (make_customer(actor, owner_id=owner) for owner in (bob.public_id, alice.public_id, ""))
        rows = [PAGES[kind](actor, one) if kind in PAGES else one for one in (his, hers, nobodys)]
    for typed in (bob.public_id, "bob lim", "BOB@example.com", "Bob Lim (bob@example.com)"):
        page = flat(alices.get(f"/{kind}?ownerId={typed}"))
        assert [row.public_id in page for row in rows] == [True, False, False]
    assert [row.public_id in flat(alices.get(f"/{kind}?ownerId=No+owner")) for row in rows] == [False, False, True]
    assert alices.get(f"/{kind}?ownerId=somebody").status_code == 400
    alices.post(f"/{kind}", {"columns": "1", "column": ["owner"]})
    lines = alices.get(f"/{kind}?export=csv").getvalue().decode().splitlines()
    at = lines[0].split(",").index("Owner")
    assert sorted(line.split(",")[at] for line in lines[1:]) == ["", "Alice Tan", "Bob Lim"]


@pytest.mark.parametrize("kind", ["customers", *PAGES])
def test_many_get_another_owner_at_once(alices: Client, actor: Actor, bob: User, company: Company, kind: str) -> None:
    with company_scope(company):
        rows = [PAGES[kind](actor) if kind in PAGES else make_customer(actor) for _ in range(2)]
    chosen = [row.public_id for row in rows]
    asked = flat(alices.get(f"/{kind}", {"do": "change-owner", "row": chosen}))
    assert asked.count("Alice Tan") >= 2
    refused = alices.post(f"/{kind}", {"do": "change-owner", "row": chosen, "owner_id": ""})
    assert refused.status_code == 400
    done = alices.post(f"/{kind}", {"do": "change-owner", "row": chosen, "owner_id": bob.public_id})
    assert "Owners of 2 changed" in flat(done)
    for row in rows:
        row.refresh_from_db()
        assert row.owner_id == bob.pk


def test_members_are_suggested(alices: Client, alice: User, bob: User, charlie: User) -> None:
    everybody = flat(alices.get("/members/options"))
    assert [name in everybody for name in ("No owner", "Alice Tan", "Bob Lim", "Charlie")] == [True, True, True, False]
    found = flat(alices.get("/members/options?q=lim"))
    assert [name in found for name in ("No owner", "Alice Tan", "Bob Lim")] == [False, False, True]


def _some_of(actor: Actor, owner: User) -> list[Any]:
    """A customer and an open document of each kind; a closed one, and a document of somebody else's customer."""
    customer = make_customer(actor, owner_id=owner.public_id)
    elsewhere = make_quote(actor, make_customer(actor), owner_id=owner.public_id)
    return [
        customer,
        make_quote(actor, customer),
        make_order(actor, customer),
        make_invoice(actor, customer),
        elsewhere,
    ]


def test_records_are_handed_over_as_a_whole(actor: Actor, alice: User, bob: User, in_company: Company) -> None:
    records = _some_of(actor, bob)
    closed = cancel_invoice(actor, make_invoice(actor, records[0]))
    assert list(map(str, records_of(of(bob)))) == ["1 customer", "2 open quotes", "1 open order", "1 open invoice"]
    for wrong in (bob.public_id, "user_1"):
        with pytest.raises(InvalidData):
            hand_over(actor, of(bob), wrong)
    hand_over(actor, of(bob), alice.public_id)
    for record in records:
        record.refresh_from_db()
        assert record.owner_id == alice.pk
    closed.refresh_from_db()
    assert closed.owner_id == bob.pk
    entry = AuditEntry.objects.get(event="member.records_handed_over")
    assert entry.changes == {
        "ownerId": [bob.public_id, alice.public_id],
        "invoices": [0, 1],
        "sales orders": [0, 1],
        "quotes": [0, 2],
        "customers": [0, 1],
    }
    assert AuditEntry.objects.filter(event="quote.updated").count() == 2
    with pytest.raises(PermissionDenied):
        hand_over(actor_for_member(of(bob)), of(alice), bob.public_id)


def test_whoever_leaves_leaves_nothing_behind(actor: Actor, alice: User, bob: User, in_company: Company) -> None:
    records = _some_of(actor, bob)
    closed = cancel_invoice(actor, make_invoice(actor, records[0]))
    members.remove(actor, BY, of(bob), hand_over_to=alice.public_id)
    for record in (*records, closed):
        record.refresh_from_db()
    assert {record.owner_id for record in records} == {alice.pk}
    assert closed.owner_id is None


def test_who_leaves_by_themselves_leaves_records_without_owner(actor: Actor, bob: User, in_company: Company) -> None:
    records = _some_of(actor, bob)
    members.remove(actor_for_member(of(bob)), BY, of(bob))
    for record in records:
        record.refresh_from_db()
        assert record.owner_id is None


def test_the_pages_of_a_member_who_owns_something(
    alices: Client, actor: Actor, alice: User, bob: User, company: Company
) -> None:
    page = f"/settings/members/{bob.public_id}"
    assert "/hand-over" not in flat(alices.get(page))
    assert "owns no customers" in flat(alices.get(f"{page}/hand-over"))
    with company_scope(company):
        customer = make_customer(actor, owner_id=bob.public_id)
    assert f'href="{page}/hand-over"' in flat(alices.get(page))
    asked = flat(alices.get(f"{page}/hand-over"))
    assert "Bob Lim owns 1 customer. Closed documents keep their owner." in asked
    assert f'value="{bob.public_id}"' not in asked
    assert alices.post(f"{page}/hand-over", {"owner_id": ""}).status_code == 400
    assert alices.post(f"{page}/remove", {"owner_id": ""}).status_code == 400
    assert of(bob)
    assert alices.post(f"{page}/hand-over", {"owner_id": alice.public_id}).headers["Location"] == page
    customer.refresh_from_db()
    assert customer.owner_id == alice.pk
    assert alices.post(f"{page}/remove").status_code == 302
