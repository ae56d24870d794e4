"""API keys as a company's owner makes, rotates and revokes them."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from bigledger_crm.administration import api_keys
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.html import flat

BY = Author("user_1", "alice@example.com", "192.0.2.1")
DAY = timedelta(days=1)


def make(actor: Actor, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    return api_keys.create_key(actor, BY, name=" Web shop ", scopes=["customers:read"], expires_at=expires_at)


def status(company: Company, secret: str) -> int:
    """What the API answers to a key."""
    return ApiClient(secret, company.public_id).get("/customers").status


def told(event: str) -> list[str]:
    """Who is noted for a security event."""
    return list(SecurityEvent.objects.filter(event=event).values_list("actor_name", flat=True))


def test_a_new_key_works_and_is_told(actor: Actor, in_company: Company) -> None:
    key, secret = make(actor, clock.now() + DAY)
    assert (key.name, status(in_company, secret)) == ("Web shop", 200)
    assert ApiClient(secret, in_company.public_id).post("/customers", {"name": "A"}).status == 403
    assert AuditEntry.objects.get(event="api_key.created").changes["scopes"] == [None, ["customers:read"]]
    assert secret not in str(list(AuditEntry.objects.values())) + str(list(SecurityEvent.objects.values()))
    assert told("security.api_key_created")[-1] == BY.name


def test_every_fault_is_named(actor: Actor, in_company: Company) -> None:
    with pytest.raises(InvalidData) as refused:
        api_keys.create_key(actor, BY, name="\u200b", scopes=["everything"], expires_at=clock.now())
    assert {error.path for error in refused.value.errors} == {("name",), ("scopes",), ("expires_at",)}
    with pytest.raises(InvalidData, match="API key"):
        api_keys.create_key(actor, BY, name="x" * 101, scopes=[], expires_at=clock.now() + 4000 * DAY)


def test_both_keys_work_until_the_grace_period_ends(actor: Actor, in_company: Company) -> None:
    key, first = make(actor)
    with time_machine.travel(clock.now(), tick=False) as time:
        key, second = api_keys.rotate_key(actor, BY, key, DAY)
        assert [status(in_company, secret) for secret in (first, second)] == [200, 200]
        time.shift(DAY - timedelta(seconds=1))
        assert [status(in_company, secret) for secret in (first, second)] == [200, 200]
        time.shift(timedelta(seconds=1))
        assert [status(in_company, secret) for secret in (first, second)] == [401, 200]
    assert ApiKey.objects.get(pk=key.pk).last_four == second[-4:]
    assert AuditEntry.objects.filter(event="api_key.rotated").count() == 1
    assert told("security.api_key_rotated") == [BY.name]


def test_a_rotated_key_is_revoked_with_the_new_one(actor: Actor, in_company: Company) -> None:
    key, first = make(actor)
    key, second = api_keys.rotate_key(actor, BY, key, 7 * DAY)
    key, third = api_keys.rotate_key(actor, BY, key, 7 * DAY)
    assert [status(in_company, secret) for secret in (first, second, third)] == [401, 200, 200]
    api_keys.revoke_key(actor, BY, key)
    assert [status(in_company, secret) for secret in (second, third)] == [401, 401]
    key.refresh_from_db()
    with pytest.raises(api_keys.KeyNotUsable):
        api_keys.rotate_key(actor, BY, key, DAY)


def test_rotating_without_grace_stops_the_old_key(actor: Actor, in_company: Company) -> None:
    key, first = make(actor)
    _key, second = api_keys.rotate_key(actor, BY, key, timedelta())
    assert [status(in_company, secret) for secret in (first, second)] == [401, 200]


def test_a_key_of_several_companies_only_loses_this_one(actor: Actor, stranger: Actor) -> None:
    key, secret = create_api_key([actor.company, stranger.company], name="Both")
    with company_scope(actor.company):
        with pytest.raises(api_keys.KeyShared):
            api_keys.rotate_key(actor, BY, key, DAY)
        api_keys.revoke_key(actor, BY, key)
    assert [status(company, secret) for company in (actor.company, stranger.company)] == [403, 200]
    assert told("security.api_key_withdrawn") == [BY.name]
    assert not api_keys.api_keys_of(actor).filter(pk=key.pk).exists()


def test_the_old_key_is_of_no_other_company(actor: Actor, stranger: Actor, in_company: Company) -> None:
    key, first = make(actor)
    api_keys.rotate_key(actor, BY, key, DAY)
    assert status(stranger.company, first) == 403


def test_only_managers_may(bob: User, actor: Actor, in_company: Company) -> None:
    key, _secret = make(actor)
    membership = Membership.objects.select_related("company", "user").get(user=bob)
    other = actor_for_member(membership)
    with pytest.raises(PermissionDenied):
        make(other)
    with pytest.raises(PermissionDenied):
        api_keys.rotate_key(other, BY, key, DAY)
    with pytest.raises(PermissionDenied):
        api_keys.revoke_key(other, BY, key)


def shown_key(text: str) -> str:
    found = re.search(r"bl_live_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}", text)
    assert found is not None
    return found[0]


def test_the_pages(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    wrong = client.post("/settings/api-keys/new", {"name": "", "expires_at": "1/1/2000"})
    assert wrong.status_code == 400
    assert set(wrong.context["form"].errors) == {"name", "scopes", "expires_at"}
    answer = client.post("/settings/api-keys/new", {"name": "Shop", "scopes": ["read"], "expires_at": "+30"})
    assert answer.headers["Cache-Control"] == "no-store"
    first = shown_key(flat(answer))
    key = ApiKey.objects.get(name="Shop")
    assert key.expires_at is not None
    assert status(company, first) == 200
    page = flat(client.get(f"/settings/api-keys/{key.public_id}"))
    assert first not in page
    assert f"…{first[-4:]}" in page
    second = shown_key(flat(client.post(f"/settings/api-keys/{key.public_id}/rotate", {"grace": "86400"})))
    assert [status(company, secret) for secret in (first, second)] == [200, 200]
    assert "Previous key works until" in flat(client.get(f"/settings/api-keys/{key.public_id}"))
    assert client.post(f"/settings/api-keys/{key.public_id}/rotate", {"grace": "1"}).status_code == 400
    assert client.post(f"/settings/api-keys/{key.public_id}/revoke").status_code == 302
    assert [status(company, secret) for secret in (first, second)] == [401, 401]
    assert "Revoked" in flat(client.get("/settings/api-keys"))
    assert SecurityEvent.objects.get(event="security.api_key_revoked").address == "127.0.0.1"


def test_the_list_offers_a_new_key(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    assert 'href="/settings/api-keys/new"' in flat(client.get("/settings/api-keys"))
