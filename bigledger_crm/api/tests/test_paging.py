"""Lists: limits, sorts, and every row exactly once whatever happens between the pages."""

from decimal import Decimal
from itertools import count, product
from typing import Any

import pytest
from django.core import signing

from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, ApiClient, api_client
from bigledger_crm.testing.factories import make_customer, make_order
from customers.models import Customer
from sales.models import SalesOrder

LISTS = ("/customers", "/items", "/tax-codes", "/quotes", "/sales-orders", "/invoices")
SORTS = {
    "/customers": ["name", "createdAt", "totalSales", "currentBalance", "customerNumber", "updatedAt"],
    "/items": ["itemCode", "name", "unitPrice", "createdAt"],
    "/tax-codes": ["code"],
    "/quotes": ["quoteNumber", "quoteDate", "validUntil", "total", "status", "createdAt"],
    "/sales-orders": ["orderNumber", "orderDate", "requiredDate", "total", "status", "priority", "createdAt"],
    "/invoices": ["invoiceNumber", "invoiceDate", "dueDate", "total", "amountDue", "status", "createdAt"],
}

_NUMBERS = count(1)


def _rows(company: Company, how_many: int, **fields: Any) -> list[Customer]:
    """Customers straight into the table: in four groups of one name and one balance each."""
    now = clock.now()
    return Customer.unscoped.bulk_create(
        Customer(
            company=company,
            customer_number=f"C-{next(_NUMBERS):06}",
            name=f"Name {number % 4}",
            name_sort=f"name {number % 4}",
            search_text="",
            email="a@example.com",
            currency="MYR",
            current_balance=Decimal(number % 4),
            created_at=now,
            updated_at=now,
            **fields,
        )
        for number in range(how_many)
    )


def _ids(answer: Answer) -> list[str]:
    return [row["id"] for row in answer.data]


def _next(api: ApiClient, path: str, answer: Answer, query: str = "") -> Answer:
    return api.get(f"{path}?cursor={answer.body['pagination']['nextCursor']}&{query}")


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["name", "currentBalance", "createdAt"])
def test_every_row_comes_once_over_ties_inserts_and_deletes(
    api: ApiClient, company: Company, sort: str, order: str
) -> None:
    first_rows = {row.public_id: row for row in _rows(company, 80)}
    query = f"sort={sort}&order={order}&limit=7"
    page = api.get(f"/customers?{query}")
    seen = _ids(page)
    gone: set[str] = set()
    while page.body["pagination"]["hasMore"]:
        ahead = [public_id for public_id in first_rows if public_id not in seen and public_id not in gone]
        victims = {seen[-1], *ahead[:1]}  # the row that the cursor stands on, and one that is still to come
        Customer.unscoped.filter(pk__in=[first_rows[victim].pk for victim in victims if victim in first_rows]).delete()
        gone |= set(ahead[:1])
        _rows(company, 3)
        page = _next(api, "/customers", page, query)
        assert page.body["pagination"]["total"] == 80  # counted once, on the first page
        seen += _ids(page)
        if len(seen) > 1000:
            pytest.fail("the list never ends")
    assert len(seen) == len(set(seen))
    assert set(first_rows) - gone <= set(seen)
    assert not gone & set(seen)


def test_pages_follow_the_sort(api: ApiClient, company: Company) -> None:
    _rows(company, 60)
    for order in ("asc", "desc"):
        page = api.get(f"/customers?sort=currentBalance&order={order}&limit=25")
        balances = [row["currentBalance"] for row in page.data]
        while page.body["pagination"]["hasMore"]:
            page = _next(api, "/customers", page, f"sort=currentBalance&order={order}&limit=25")
            balances += [row["currentBalance"] for row in page.data]
        assert balances == sorted(balances, reverse=order == "desc")
        assert len(balances) == 60
        assert page.body["pagination"] == {"hasMore": False, "nextCursor": None, "limit": 25, "total": 60}


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_rows_without_a_sort_value_come_last(api: ApiClient, actor: Actor, order: str) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
        for day in (None, "2030-01-02", None, "2030-01-01", None):
            made = make_order(actor, customer, draft=True)
            SalesOrder.objects.filter(pk=made.pk).update(required_date=day)
    query = f"sort=requiredDate&order={order}&limit=1"
    page = api.get(f"/sales-orders?{query}")
    days = [row["requiredDate"] for row in page.data]
    while page.body["pagination"]["hasMore"]:
        page = _next(api, "/sales-orders", page, query)
        days += [row["requiredDate"] for row in page.data]
    dated = ["2030-01-01", "2030-01-02"]
    assert days == [*(dated if order == "asc" else reversed(dated)), None, None, None]


@pytest.mark.parametrize("path", SORTS)
def test_every_sort_of_every_list_pages(api: ApiClient, actor: Actor, path: str) -> None:
    _one_of_everything(api, 2)
    for sort, order in product(SORTS[path], ("asc", "desc")):
        first = api.get(f"{path}?sort={sort}&order={order}&limit=1")
        second = _next(api, path, first, f"sort={sort}&order={order}&limit=1")
        assert first.body["pagination"]["total"] >= 2
        assert _ids(first) != _ids(second), sort
        assert _ids(first) + _ids(second) == _ids(api.get(f"{path}?sort={sort}&order={order}"))[:2]


