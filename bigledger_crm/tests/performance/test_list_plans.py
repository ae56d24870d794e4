"""However many rows there are, no list reads its table from end to end: every filter and every sort has its index."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.bulk_custom_fields import fill_custom_fields
from bigledger_crm.testing.bulk_data import fill
from bigledger_crm.testing.client import api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import (
    EXAMPLES,
    MODELS,
    Question,
    ask,
    filters,
    in_the_middle,
    listings,
    moved,
    sorts,
)
from customers.models import Customer
from sales.services import open_company

pytestmark = pytest.mark.timeout(1800)  # the rows come in half a minute, on a machine with nothing else to do

# Of a page of fifty rows: a block for each and its lines, and a way down the index for each of a few segments.
MOST_BLOCKS = 1500
SMALL = {"bank-accounts", "batches", "company-exports", "custom-fields", "imports", "tax-codes", "webhooks"}


@pytest.fixture(scope="module")
def big_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """A company with most of 200,000 customers, 200,000 invoices, and some of everything else."""
    with django_db_blocker.unblock():
        try:
            company = open_company("Big Company")
            neighbour = open_company("Neighbour")
            fill(company, neighbour)
            fill_custom_fields(company, neighbour)
            yield company
        finally:
            empty_the_database()


# What the first page asks before it is read: whether anything is to be posted.
BEFORE = {"journal": 3}


def test_every_filter_of_every_list_has_examples() -> None:
    known = {path: set(listing.filters.base_filters) for path, listing in listings().items() if path not in SMALL}
    assert known == {path: set(EXAMPLES[path]) for path in known}


@pytest.mark.parametrize("path", sorted(listings().keys() - SMALL))
def test_every_sort_costs_the_same_on_every_page(big_company: Company, db: None, path: str) -> None:
    api = api_client(big_company)
    for question in sorts(path):
        first, cursor = ask(api, question)
        second, _ = ask(api, question, cursor)
        middle, _ = ask(api, question, in_the_middle(cursor, big_company, question))
        assert [len(plans) for plans in (first, second, middle)] == [2 + BEFORE.get(path, 0), 1, 1], question
        for plan in [*first, *second, *middle]:
            assert not plan.scanned, f"{question}\n{plan.sql}\n{plan.text}"
            assert plan.indexes
            assert plan.counts or plan.blocks < MOST_BLOCKS, f"{question}\n{plan.sql}\n{plan.text}"


@pytest.mark.parametrize("path", ["credit-notes", "invoices", "quotes", "sales-orders"])
def test_a_present_name_is_searched_by_an_index(big_company: Company, db: None, path: str) -> None:
    keys = MODELS[path]._base_manager.filter(company=big_company).values("customer")[:5]
    renamed = {"was_renamed": True, "name": "Zebra Holdings", "name_sort": "zebra holdings"}
    Customer.unscoped.filter(pk__in=[row["customer"] for row in keys]).update(**renamed)
    plans, _ = ask(api_client(big_company), Question(path, "search=zebra", "search=zebra"))
    assert any(plan.indexes and plan.rows for plan in plans)
    for plan in plans:
        assert not plan.scanned, f"{plan.sql}\n{plan.text}"
        assert plan.blocks < MOST_BLOCKS, f"{plan.sql}\n{plan.text}"


@pytest.mark.parametrize("path", sorted(listings().keys() - SMALL))
def test_every_filter_is_served_by_an_index(big_company: Company, db: None, path: str) -> None:
    api = api_client(big_company)
    for question in filters(path, big_company):
        plans, cursor = ask(api, question)
        if cursor:
            plans += ask(api, question, cursor)[0]
        assert plans
        for plan in plans:
            assert not plan.scanned, f"{question}\n{plan.sql}\n{plan.text}"
            assert plan.indexes


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("key", ["branch", "rank", "since", "rare"])
def test_a_sort_by_a_custom_field_reads_a_page_and_not_the_list(
    big_company: Company, db: None, key: str, order: str
) -> None:
    """The first page, the second, one in the middle, and of those without a value the first and one in the middle."""
    api, question = (
        api_client(big_company),
        Question("customers", f"{key} {order}", f"sort=customFields.{key}&order={order}"),
    )
    column = "number" if key == "rank" else "text"
    values = CustomFieldValue.unscoped.filter(company=big_company, field__key=key).order_by(column, "object_id")
    pairs = list(values.values_list(column, "object_id"))
    customers = list(Customer.unscoped.filter(company=big_company).order_by("pk").values_list("pk", flat=True))
    first, cursor = ask(api, question)
    places = [cursor, moved(cursor, 0, *pairs[len(pairs) // 2])]
    places += [moved(cursor, 0, *pairs[-1 if order == "asc" else 0])]
    places += [moved(cursor, 1, None, customers[len(customers) // 2])]
    pages = [first, *(ask(api, question, place)[0] for place in places)]
    has_all = len(pairs) == len(customers)
    assert [len(plans) for plans in pages] == ([3, 2, 2, 2, 1] if has_all else [3, 2, 2, 3, 2]), question
    for plan in [plan for plans in pages for plan in plans]:
        assert not plan.scanned, f"{question}\n{plan.sql}\n{plan.text}"
        assert plan.indexes
        # Where all have a value, no one without is found by two indexes, from end to end once in a walk.
        most = 3 * MOST_BLOCKS if has_all else MOST_BLOCKS
        assert plan.counts or plan.blocks < most, f"{question}\n{plan.sql}\n{plan.text}"


@pytest.mark.parametrize(
    "query",
    [
        *("branch=Acme", "rank=7919", "rankMin=99990", "rankMin=10", "rankMax=10", "rare=nothing"),
        *("sinceFrom=2025-01-01", "sinceTo=2020-01-05", "since=2020-01-06"),
        *(
            "branch=Acme&sort=customFields.rank",
            "rankMin=99990&sort=customFields.branch",
            "rare=no&sort=customFields.rank",
        ),
    ],
)
def test_a_filter_by_a_custom_field_is_served_by_an_index(big_company: Company, db: None, query: str) -> None:
    api, question = api_client(big_company), Question("customers", query, f"customFields.{query}")
    plans, cursor = ask(api, question)
    if cursor:
        plans += ask(api, question, cursor)[0]
    assert plans
    for plan in plans:
        assert not plan.scanned, f"{question}\n{plan.sql}\n{plan.text}"
        assert plan.indexes
