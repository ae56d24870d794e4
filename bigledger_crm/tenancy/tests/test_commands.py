"""The commands for companies and API keys, as an operator types them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key, hash_key
from sales.models import TaxCode

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_create_company_opens_it_with_its_tax_codes() -> None:
    made = json.loads(run("create_company", "Kedai Läut", "--currency", "SGD", "--country", "SG", "--json"))
    company = Company.objects.get()
    assert made == {"companyId": company.public_id, "name": "Kedai Läut"}
    assert (company.currency, company.country, company.time_zone) == ("SGD", "SG", "Asia/Kuala_Lumpur")
    with company_scope(company):
        assert set(TaxCode.objects.values_list("code", flat=True)) == {"GST", "ZERO", "EXEMPT"}


@pytest.mark.parametrize(
    "arguments",
    [(" ",), ("Shop", "--currency", "XXX"), ("Shop", "--country", "ZZ"), ("Shop", "--time-zone", "Asia/Atlantis")],
)
def test_create_company_refuses_nonsense(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"must"):
        run("create_company", *arguments)
    assert not Company.objects.exists()


def test_create_api_key_finds_the_company_by_name_and_by_id(company: Company) -> None:
    by_name = json.loads(run("create_api_key", "--company", company.name.upper(), "--json"))
    by_id = json.loads(
        run("create_api_key", "--company", company.public_id, "--name", "Shop", "--scopes", "read", "--json")
    )
    assert by_name["companyId"] == by_id["companyId"] == company.public_id
    key = ApiKey.objects.get(hash=hash_key(by_id["apiKey"]))
    assert by_id["apiKeyId"] == key.public_id
    assert (key.name, key.scopes, list(key.companies.all())) == ("Shop", ["read"], [company])
    assert ApiKey.objects.get(hash=hash_key(by_name["apiKey"])).scopes == ["read", "write"]


def test_create_api_key_refuses_unknown_and_ambiguous_companies_and_scopes(company: Company) -> None:
    with pytest.raises(CommandError, match="'Nobody' not found"):
        run("create_api_key", "--company", "Nobody")
    with pytest.raises(CommandError, match="scopes: Choose from"):
        run("create_api_key", "--company", company.name, "--scopes", "everything")
    twin = Company.objects.create(name=company.name)
    with pytest.raises(CommandError, match=twin.public_id):
        run("create_api_key", "--company", company.name)
    assert not ApiKey.objects.exists()


def test_a_key_may_have_an_end(company: Company) -> None:
    run("create_api_key", "--company", company.name, "--days", "30")
    (key,) = ApiKey.objects.all()
    assert key.expires_at is not None
    assert timedelta(days=29, hours=23) < key.expires_at - clock.now() <= timedelta(days=30)
    for days in ("0", "-1", "100000"):
        with pytest.raises(CommandError, match="--days: must be from 1"):
            run("create_api_key", "--company", company.name, "--days", days)


def test_keys_are_listed_and_revoked(company: Company, other_company: Company) -> None:
    with time_machine.travel("2024-01-15T09:00:00Z", tick=False):
        shop, secret = create_api_key([company, other_company], name="Shop", scopes=["read", "quotes:write"])
        old, _ = create_api_key([other_company], name="Old", expires_at=clock.now())
        assert run("revoke_api_key", shop.public_id) == f"Revoked: Shop (…{secret[-4:]})\n"
        fresh, _ = create_api_key([company], name="Fresh", expires_at=clock.now() + timedelta(days=1))
        everything = run("list_api_keys")
        assert run("list_api_keys", "--company", company.public_id).count("key_") == 2
    for line in (
        f"{shop.public_id}  …{shop.last_four}  revoked 2024-01-15 09:00 UTC  Shop",
        "    for Charlie Trading, Tech Supplies Sdn Bhd; scopes read,quotes:write",
        "    made 2024-01-15 09:00 UTC; last used never",
        f"{old.public_id}  …{old.last_four}  expired 2024-01-15 09:00 UTC  Old",
        f"{fresh.public_id}  …{fresh.last_four}  usable until 2024-01-16 09:00 UTC  Fresh",
    ):
        assert line in everything.splitlines()
    assert secret not in everything
    assert shop.hash not in everything


@pytest.mark.parametrize("name", ["Shop", "key_1", f"cust_{'0' * 26}", f"key_{'0' * 26}"])
def test_only_keys_that_exist_are_revoked(company: Company, name: str) -> None:
    create_api_key([company], name="Shop")
    with pytest.raises(CommandError, match="There is no API key"):
        run("revoke_api_key", name)
    assert ApiKey.objects.get().revoked_at is None
    with pytest.raises(CommandError, match="'Nobody' not found"):
        run("list_api_keys", "--company", "Nobody")
