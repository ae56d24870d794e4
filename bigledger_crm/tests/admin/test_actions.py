"""What an operator can do, and that each of it is in the audit log."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from bigledger_crm.account.models import AccountEmail, Invitation
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy import admin_actions
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.services import create_api_key, hash_key
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.tests.admin.pages import act, admin_url, audited, choose, noted, text_of

# What the page posts of its members, who are to be read.
NO_MEMBERS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


def test_an_action_asks_first_and_leads_back(operator: Client, our: Tenant) -> None:
    page = text_of(operator.get(admin_url(User, "change", our.owner.pk)))
    assert "End sessions" in page
    asked = text_of(act(operator, "disable", our.owner, confirmed=False, next=admin_url(User, "change", our.owner.pk)))
    assert "can&#x27;t sign in again" in asked
    assert our.owner.name in asked
    our.owner.refresh_from_db()
    assert our.owner.is_active
    back = admin_url(User, "change", our.owner.pk)
    assert act(operator, "disable", our.owner, next=back)["Location"] == back
    for elsewhere in ("https://evil.example/", "//evil.example/"):
        assert act(operator, "enable", our.owner, next=elsewhere)["Location"].startswith("/admin/tenancy/user/")


def test_an_action_takes_so_many_rows_and_no_more(
    operator: Client, our: Tenant, their: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_actions, "MAX_ROWS", 1)
    answer = act(operator, "disable", our.owner, their.owner)
    assert "At most 1 rows at once" in text_of(operator.get(answer["Location"]))
    assert not SecurityEvent.objects.filter(event="security.person_disabled").exists()


def test_people_are_disabled_and_enabled(operator: Client, our: Tenant, root: User) -> None:
    person = Client()
    person.force_login(our.owner)
    assert person.get("/invoices").status_code == 200
    act(operator, "disable", our.owner)
    assert person.get("/invoices").status_code == 302
    assert noted("person_disabled").subject == our.owner.email
    act(operator, "disable", our.owner)
    assert noted("person_disabled"), "once is enough"
    act(operator, "enable", our.owner)
    assert noted("person_enabled").subject == our.owner.email
    answer = act(operator, "disable", root)
    assert "lock yourself out" in text_of(operator.get(answer["Location"]))
    root.refresh_from_db()
    assert root.is_active


def test_sessions_are_ended(operator: Client, our: Tenant) -> None:
    person = Client()
    person.force_login(our.owner)
    person.get("/account/sessions")
    assert UserSession.objects.filter(user=our.owner).count() == 1
    act(operator, "sign_out", our.owner)
    assert person.get("/invoices").status_code == 302
    assert (noted("sessions_ended").subject, noted("sessions_ended").note) == (our.owner.email, "1")
    answer = act(operator, "sign_out", our.owner)
    assert "Nothing was changed" in text_of(operator.get(answer["Location"]))


def test_a_lost_second_factor_is_removed(operator: Client, our: Tenant) -> None:
    Authenticator.objects.create(user=our.owner, type=Authenticator.Type.TOTP, data={"secret": "SECRETOFTHEAPP"})
    page = text_of(operator.get(admin_url(User, "change", our.owner.pk)))
    assert "TOTP Authenticator" in page
    assert "SECRETOFTHEAPP" not in page
    act(operator, "remove_factor", our.owner)
    assert not Authenticator.objects.exists()
    assert noted("second_factor_removed").subject == our.owner.email
    assert AccountEmail.objects.get(kind="second_factor_removed").to == our.owner.email


def test_a_company_is_disabled_and_enabled(operator: Client, our: Tenant) -> None:
    person = Client()
    person.force_login(our.owner)
    assert (person.get("/invoices").status_code, our.api.get("/items").status) == (200, 200)
    act(operator, "disable", our.company)
    assert (person.get("/invoices").status_code, our.api.get("/items").status) == (403, 403)
    assert noted("company_disabled").company == our.company
    assert audited("company.disabled", our.company).subjects == [our.company.pk]
    act(operator, "enable", our.company)
    assert (person.get("/invoices").status_code, our.api.get("/items").status) == (200, 200)
    assert noted("company_enabled").company == our.company
    assert audited("company.enabled", our.company)


def test_a_second_factor_is_demanded_of_a_company(operator: Client, our: Tenant) -> None:
    wanted = {"requires_second_factor": "on", **NO_MEMBERS}
    assert operator.post(admin_url(Company, "change", our.company.pk), wanted).status_code == 302
    our.company.refresh_from_db()
    assert our.company.requires_second_factor
    assert audited("company.updated", our.company).changes == {"requires_second_factor": [False, True]}


def test_a_key_is_created_shown_once_and_revoked(operator: Client, our: Tenant, their: Tenant) -> None:
    companies = [str(our.company.pk), str(their.company.pk)]
    new = {"name": " Till ", "companies": companies, "scopes": ["read", "invoices:write"]}
    past = {**new, "expires_at_0": "2020-01-01", "expires_at_1": "10:00"}
    assert "Must be in the future" in text_of(operator.post(admin_url(ApiKey, "add"), past))
    made = operator.post(admin_url(ApiKey, "add"), new)
    (secret,) = re.findall(r"bl_live_\w+", text_of(made))
    key = ApiKey.objects.get(name="Till")
    assert hash_key(secret) == key.hash
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in str(operator.cookies) + str(operator.session.items())
    assert (key.scopes, set(key.companies.all())) == (["read", "invoices:write"], {our.company, their.company})
    page = text_of(operator.get(admin_url(ApiKey, "change", key.pk)))
    for hidden in (secret, key.hash, 'name="_save"'):
        assert hidden not in page
    act(operator, "revoke", key)
    key.refresh_from_db()
    assert key.revoked_at is not None
    for company in (our.company, their.company):
        for event in ("api_key.created", "api_key.revoked"):
            assert audited(event, company).subjects == [key.pk]
    assert SecurityEvent.objects.filter(event="security.api_key_revoked", subject=key.public_id).count() == 2
    assert our.api.get("/items").status == 200, "other keys work on"


def test_keys_are_listed_for_the_chosen_company(operator: Client, our: Tenant, their: Tenant) -> None:
    shared, _secret = create_api_key([our.company, their.company], name="Shared")
    choose(operator, their.company)
    listed = text_of(operator.get(admin_url(ApiKey, "changelist")))
    assert admin_url(ApiKey, "change", shared.pk) in listed
    assert listed.count("/admin/tenancy/apikey/") >= 2
    assert str(ApiKey.objects.exclude(companies=their.company)[0].pk) not in listed


def test_a_company_is_opened_and_its_owner_invited(operator: Client) -> None:
    new = {"name": "  Kedai Baru ", "currency": "SGD", "country": "SG", "time_zone": "Asia/Singapore"}
    new |= {"language": "en", "paper_size": "A4"}
    page = text_of(
        operator.post(admin_url(Company, "add"), {**new, "currency": "XXX", "time_zone": "Mars", "name": " "})
    )
    for fault in ("ISO 4217", "IANA", "This field is required"):
        assert fault in page
    opened = operator.post(admin_url(Company, "add"), new)
    company = Company.objects.get(name="Kedai Baru")
    assert (company.currency, noted("company_opened").company) == ("SGD", company)
    assert opened["Location"] == f"{admin_url(Invitation, 'add')}?role=owner"
    page = text_of(operator.get(opened["Location"]))
    assert "Kedai Baru" in page
    assert '<option value="owner" selected>' in page
    assert "valid email" in text_of(operator.post(opened["Location"], {"email": "nobody", "role": "owner"}))
    operator.post(opened["Location"], {"email": "Dewi@Example.com", "role": "owner"})
    invitation = Invitation.objects.get(company=company)
    assert (invitation.email, invitation.role, invitation.invited_by) == ("dewi@example.com", "owner", "Kedai Baru")
    assert noted("member_invited").company == company
    assert AccountEmail.objects.filter(kind="company_invitation", to="dewi@example.com").exists()


def test_invitations_are_sent_again_and_withdrawn(operator: Client, our: Tenant) -> None:
    first = Invitation.objects.get(company=our.company)
    Invitation.objects.filter(pk=first.pk).update(expires_at=clock.now() - timedelta(days=1))
    act(operator, "send_again", first)
    first.refresh_from_db()
    second = Invitation.objects.get(company=our.company, withdrawn_at=None)
    assert (second.email, second.role, second.is_open(), first.is_open()) == (first.email, first.role, True, False)
    assert noted("member_invited").subject == first.email
    act(operator, "withdraw", second)
    second.refresh_from_db()
    assert not second.is_open()
    assert noted("invitation_withdrawn").subject == first.email
    choose(operator, our.company)
    again = operator.post(admin_url(Invitation, "add"), {"email": our.owner.email, "role": "viewer"})
    assert "is a member of Tech Supplies already" in text_of(again)


def test_members_are_added_changed_and_removed_but_not_the_last_owner(
    operator: Client, our: Tenant, their: Tenant
) -> None:
    choose(operator, our.company)
    new = {"user": str(their.owner.pk), "role": "owner"}
    assert operator.post(admin_url(Membership, "add"), new).status_code == 302
    added = Membership.objects.get(company=our.company, user=their.owner)
    assert audited("member.added", our.company).changes == {"role": [None, "owner"]}
    assert noted("member_added").subject == their.owner.email
    assert "is a member of" in text_of(operator.post(admin_url(Membership, "add"), new))
    operator.post(admin_url(Membership, "change", added.pk), {"role": "finance", "user": str(our.owner.pk)})
    added.refresh_from_db()
    assert (added.role, added.user) == ("finance", their.owner)
    assert audited("member.role_changed", our.company).changes == {"role": ["owner", "finance"]}
    act(operator, "remove", added)
    assert not Membership.objects.filter(pk=added.pk).exists()
    assert audited("member.removed", our.company)
    last = Membership.objects.get(company=our.company, role="owner")
    answer = act(operator, "remove", last)
    assert "needs an owner" in text_of(operator.get(answer["Location"]))
    refused = operator.post(admin_url(Membership, "change", last.pk), {"role": "viewer"}, follow=True)
    assert "needs an owner" in text_of(refused)
    last.refresh_from_db()
    assert last.role == "owner"


def test_people_are_added_and_changed(operator: Client, root: User) -> None:
    new = {
        "email": "Dewi@Example.com",
        "name": "Dewi",
        "usable_password": "true",
        "password1": "long and winding road",
        "password2": "long and winding road",
    }
    assert operator.post(admin_url(User, "add"), new).status_code == 302
    dewi = User.objects.get(email="dewi@example.com")
    assert dewi.check_password("long and winding road")
    assert noted("person_created").subject == "dewi@example.com"
    page = text_of(operator.get(admin_url(User, "change", dewi.pk)))
    for name in ("groups", "user_permissions", "is_staff", "is_active"):
        assert f'name="{name}"' not in page
    change = {"email": "DEWI@example.org", "name": "Dewi Lestari", "language": "en", "is_active": "", "groups": "1"}
    change |= NO_MEMBERS
    assert operator.post(admin_url(User, "change", dewi.pk), change).status_code == 302
    dewi.refresh_from_db()
    assert (dewi.name, dewi.email, dewi.is_active, dewi.groups.count()) == ("Dewi Lestari", "dewi@example.org", True, 0)
    assert noted("person_changed").changes == {"email": ["dewi@example.com", "dewi@example.org"]}
    oneself = {"email": root.email, "name": "Root", "language": "en", **NO_MEMBERS}
    assert "lock yourself out" in text_of(operator.post(admin_url(User, "change", root.pk), oneself, follow=True))
    root.refresh_from_db()
    assert root.is_superuser


def test_a_person_is_found_whoever_is_chosen(operator: Client, our: Tenant, their: Tenant) -> None:
    choose(operator, our.company)
    asked = {"app_label": "tenancy", "model_name": "membership", "field_name": "user", "term": their.owner.email}
    answer = operator.get("/admin/autocomplete/", asked)
    assert [found["id"] for found in answer.json()["results"]] == [str(their.owner.pk)]
    listed = text_of(operator.get(admin_url(User, "changelist")))
    assert (our.owner.email in listed, their.owner.email in listed) == (True, False)
