"""Every filter of every list, alone and together, against plain Python over random rows."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

import pytest
import time_machine
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.tenancy.base_models import OwnedRecord
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import MODELS, listings
from bigledger_crm.tests.lists.support.filter_oracle import ORACLE
from bigledger_crm.tests.lists.support.random_rows import MAKERS, NOW, PATHS, ROWS, Row
from customers.models import Customer
from invoicing.models import Invoice
from sales.services import open_company


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """A company with random rows in every list, and a neighbour with more of them."""
    luck = random.Random(20240615)
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        neighbour, company = open_company("Neighbour"), open_company("Lists")
        for number in range(4):
            person = User.objects.create_user(f"member-{number}@example.com")
            Membership.objects.create(user=person, company=(neighbour, company)[number % 2])
        for path in PATHS:
            for owner in (neighbour, company):
                rows: list[Row] = [MAKERS[path](luck, owner, number) for number in range(ROWS)]
                for row in rows:
                    row.company = owner
                    if isinstance(row, OwnedRecord):
                        row.owner = luck.choice((None, *User.objects.filter(memberships__company=owner)))
                    row.created_at = datetime.fromisoformat(NOW) + timedelta(hours=luck.randint(-2000, 0))
                MODELS[path]._base_manager.bulk_create(rows)
        yield company
        empty_the_database()


def _samples(path: str, name: str, company: Company) -> list[str]:
    """Values to filter by: every choice, and for the open ones some that stand in the rows and some beside them."""
    schema = listings()[path].filters.base_filters[name].schema
    if "enum" in schema:
        return list(schema["enum"])
    if schema["type"] == "boolean":
        return ["true", "false"]
    if schema["type"] == "number":
        return ["-10.25", "0", "99.99", "100", "100.00", "1000.5", "99999999999999999999.9999999999"]
    if schema.get("format") == "date" or name.startswith("created"):
        return ["2024-05-06", "2024-06-14", "2024-06-15", "2024-06-16", "1900-01-01", "9999-12-31"]
    if name == "customerId":
        return [customer.public_id for customer in Customer.unscoped.filter(company=company)[:2]]
    if name == "ownerId":
        return ["none", *(person.public_id for person in User.objects.filter(memberships__company=company))]
    if name == "invoiceId":
        return [invoice.public_id for invoice in Invoice.unscoped.filter(company=company)[:2]]
    return {
        "search": [
            "acme",
            "ÉLAN cafe",
            "elan",
            "100%",
            "_bau",
            "STRASSE",
            "李",
            "o'neil",
            "-1",
            "po-a",
            "ete",
            "x1z",
            "ü",
        ],
        "tags": ["retail", "vip,retail", "retail,vip,new", "nobody"],
        "currency": ["MYR", "JPY", "CHF"],
        "taxCode": ["SST", "ZERO", "NOTHING"],
    }[name]


def _ask(api: ApiClient, path: str, filters: dict[str, str]) -> set[str]:
    found: list[str] = []
    query = urlencode({**filters, "limit": "100"})
    page = api.get(f"/{path}?{query}")
    found += [row["id"] for row in page.data]
    while page.body["pagination"]["hasMore"]:
        page = api.get(f"/{path}?{query}&cursor={page.body['pagination']['nextCursor']}")
        found += [row["id"] for row in page.data]
    assert len(found) == len(set(found)) == page.body["pagination"]["total"]
    return set(found)


@cache
def _rows(path: str, company: Company) -> list[Row]:
    return list(MODELS[path]._base_manager.filter(company=company))


def _expect(path: str, company: Company, filters: dict[str, str]) -> set[str]:
    return {
        row.public_id
        for row in _rows(path, company)
        if all(ORACLE[path][name](row, text) for name, text in filters.items())
    }


@pytest.mark.parametrize("path", PATHS)
def test_the_oracle_knows_every_filter(path: str) -> None:
    assert set(ORACLE[path]) == set(listings()[path].filters.base_filters)


@pytest.mark.parametrize(("path", "name"), [(path, name) for path in PATHS for name in ORACLE[path]])
def test_a_filter_finds_what_it_says(company: Company, db: None, path: str, name: str) -> None:
    api = api_client(company)
    sizes = set()
    with time_machine.travel(NOW, tick=False):
        for value in _samples(path, name, company):
            expected = _expect(path, company, {name: value})
            assert _ask(api, path, {name: value}) == expected, f"{name}={value}"
            sizes.add(len(expected))
    assert any(0 < size < ROWS for size in sizes)


@pytest.mark.parametrize("path", PATHS)
def test_filters_work_together(company: Company, db: None, path: str) -> None:
    api, luck = api_client(company), random.Random(path)
    samples = {name: _samples(path, name, company) for name in ORACLE[path]}
    hits = 0
    with time_machine.travel(NOW, tick=False):
        for _ in range(60):
            chosen = luck.sample(sorted(samples), luck.randint(2, 3))
            filters = {name: luck.choice(samples[name]) for name in chosen}
            answer = api.get(f"/{path}?{urlencode(filters)}")
            if answer.status == 400:  # from and to, the wrong way round
                assert all(detail["message"].startswith("Must not be ") for detail in answer.error["details"])
                continue
            expected = _expect(path, company, filters)
            assert _ask(api, path, filters) == expected, filters
            hits += bool(expected)
    assert hits > 5
