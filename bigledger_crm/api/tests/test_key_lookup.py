"""Keys and companies of requests: a company is built once, and neither is used a moment longer than it is true."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bigledger_crm.api.key_lookup import key_and_company
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key, rotate_api_key, withdraw_api_key
from bigledger_crm.testing.client import ApiClient

Change = Callable[[ApiKey, Company], object]
CHANGES: dict[str, tuple[Change, tuple[int, str]]] = {
    "revoked": (lambda key, _: revoke_api_key(key), (401, "INVALID_API_KEY")),
    "rotated": (lambda key, _: rotate_api_key(key, timedelta(0), COMMAND_LINE), (401, "INVALID_API_KEY")),
    "expired": (lambda key, _: _set(key, expires_at=clock.now()), (401, "INVALID_API_KEY")),
    "deleted": (lambda key, _: key.delete(), (401, "INVALID_API_KEY")),
    "withdrawn": (lambda key, company: withdraw_api_key(key, company, COMMAND_LINE), (403, "COMPANY_ACCESS_DENIED")),
    "inactive": (lambda _, company: _set(company, is_active=False), (403, "COMPANY_ACCESS_DENIED")),
    "narrowed": (lambda key, _: _set(key, scopes=["quotes:read"]), (403, "PERMISSION_DENIED")),
}


def _set(row: ApiKey | Company, **values: object) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def _reads_of_the_company(client: ApiClient) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/items").status == 200
    return sum("tenancy_company" in query["sql"] and "website" in query["sql"] for query in queries)


def test_a_company_is_read_once_for_each_of_its_versions(api: ApiClient) -> None:
    assert [_reads_of_the_company(api) for _ in range(3)] == [1, 0, 0]
    Company.objects.update(website="https://example.com")
    assert [_reads_of_the_company(api) for _ in range(2)] == [1, 0]
    ApiKey.objects.update(last_used_at=None)
    assert _reads_of_the_company(api) == 0


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_each_change_counts_for_the_next_request(company: Company, change: Change, expected: tuple[int, str]) -> None:
    key, secret = create_api_key([company], name="Shop")
    client = ApiClient(secret, company.public_id)
    assert [client.get("/items").status for _ in range(3)] == [200] * 3
    change(key, company)
    refused = client.get("/items")
    assert (refused.status, refused.error["code"]) == expected


def test_a_change_that_is_rolled_back_leaves_nothing(committed: None, company: Company) -> None:
    client = ApiClient(create_api_key([company], name="Shop")[1], company.public_id)
    assert client.get("/items").status == 200
    with transaction.atomic():
        ApiKey.objects.update(scopes=["quotes:read"])
        assert client.get("/items").status == 403
        transaction.set_rollback(True)
    assert client.get("/items").status == 200


def test_each_request_has_a_company_of_its_own(company: Company) -> None:
    secret = create_api_key([company], name="Shop")[1]
    for _ in range(3):  # as it was read, and as it is kept
        found = key_and_company(secret, company.pk)[1]
        assert found is not None
        assert (found.name, found.address) == (company.name, company.address)
        found.name, found.address["city"] = "Another", "Nowhere"


def test_a_key_is_known_for_the_company_of_the_request_only(company: Company, other_company: Company) -> None:
    secret = create_api_key([company], name="Shop")[1]
    assert ApiClient(secret, company.public_id).get("/items").status == 200
    assert ApiClient(secret, other_company.public_id).get("/items").status == 403
    assert ApiClient(secret, company.public_id).get("/items").status == 200
