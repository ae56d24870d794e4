"""However many rows there are, no list reads its table from end to end: every filter and every sort has its index."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.bulk_data import fill
from bigledger_crm.testing.client import api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import EXAMPLES, MODELS, Question, ask, filters, in_the_middle, listings, sorts
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
            fill(company, open_company("Neighbour"))
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
