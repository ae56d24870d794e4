"""Invitations: who joins by them, and what is said of those that no longer work."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from bigledger_crm.account.invitations import LASTS, MemberAlready, invite, withdraw_invitation
from bigledger_crm.account.models import Invitation
from bigledger_crm.account.tests.test_passwords import is_in, link_in, sent, signed_in
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.models import Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.testing.html import flat

NEW = {"name": " Dewi  Lim ", "new_password1": "a longer horse staple", "new_password2": "a longer horse staple"}


def _invited(company: Company, email: str = "dewi@example.com", role: str = "finance") -> tuple[Invitation, str]:
    invitation = invite(company, email, role, COMMAND_LINE, inviter="Alice Tan")
    (email_sent,) = sent()
    assert email_sent.to == [email]
    return invitation, link_in(email_sent)


def test_somebody_new_makes_an_account_and_joins(company: Company, alice: User) -> None:
    _invitation, link = _invited(company)
    browser = Client()
    page = flat(browser.get(link))
    assert company.name in page
    assert "Alice Tan has invited dewi@example.com." in page
    wrong = browser.post(link, {**NEW, "name": "", "new_password2": "another"})
    assert wrong.status_code == 400
    assert set(wrong.context["form"].errors) == {"name", "new_password2"}
    assert browser.post(link, NEW).status_code == 302
    assert browser.get("/customers").status_code == 200
    member = Membership.objects.get(user__email="dewi@example.com")
    assert (member.company, member.role, member.user.name) == (company, "finance", "Dewi Lim")
    events = SecurityEvent.objects.filter(company=company).values_list("event", flat=True)
    assert {"security.member_invited", "security.member_added"} <= set(events)
    used = browser.get(link)
    assert (used.status_code, "You have already joined" in flat(used)) == (410, True)
    other = Client().post(link, NEW)
    assert (other.status_code, "accepted or withdrawn" in flat(other)) == (410, True)
    assert Membership.objects.filter(company=company, user__email="dewi@example.com").count() == 1


def test_who_has_an_account_signs_in_and_joins(company: Company, other_company: Company, charlie: User) -> None:
    _invitation, link = _invited(company, charlie.email, "viewer")
    stranger = Client()
    page = flat(stranger.get(link))
    assert f"/sign-in?next={quote(link)}" in page
    assert "You have an account already" in flat(stranger.post(link, NEW)), (
        "nobody takes somebody's account over by an invitation"
    )
    browser = signed_in(charlie.email)
    assert browser.post(link).status_code == 302
    assert Membership.objects.get(company=company, user=charlie).role == "viewer"
    assert company.name in flat(browser.get("/"))


def test_another_person_can_not_take_it(company: Company, bob: User) -> None:
    Membership.objects.filter(user=bob).delete()
    _invitation, link = _invited(company)
    browser = signed_in(bob.email)
    assert "You are signed in as" in flat(browser.get(link))
    assert browser.post(link).status_code == 200
    assert not Membership.objects.filter(user=bob).exists()
    assert is_in(browser)


@pytest.mark.parametrize("what", ["old", "withdrawn", "replaced", "forged", "closed"])
def test_a_link_that_no_longer_works_says_so(company: Company, what: str) -> None:
    invitation, link = _invited(company)
    if what == "withdrawn":
        withdraw_invitation(invitation, COMMAND_LINE)
    if what == "replaced":
        _invited(company)
    if what == "closed":
        Company.objects.filter(pk=company.pk).update(is_active=False)
    link = f"{link}x" if what == "forged" else link
    with time_machine.travel(clock.now() + LASTS + timedelta(minutes=1) if what == "old" else clock.now()):
        for answer in (Client().get(link), Client().post(link, NEW)):
            assert (answer.status_code, "This link no longer works" in flat(answer)) == (410, True)
    assert not User.objects.filter(email="dewi@example.com").exists()


def test_a_member_is_not_invited_again(company: Company, alice: User) -> None:
    with pytest.raises(MemberAlready):
        invite(company, alice.email.upper(), "sales", COMMAND_LINE)
    with pytest.raises(InvalidData) as refused:
        invite(company, "nonsense", "king", COMMAND_LINE)
    assert {fault.path for fault in refused.value.errors} == {("email",), ("role",)}


def test_the_command_line_invites(company: Company) -> None:
    call_command("invite", "dewi@example.com", "--company", company.name, "--role", "sales")
    assert Invitation.objects.get().role == "sales"
    with pytest.raises(CommandError, match="valid email address"):
        call_command("invite", "nonsense", "--company", company.name)
