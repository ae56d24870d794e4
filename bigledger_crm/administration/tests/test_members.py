"""Roles of members, leaving a company, and inviting colleagues."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bigledger_crm.account.invitations import accept_as_new_person, invite, open_invitations
from bigledger_crm.account.models import Invitation
from bigledger_crm.administration import members
from bigledger_crm.administration.api_keys import create_key
from bigledger_crm.administration.members import LastOwner
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData, NotFound, PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.threads import at_once

BY = Author("user_1", "alice@example.com", "192.0.2.1")


def of(user: User) -> Membership:
    return Membership.objects.select_related("company", "user").get(user=user)


@pytest.fixture
def manager(company: Company, bob: User) -> Actor:
    """Bob, who manages the company and doesn't own it."""
    Membership.objects.filter(user=bob).update(role="manager")
    return actor_for_member(of(bob))


def test_an_owner_changes_a_role(actor: Actor, alice: User, bob: User, in_company: Company) -> None:
    members.change_role(actor, BY, of(bob), "finance")
    assert of(bob).role == "finance"
    entry = AuditEntry.objects.get(event="member.role_changed")
    assert (entry.note, entry.changes) == (bob.email, {"role": ["sales", "finance"]})
    assert SecurityEvent.objects.get(event="security.member_role_changed").subject == bob.email
    members.change_role(actor, BY, of(bob), "finance")
    assert AuditEntry.objects.filter(event="member.role_changed").count() == 1


def test_the_last_owner_stays_one(actor: Actor, alice: User, bob: User, in_company: Company) -> None:
    for act in (
        lambda: members.change_role(actor, BY, of(alice), "viewer"),
        lambda: members.remove(actor, BY, of(alice)),
    ):
        with pytest.raises(LastOwner):
            act()
    members.change_role(actor, BY, of(bob), "owner")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(LastOwner):
        members.change_role(actor, BY, of(alice), "viewer")
    User.objects.filter(pk=bob.pk).update(is_active=True)
    members.remove(actor, BY, of(alice))
    assert not Membership.objects.filter(user=alice).exists()


def test_a_manager_makes_no_owner_and_touches_none(manager: Actor, alice: User, bob: User, in_company: Company) -> None:
    assert "owner" not in members.roles_to_give(manager)
    with pytest.raises(InvalidData):
        members.change_role(manager, BY, of(bob), "owner")
    for act in (
        lambda: members.change_role(manager, BY, of(alice), "viewer"),
        lambda: members.remove(manager, BY, of(alice)),
    ):
        with pytest.raises(PermissionDenied, match="Only an owner"):
            act()


def test_others_change_nobody_but_may_leave(actor: Actor, alice: User, bob: User, in_company: Company) -> None:
    seller = actor_for_member(of(bob))
    with pytest.raises(PermissionDenied):
        members.change_role(seller, BY, of(bob), "owner")
    with pytest.raises(PermissionDenied):
        members.remove(seller, BY, of(alice))
    members.remove(seller, BY, of(bob))
    assert not Membership.objects.filter(user=bob).exists()


def test_a_strangers_membership_is_unknown(actor: Actor, charlie: User, in_company: Company) -> None:
    with pytest.raises(NotFound):
        members.find_member(actor, charlie.public_id)
    with pytest.raises(NotFound):
        members.remove(actor, BY, of(charlie))


@pytest.mark.usefixtures("committed")
def test_two_owners_who_remove_each_other_leave_one(actor: Actor, alice: User, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="owner")
    other = actor_for_member(of(bob))

    def remove(by: Actor, whom: User) -> None:
        members.remove(by, BY, of(whom))

    _, failures = at_once([lambda: remove(actor, bob), lambda: remove(other, alice)], company=actor.company)
    assert len(failures) == 1
    assert Membership.objects.filter(company=actor.company, role="owner").count() == 1


