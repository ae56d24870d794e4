"""Walks through lists sorted by custom fields: ties, holes and changes; every object that stays comes once."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, cycle
from typing import Any
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.services import create_custom_field
from bigledger_crm.filtering.keyset import KeysetOrder
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, ApiClient, api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.web.lists.paging import ListSlice, slice_of
from customers.models import Customer
from sales.services import open_company

pytestmark = pytest.mark.timeout(600)
ROWS, TIED, EMPTY = 220, 110, 60
CHOICES = ["toys", "Steel", "Anchors", "Rope"]
FIELDS: dict[str, dict[str, Any]] = {
    "motto": {"type": "text"},
    "size": {"type": "number", "decimals": 3},
    "budget": {"type": "money"},
    "since": {"type": "date"},
    "vip": {"type": "yes_no"},
    "industry": {"type": "choice", "choices": CHOICES},
    "site": {"type": "link"},
}
# What a field has for a number, and what it is sorted by.
VALUES: dict[str, Callable[[int], Any]] = {
    "motto": lambda some: f"{'ab'[some % 2]}X{some:03}" if some % 3 else f"{'AB'[some % 2]}x{some:03}",
    "size": lambda some: Decimal(some - 20) / 1000,
    "budget": lambda some: some * 100,
    "since": lambda some: str(date(2024, 2, 28) + timedelta(days=some)),
    "vip": lambda some: bool(some % 2),
    "industry": lambda some: CHOICES[some % 4],
    "site": lambda some: f"https://example.com/{some:03}",
}
_NUMBERS = count(1)
SORTS = [(key, order) for key in FIELDS for order in ("asc", "desc")]


def _some(number: int) -> int | None:
    """What a customer's values are made of: half of them are alike, and a quarter has none."""
    return 7 if number < TIED else None if number < TIED + EMPTY else number - TIED - EMPTY


def _add(company: Company, given: list[int | None]) -> list[UUID]:
    """Customers straight into the table, whose triggers keep their values; those without one have others."""
    rows = []
    for some in given:
        number = next(_NUMBERS)
        values = {"free": 1, "size": "many"} if some is None else {key: made(some) for key, made in VALUES.items()}
        name: dict[str, Any] = {
            "name": f"C {number}",
            "name_sort": f"c {number}",
            "email": "a@example.com",
            "currency": "JPY",
        }
        rows.append(Customer(company=company, customer_number=f"C-{number}", custom_fields=values, **name))
    return [row.pk for row in Customer._base_manager.bulk_create(rows)]


def _declare(company: Company) -> None:
    actor = system_actor(company)
    with company_scope(company):
        for key, facts in FIELDS.items():
            create_custom_field(actor, CustomFieldInput(object_type="customers", label=key.title(), key=key, **facts))


@pytest.fixture(scope="module")
def big_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """A company in yen, and another one with the same fields, whose customers are between its own."""
    with django_db_blocker.unblock():
        try:
            company, neighbour = open_company("Big Company", currency="JPY"), open_company("Neighbour", currency="JPY")
            for one in (company, neighbour):
                _declare(one)
                _add(one, [_some(number) for number in range(ROWS)])
            yield company
        finally:
            empty_the_database()


def _sorted_by(key: str, values: dict[str, Any]) -> Any:
    value = values.get(key)
    if key == "size" and value == "many":
        return None
    return value.lower() if isinstance(value, str) else value


def _expected(key: str, order: str, company: Company) -> list[str]:
    """The ids of all customers in the order that the list should have."""
    rows = Customer._base_manager.filter(company=company)
    found: list[tuple[Any, UUID, str]] = [(_sorted_by(key, row.custom_fields), row.pk, row.public_id) for row in rows]
    valued = sorted((one for one in found if one[0] is not None), reverse=order == "desc")
    empty = sorted((one for one in found if one[0] is None), key=lambda one: one[1])
    return [public_id for _value, _pk, public_id in [*valued, *empty]]


def _walk(api: ApiClient, query: str, limits: tuple[int, ...] = (1, 7, 100)) -> Iterator[Answer]:
    cursor = ""
    for limit in cycle(limits):
        page = api.get(f"/customers?{query}&limit={limit}{cursor}")
        yield page
        if not page.body["pagination"]["hasMore"]:
            return
        cursor = f"&cursor={page.body['pagination']['nextCursor']}"


def _ids(page: Answer) -> list[str]:
    return [row["id"] for row in page.data]


@pytest.mark.parametrize(("key", "order"), SORTS)
def test_every_customer_comes_once_and_in_order(big_company: Company, db: None, key: str, order: str) -> None:
    pages = list(_walk(api_client(big_company), f"sort=customFields.{key}&order={order}"))
    assert [public_id for page in pages for public_id in _ids(page)] == _expected(key, order, big_company)
    assert {page.body["pagination"]["total"] for page in pages} == {ROWS}


@pytest.mark.parametrize(("key", "order"), SORTS)
def test_customers_that_come_and_go_disturb_no_others(big_company: Company, db: None, key: str, order: str) -> None:
    before = _expected(key, order, big_company)
    seen: list[str] = []
    gone: set[str] = set()
    for page in _walk(api_client(big_company), f"sort=customFields.{key}&order={order}", (1, 7, 60)):
        seen += _ids(page)
        _add(big_company, [0, 7, 49, None])
        ahead = [public_id for public_id in before[len(seen) : len(seen) + 60 : 20] if public_id not in seen]
        victims = {seen[-1], *ahead}  # the one that the cursor stands on, and some that are still to come
        for row in Customer._base_manager.filter(company=big_company):
            if row.public_id in victims:
                Customer.unscoped.filter(pk=row.pk).delete()
        gone |= victims - set(seen)
    assert len(seen) == len(set(seen))
    assert set(before) - gone <= set(seen)
    assert not gone & set(seen)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_filters_narrow_a_sorted_list(big_company: Company, db: None, order: str) -> None:
    query = f"sort=customFields.size&order={order}&customFields.vip=true&customFields.sizeMin=0"
    wanted = {
        row.public_id
        for row in Customer._base_manager.filter(company=big_company)
        if row.custom_fields.get("vip") and row.custom_fields["size"] >= 0
    }
    found = [public_id for page in _walk(api_client(big_company), query, (4,)) for public_id in _ids(page)]
    assert len(found) == 15
    assert found == [public_id for public_id in _expected("size", order, big_company) if public_id in wanted]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("key", ["motto", "size"])
def test_pages_go_there_and_back(big_company: Company, db: None, key: str, order: str) -> None:
    name = f"{'-' if order == 'desc' else ''}customFields.{key}"
    with company_scope(big_company):
        column = "text" if key == "motto" else "number"
        values = CustomFieldValue.objects.filter(field__key=key)
        list_order = KeysetOrder(column, order == "desc", values=values)

        def page(cursor: str) -> ListSlice:
            return slice_of(Customer.objects.all(), list_order, name, cursor)

        pages = [page("")]
        while pages[-1].after:
            pages.append(page(pages[-1].after))
        assert [row.public_id for one in pages for row in one.rows] == _expected(key, order, big_company)
        back = [pages[-1]]
        while back[-1].before:
            back.append(page(back[-1].before))
        assert [one.rows for one in back[::-1]] == [one.rows for one in pages]
        assert [one.first for one in back[::-1]] == [1, 51, 101, 151, 201]
