"""Who may do what: people by their role, keys by their scopes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_key, system_actor
from bigledger_crm.tenancy.models import ApiKey, Company, User
from bigledger_crm.tenancy.permissions import (
    ALL_RIGHTS,
    MANAGE_SETTINGS,
    RIGHTS,
    ROLE_PERMISSIONS,
    ROLES,
    SCOPES,
    rights_of_scopes,
)
from bigledger_crm.tenancy.services import create_api_key, hash_key, is_well_formed_key, revoke_api_key


@pytest.mark.parametrize(
    ("granted", "resource", "verb", "allowed"),
    [
        ({"read"}, "invoices", "read", True),
        ({"read"}, "invoices", "write", False),
        ({"write"}, "invoices", "write", True),
        ({"write"}, "invoices", "read", True),
        ({"write"}, "customers", "merge", True),
        ({"write"}, "credit-limit", "raise", True),
        ({"write"}, "credit-limit", "override", False),
        ({"write"}, "discounts", "exceed", False),
        ({"discounts:exceed"}, "discounts", "exceed", True),
        ({"customers:write"}, "customers", "merge", False),
        ({"customers:write"}, "customers", "unblock", False),
        ({"customers:merge"}, "customers", "merge", True),
        ({"customers:merge"}, "customers", "read", False),
        ({"credit-limit:raise"}, "credit-limit", "raise", True),
        ({"payments:write"}, "payments", "void", True),
        ({"payments:void"}, "payments", "void", True),
        ({"payments:void"}, "payments", "write", False),
        ({"write"}, "invoices", "cancel", True),
        ({"invoices:read"}, "invoices", "cancel", False),
        ({"analytics:write"}, "analytics", "read", True),
        ({"write"}, "settings", "manage", False),
        ({"quotes:write"}, "quotes", "write", True),
        ({"quotes:write"}, "quotes", "read", True),
        ({"quotes:read"}, "quotes", "write", False),
        ({"quotes:write"}, "invoices", "read", False),
        (set(), "quotes", "read", False),
    ],
)
def test_the_rights_of_a_keys_scopes(granted: set[str], resource: str, verb: str, allowed: bool) -> None:
    assert (f"{resource}:{verb}" in rights_of_scopes(granted)) is allowed


def test_no_key_has_what_is_for_people() -> None:
    of_people = {right.name for right in RIGHTS if right.for_people}
    assert of_people == {"members:manage", MANAGE_SETTINGS, "api-keys:manage", "audit-log:read", "privacy:manage"}
    assert rights_of_scopes(SCOPES) == ALL_RIGHTS - of_people


def test_the_table_is_one() -> None:
    names = [right.name for right in RIGHTS]
    assert len(names) == len(set(names))
    assert {right.roles for right in RIGHTS if not set(right.roles) <= {*ROLES, " "}} == set()
    assert all(len(right.roles) == len(ROLES) for right in RIGHTS)
    assert ROLE_PERMISSIONS["owner"] == ALL_RIGHTS
    for right in RIGHTS:
        if right.verb != "read":
            readers = next((other.roles for other in RIGHTS if other.name == f"{right.resource}:read"), "OMFSV")
            assert set(right.roles.replace(" ", "")) <= set(readers), f"{right.name}: who writes reads"


def test_a_person_acts_under_their_id_and_name(actor: Actor, alice: User) -> None:
    assert (actor.id, actor.name, actor.email) == (alice.public_id, "Alice Tan", "alice@example.com")
    actor.require("invoices", "write")


def test_a_key_acts_with_its_scopes(company: Company) -> None:
    key, _ = create_api_key([company], name=" Shop ", scopes=["quotes:write"])
    actor = actor_for_key(key, company)
    assert (actor.id, actor.name) == (key.public_id, "Shop")
    actor.require("quotes", "read")
    with pytest.raises(PermissionDenied, match="'invoices:read'"):
        actor.require("invoices", "read")


def test_the_present_day_is_the_companys(company: Company) -> None:
    company.time_zone = "Pacific/Kiritimati"
    with clock.travelling(datetime(2024, 1, 14, 10, 30, tzinfo=UTC)):
        assert system_actor(company).today() == date(2024, 1, 15)


def test_a_key_is_shown_once_and_stored_as_a_hash(company: Company) -> None:
    key, secret = create_api_key([company], name="Shop")
    assert is_well_formed_key(secret)
    stored = ApiKey.objects.get()
    assert (stored.hash, stored.last_four) == (hash_key(secret), secret[-4:])
    assert secret not in str(vars(stored))
    assert list(key.companies.all()) == [company]


@pytest.mark.django_db
def test_a_mistyped_key_is_seen_by_its_checksum() -> None:
    _, secret = create_api_key([], name="Shop")
    for place in range(8, len(secret)):
        if secret[place] != "_":
            other = "A" if secret[place] != "A" else "B"
            assert not is_well_formed_key(secret[:place] + other + secret[place + 1 :])
    for text in ("", secret[:-1], secret + "A", secret.upper(), secret.replace("bl_live_", "bl_test_"), f"{secret}\n"):
        assert not is_well_formed_key(text)


@pytest.mark.parametrize(("name", "scopes"), [("", ["read"]), ("Shop", []), ("Shop", ["read", "all"])])
def test_bad_keys(company: Company, name: str, scopes: list[str]) -> None:
    with pytest.raises(InvalidData):
        create_api_key([company], name=name, scopes=scopes)
    assert not ApiKey.objects.exists()


def test_a_key_ends_when_it_is_revoked_or_expires(company: Company) -> None:
    key, _ = create_api_key([company], name="Shop", expires_at=clock.now() + timedelta(days=1))
    assert key.is_usable()
    with clock.travelling(clock.now() + timedelta(days=1, seconds=1)):
        assert not key.is_usable()
    revoke_api_key(key)
    key.refresh_from_db()
    assert not key.is_usable()
    first = key.revoked_at
    revoke_api_key(key)
    key.refresh_from_db()
    assert key.revoked_at == first