def test_the_pages(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    page = flat(client.get("/settings/members"))
    assert bob.email in page
    assert client.post(f"/settings/members/{bob.public_id}", {"role": "finance"}).status_code == 302
    assert of(bob).role == "finance"
    refused = client.post(f"/settings/members/{alice.public_id}", {"role": "viewer"})
    assert refused.status_code == 409
    assert "make someone else an owner first" in flat(refused)
    assert client.post("/settings/members/invite", {"email": "dora@example.com", "role": "viewer"}).status_code == 302
    (invitation,) = open_invitations(company)
    assert (invitation.email, invitation.role, invitation.invited_by) == ("dora@example.com", "viewer", "Alice Tan")
    assert "dora@example.com" in flat(client.get("/settings/members"))
    again = client.post("/settings/members/invite", {"email": bob.email, "role": "viewer"})
    assert (again.status_code, "is a member" in flat(again)) == (409, True)
    with company_scope(company):
        href = f"/settings/invitations/{invitation.public_id}"
    assert client.post(href).status_code == 302
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    assert client.post(f"/settings/members/{bob.public_id}/remove").status_code == 302
    assert not Membership.objects.filter(user=bob).exists()
    client.force_login(bob)
    assert client.get("/settings/members").status_code == 403


def test_a_member_leaves_by_themselves(client: Client, actor: Actor, alice: User, bob: User, company: Company) -> None:
    with company_scope(company):
        key, secret = create_key(actor, BY, name="Web shop", scopes=["read"], expires_at=None)
    client.force_login(bob)
    assert f"Leave {company.name}" in flat(client.get("/account"))
    with company_scope(company):
        customer = make_customer(actor, owner_id=bob.public_id)
    question = flat(client.get("/account/leave"))
    assert f"You lose access to {company.name} immediately." in question
    assert "These will have no owner: 1 customer." in question
    assert "You are the only owner" not in question
    answer = client.post("/account/leave", {"form_company": company.public_id})
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert not Membership.objects.filter(user=bob).exists()
    account = flat(client.get("/account"))
    assert f"You have left {company.name}" in account
    assert f"Leave {company.name}" not in account
    assert [client.get(page).status_code for page in ("/", "/customers", "/account/leave")] == [403, 403, 403]
    assert client.post("/account/leave", {"form_company": company.public_id}).status_code == 403
    with company_scope(company):
        entry = AuditEntry.objects.get(event="member.left")
        customer.refresh_from_db()
    assert customer.owner_id is None
    assert (entry.actor_id, entry.note, entry.changes) == (bob.public_id, bob.email, {"role": ["sales", None]})
    event = SecurityEvent.objects.get(event="security.member_removed")
    assert (event.actor_id, event.subject) == (bob.public_id, bob.email)
    assert ApiClient(secret, company.public_id).get("/customers").status == 200
    assert key.is_usable()


def test_whoever_has_another_company_goes_on_there(client: Client, bob: User, company: Company) -> None:
    other = Company.objects.create(name="Another")
    Membership.objects.create(company=other, user=bob, role="viewer")
    client.force_login(bob)
    client.post("/switch-company", {"company": company.public_id})
    client.post("/account/leave")
    assert "Another" in flat(client.get("/"))
    assert list(Membership.objects.filter(user=bob).values_list("company", flat=True)) == [other.pk]


def test_the_last_owner_is_told_why_not(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    assert f"You are the only owner of {company.name}" in flat(client.get("/account/leave"))
    refused = client.post("/account/leave")
    assert (refused.status_code, "make someone else an owner first" in flat(refused)) == (409, True)
    Membership.objects.filter(user=bob).update(role="owner")
    assert "You are the only owner" not in flat(client.get("/account/leave"))
    assert client.post("/account/leave").status_code == 302
    assert list(Membership.objects.values_list("user", flat=True)) == [bob.pk]


def test_a_manager_does_not_see_a_field_for_an_owners_role(
    client: Client, manager: Actor, alice: User, bob: User
) -> None:
    client.force_login(bob)
    page = flat(client.get(f"/settings/members/{alice.public_id}"))
    assert 'value="owner" selected' in page
    assert 'value="viewer"' not in page
    invite = flat(client.get("/settings/members/invite"))
    assert 'value="owner"' not in invite
    assert client.post("/settings/members/invite", {"email": "x@example.com", "role": "owner"}).status_code == 400


def test_only_sales_is_limited_to_own_records(actor: Actor, bob: User, in_company: Company) -> None:
    members.change_role(actor, BY, of(bob), "sales", own_records_only=True)
    assert of(bob).own_records_only
    entry = AuditEntry.objects.get(event="member.role_changed")
    assert entry.changes == {"role": ["sales", "sales, own records only"]}
    assert SecurityEvent.objects.get(event="security.member_role_changed").changes == entry.changes
    with pytest.raises(InvalidData):
        members.change_role(actor, BY, of(bob), "finance", own_records_only=True)
    with pytest.raises(IntegrityError, match="limited_in_sales_only"), transaction.atomic():
        Membership.objects.filter(user=bob).update(role="finance")
    members.change_role(actor, BY, of(bob), "finance")
    assert not of(bob).own_records_only


def test_rights_beyond_own_records_are_lost(actor: Actor, bob: User, in_company: Company) -> None:
    before = actor_for_member(of(bob)).permissions
    members.change_role(actor, BY, of(bob), "sales", own_records_only=True)
    assert before - actor_for_member(of(bob)).permissions == {"owners:change", "webhooks:read"}


def test_the_pages_of_a_limited_member(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    page = f"/settings/members/{bob.public_id}"
    assert client.post(page, {"role": "sales-own-records"}).status_code == 302
    assert of(bob).own_records_only
    assert 'value="sales-own-records" selected' in flat(client.get(page))
    assert "Own records only" in flat(client.get("/settings/members"))
    assert client.post(page, {"role": "sales"}).status_code == 302
    assert not of(bob).own_records_only


def test_whoever_is_invited_so_joins_limited(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    asked = {"email": "dora@example.com", "role": "sales-own-records"}
    assert client.post("/settings/members/invite", asked).status_code == 302
    (invitation,) = open_invitations(company)
    assert (invitation.role, invitation.own_records_only) == ("sales", True)
    assert "Own records only" in flat(client.get("/settings/members"))
    dora = accept_as_new_person(invitation, "Dora", "correct horse battery", "192.0.2.1")
    assert (of(dora).role, of(dora).own_records_only) == ("sales", True)
    with pytest.raises(InvalidData):
        invite(company, "eve@example.com", "viewer", BY, own_records_only=True)
