"""create_company and create_api_key, as an operator types them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import hash_key
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
        assert TaxCode.objects.filter(code="SST").exists()


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