def _one_of_everything(api: ApiClient, how_many: int) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data
    document = {"customerId": customer["id"], "items": [{"description": "Work", "quantity": 1, "unitPrice": 1}]}
    for number in range(how_many):
        api.post("/customers", {"name": "Acme", "email": "billing@acme.com"})
        api.post("/items", {"itemCode": f"I-{number}", "name": "Item", "unitPrice": 1})
        for path in ("/quotes", "/sales-orders", "/invoices"):
            assert api.post(path, document).status == 201


@pytest.mark.parametrize("path", LISTS)
def test_a_sort_that_a_list_has_not_names_those_it_has(api: ApiClient, path: str) -> None:
    answer = api.get(f"{path}?sort=secret&order=up")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS")
    assert answer.error["details"] == [
        {"field": "sort", "message": f"Must be one of: {', '.join(SORTS[path])}"},
        {"field": "order", "message": "Must be one of: asc, desc"},
    ]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "٣", "1e1", "00000000050", "+5", " 5"])
def test_a_limit_is_from_1_to_100(api: ApiClient, limit: str) -> None:
    answer = api.get(f"/customers?limit={limit.replace('+', '%2B').replace(' ', '%20')}")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS")
    assert list(answer.field_errors) == ["limit"]


def test_the_limit_is_50_unless_asked(api: ApiClient, company: Company) -> None:
    _rows(company, 101)
    assert [len(api.get(f"/customers{query}").data) for query in ("", "?limit=1", "?limit=100")] == [50, 1, 100]
    assert api.get("/customers").body["pagination"]["limit"] == 50


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list(api: ApiClient, path: str) -> None:
    if path == "/tax-codes":
        assert api.get(path).body["pagination"]["total"] == 4
    else:
        page = {"hasMore": False, "nextCursor": None, "limit": 50, "total": 0}
        assert api.get(path).body == {"success": True, "data": [], "pagination": page}


@pytest.mark.parametrize("path", [*LISTS, "/customers/{id}"])
def test_an_unknown_parameter_is_named(api: ApiClient, path: str) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data
    answer = api.get(f"{path.replace('{id}', customer['id'])}?staus=active&Limit=5")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS")
    unknown = [{"field": name, "message": "Unknown parameter"} for name in ("staus", "Limit")]
    assert answer.error["details"] == unknown


def test_a_parameter_given_twice_is_refused(api: ApiClient) -> None:
    answer = api.get("/customers?limit=1&limit=2")
    assert answer.error["details"] == [{"field": "limit", "message": "Given twice"}]


def test_a_write_takes_no_parameters(api: ApiClient) -> None:
    answer = api.post("/customers?dryRun=true", {"name": "Acme", "email": "billing@acme.com"})
    assert (answer.status, answer.error["details"][0]["field"]) == (400, "dryRun")
    assert api.get("/customers").data == []


def test_lists_by_date_begin_with_the_newest(api: ApiClient) -> None:
    _one_of_everything(api, 3)
    numbers = [row["quoteNumber"] for row in api.get("/quotes").data]
    assert numbers == sorted(numbers, reverse=True)
    codes = [row["itemCode"] for row in api.get("/items").data]
    assert codes == sorted(codes)


class TestCursors:
    """A cursor is good for its own list only."""

    @pytest.fixture
    def cursor(self, api: ApiClient, company: Company) -> str:
        """Of the list by name, after its first row."""
        _rows(company, 4)
        return str(api.get("/customers?sort=name&limit=1").body["pagination"]["nextCursor"])

    @pytest.mark.parametrize(
        "query",
        ["sort=name&order=desc", "sort=createdAt", "order=asc", ""],
    )
    def test_not_for_another_sort_or_order(self, api: ApiClient, cursor: str, query: str) -> None:
        self._refused(api.get(f"/customers?{query}&cursor={cursor}"))

    def test_for_another_limit(self, api: ApiClient, cursor: str) -> None:
        assert len(api.get(f"/customers?sort=name&limit=2&cursor={cursor}").data) == 2

    def test_for_the_other_prefix(self, api: ApiClient, cursor: str) -> None:
        assert api.get(f"/v1/customers/?sort=name&cursor={cursor}").status == 200

    def test_not_for_another_list(self, api: ApiClient, cursor: str) -> None:
        self._refused(api.get(f"/items?sort=name&cursor={cursor}"))

    def test_not_for_another_company(self, company: Company, other_company: Company, cursor: str) -> None:
        both = api_client(other_company, company)
        self._refused(both.get(f"/customers?sort=name&cursor={cursor}"))

    def test_not_changed_or_made_up(self, api: ApiClient, cursor: str) -> None:
        forged = signing.dumps(["name 1", ids.new_id().hex, 4, "x"], key="another", salt="bigledger.cursor")
        plain = "eyJpZCI6MTIzfQ"
        for bad in (
            cursor[:-1],
            cursor + "a",
            cursor.swapcase(),
            "",
            "x",
            "a:b:c",
            forged,
            plain,
            "%00",
            "é",
            "0" * 9999,
        ):
            self._refused(api.get(f"/customers?sort=name&cursor={bad}"))

    def _refused(self, answer: Answer) -> None:
        assert (answer.status, answer.error["code"]) in ((400, "INVALID_CURSOR"), (400, "INVALID_PARAMETERS"))
