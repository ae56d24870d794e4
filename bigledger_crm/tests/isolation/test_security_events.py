"""What is noted of who comes in, who may do what, and what is taken out; and that it stays noted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bigledger_crm.account.tasks import forget_sign_in_attempts
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.network import read_networks
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey, Company, SecurityEvent, User
from bigledger_crm.tenancy.sign_in import ALLOWED
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.raw_sql import execute

RIGHT = "correct horse battery"


def noted() -> list[str]:
    """The events, the first one first, without their beginning."""
    return [event.event.removeprefix("security.") for event in SecurityEvent.objects.order_by("occurred_at", "id")]


def last() -> SecurityEvent:
    """What was noted last."""
    return SecurityEvent.objects.latest("occurred_at", "id")


@pytest.fixture
def browser() -> Client:
    """A browser far away."""
    return Client(REMOTE_ADDR="198.51.100.7")


def _sign_in(browser: Client, password: str, name: str = "alice@example.com", page: str = "/sign-in") -> int:
    return int(browser.post(page, {"username": name, "password": password}).status_code)


def test_signing_in_and_out_is_noted(browser: Client, alice: User) -> None:
    assert _sign_in(browser, "wrong") == 200
    assert _sign_in(browser, "Secr3t of Bob's", name="typed into the wrong field") == 200
    assert _sign_in(browser, "guess", name="nobody@example.com") == 200
    assert _sign_in(browser, RIGHT) == 302
    browser.post("/sign-out")
    browser.post("/sign-out")  # nobody
    assert noted() == [*["sign_in_failed"] * 3, "signed_in", "signed_out"]
    wrong, slip, unknown, came, _left = SecurityEvent.objects.order_by("occurred_at", "id")
    assert (wrong.actor_id, wrong.actor_name) == (alice.public_id, "alice@example.com")
    assert (slip.actor_id, slip.actor_name) == ("", "")
    assert (unknown.actor_id, unknown.actor_name) == ("", "nobody@example.com")
    assert (came.actor_id, came.address, came.company, came.note) == (alice.public_id, "198.51.100.7", None, "/sign-in")
    everything = str(list(SecurityEvent.objects.values()))
    for secret in (RIGHT, "Secr3t", "typed into", "guess"):
        assert secret not in everything


def test_the_admin_notes_as_the_pages_do(browser: Client, alice: User) -> None:
    User.objects.create_superuser("root@example.com", RIGHT)
    login = browser.get(reverse("admin:login"))["Location"]
    assert _sign_in(browser, RIGHT, page=login) == 302
    assert browser.get(reverse("admin:index"), follow=True).status_code == 403
    browser.post("/sign-out")
    assert _sign_in(browser, RIGHT, name="ROOT@example.com", page=login) == 302
    assert browser.get(reverse("admin:index")).status_code == 200
    changed = {
        "old_password": RIGHT,
        "new_password1": "a longer horse battery",
        "new_password2": "a longer horse battery",
    }
    assert browser.post(browser.get(reverse("admin:password_change"))["Location"], changed).status_code == 302
    browser.post(reverse("admin:logout"))
    assert noted() == ["signed_in", "signed_out", "signed_in", "password_changed", "signed_out"]


def test_a_pause_is_noted_once(browser: Client, alice: User) -> None:
    for _ in range(ALLOWED + 3):
        _sign_in(browser, "wrong")
    assert noted() == [*["sign_in_failed"] * ALLOWED, "sign_in_paused"]
    assert (last().subject, last().address) == ("alice@example.com", "198.51.100.7")


def test_guessing_does_not_fill_the_disk(browser: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "FAILURES_PER_HOUR", 3)
    for at in range(5):
        _sign_in(browser, "wrong", name=f"{at}@example.com")
    assert noted() == ["sign_in_failed"] * 3


def test_keys_are_noted_for_each_of_their_companies(company: Company, other_company: Company) -> None:
    call_command("create_api_key", "--company", company.name)
    key = ApiKey.objects.get()
    assert (last().event, last().company, last().subject) == ("security.api_key_created", company, key.public_id)
    assert (last().actor_name, last().note) == ("Command line", f"{key}: read,write")
    key.companies.add(other_company)
    call_command("revoke_api_key", key.public_id)
    call_command("revoke_api_key", key.public_id)
    assert noted() == ["api_key_created", "api_key_revoked", "api_key_revoked"]
    revoked = SecurityEvent.objects.filter(event="security.api_key_revoked")
    assert {event.company_id for event in revoked} == {company.pk, other_company.pk}


@pytest.fixture
def operator(browser: Client, db: None) -> Client:
    """An operator in the admin."""
    browser.force_login(User.objects.create_superuser("root@example.com", RIGHT))
    return browser


def _change(operator: Client, user: User, **changes: str) -> None:
    form = {"email": user.email, "name": user.name, "language": "en", "memberships-TOTAL_FORMS": "0"}
    form |= {"memberships-INITIAL_FORMS": "0"} | changes
    answer = operator.post(reverse("admin:tenancy_user_change", args=[user.pk]), form)
    assert answer.status_code == 302, flat(answer)


def test_people_and_passwords_are_noted(operator: Client, bob: User) -> None:
    _change(operator, bob, is_superuser="on")
    assert (last().event, last().changes) == ("security.person_changed", {"is_superuser": [False, True]})
    assert last().address == "198.51.100.7"
    _change(operator, bob, is_superuser="on", name="Robert")
    assert noted() == ["person_changed"]
    new = {"usable_password": "true", "password1": "long and winding road", "password2": "long and winding road"}
    assert operator.post(reverse("admin:auth_user_password_change", args=[bob.pk]), new).status_code == 302
    assert (last().event, last().subject) == ("security.password_changed", bob.email)
    made = {"email": "new@example.com", "name": "New", **new}
    assert operator.post(reverse("admin:tenancy_user_add"), made).status_code == 302
    assert (last().event, last().subject) == ("security.person_created", "new@example.com")
    assert "winding" not in str(list(SecurityEvent.objects.values()))


def test_every_event_is_among_those_that_the_admin_filters_by() -> None:
    written = set()
    for package in ("bigledger_crm", "customers", "sales", "invoicing"):
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            if "tests" not in path.parts:
                written |= set(re.findall(r'"(security\.[a-z_]+)"', path.read_text()))
    assert written - set(security.EVENTS) == set()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_noted(browser: Client, actor: Actor, alice: User, in_company: Company, kind: str) -> None:
    browser.force_login(alice)
    for name in ("Borneo", "Borneo Two", "Other"):
        make_customer(actor, name=name)
    assert browser.get(f"/customers?q=borneo&export={kind}").status_code == 200
    event = last()
    assert (event.event, event.company, event.actor_name) == ("security.exported", in_company, alice.email)
    assert (event.subject, event.note) == ("/customers", f"2 rows as {kind}")
    assert event.changes["filters"] == {"q": "borneo"}
    assert browser.get(f"/customers?export={kind}x").status_code == 404
    assert noted() == ["exported"]


def test_events_stay(actor: Actor) -> None:
    now = clock.now()
    for event, age in ((security.SIGN_IN_FAILED, 89), (security.SIGN_IN_FAILED, 91), ("security.exported", 91)):
        SecurityEvent.objects.create(event=event, occurred_at=now - timedelta(days=age))
    table = SecurityEvent._meta.db_table
    for statement in (
        f"UPDATE {table} SET note = 'x'",
        f"DELETE FROM {table} WHERE event = 'security.exported'",
        f"DELETE FROM {table} WHERE occurred_at > now() - interval '90 days'",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(IntegrityError, match="is append-only"):
            execute(statement)
    forget_sign_in_attempts()
    assert sorted(noted()) == ["exported", "sign_in_failed"]


def test_behind_a_proxy_the_clients_address_is_noted(browser: Client, alice: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = read_networks("198.51.100.0/24")
    browser.post(
        "/sign-in", {"username": alice.email, "password": "x"}, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.5"}
    )
    assert last().address == "203.0.113.5"
