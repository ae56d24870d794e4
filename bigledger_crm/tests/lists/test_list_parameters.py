"""What lists refuse: every slip in a parameter is named, none is guessed at, and nothing foreign is told."""

from datetime import datetime
from urllib.parse import quote

import pytest

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order
from bigledger_crm.testing.query_plans import listings
from customers.models import Customer

NONSENSE = ("", " ", "\u202e", "nonsense", "NaN", "1e3", "٣", "2024-13-45", "x" * 201)
EMPTY = NONSENSE[:3]
FREE = {"search", "tags", "taxCode"}  # any text will do
IDS = {"customerId", "invoiceId", "ownerId", "bankAccountId", "bankStatementId"}
FILTERS = [(path, name) for path, listing in listings().items() for name in listing.filters.base_filters]


def _details(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS"), answer.text
    return answer.field_errors


@pytest.mark.parametrize(("path", "name"), FILTERS)
def test_nonsense_is_named(api: ApiClient, path: str, name: str) -> None:
    for text in NONSENSE:
        answer = api.get(f"/{path}?{name}={quote(text)}")
        if name in IDS:
            assert (answer.status, answer.error["code"][-10:]) == (404, "_NOT_FOUND")
        elif name in FREE and text not in EMPTY:
            assert answer.status == 400 if name != "tags" and len(text) > 200 else answer.data == []
        else:
            assert set(_details(answer)) == {name}


def test_a_choice_is_told_what_there_is(api: ApiClient) -> None:
    message = "Must be one of: draft, sent, overdue, paid, cancelled"
    assert _details(api.get("/invoices?status=open")) == {"status": message}
    assert _details(api.get("/invoices?overdue=yes")) == {"overdue": "Must be true or false"}


def test_all_slips_are_named_at_once(api: ApiClient) -> None:
    slips = "status=dead&balanceMin=ten&createdAfter=yesterday&limit=0&sort=secret&order=up&expand=all&stauts=active"
    named = _details(api.get(f"/customers?{slips}&customerId=cust_x"))
    expected = {"status", "balanceMin", "createdAfter", "limit", "sort", "order", "expand", "stauts", "customerId"}
    assert set(named) == expected


@pytest.mark.parametrize(
    ("path", "first", "last", "message"),
    [
        ("customers", "creditLimitMin=2", "creditLimitMax=1.99", "Must not be below creditLimitMin"),
        ("customers", "createdAfter=2024-01-02", "createdBefore=2024-01-01", "Must not be before createdAfter"),
        # The day begins eight hours before in Kuala Lumpur.
        (
            "customers",
            "createdAfter=2024-01-02",
            "createdBefore=2024-01-01T15:59:58Z",
            "Must not be before createdAfter",
        ),
        (
            "sales-orders",
            "requiredDateFrom=2024-03-01",
            "requiredDateTo=2024-02-31",
            "Must not be before requiredDateFrom",
        ),
        ("invoices", "totalMin=0.01", "totalMax=0", "Must not be below totalMin"),
        ("payments", "amountMin=2", "amountMax=1", "Must not be below amountMin"),
    ],
)
def test_a_range_has_its_ends_the_right_way_round(
    api: ApiClient, path: str, first: str, last: str, message: str
) -> None:
    assert _details(api.get(f"/{path}?{first}&{last}")) == {last.split("=")[0]: message}
    assert api.get(f"/{path}?{first}").status == api.get(f"/{path}?{last}").status == 200


def test_a_range_may_be_one_value(api: ApiClient) -> None:
    for query in ("creditLimitMin=2&creditLimitMax=2.00", "createdAfter=2024-01-02&createdBefore=2024-01-02"):
        assert api.get(f"/customers?{query}").status == 200
    assert api.get("/customers?createdAfter=2024-01-02&createdBefore=2024-01-01T16:00:00Z").status == 200


def test_the_last_day_of_a_range_may_be_31_in_every_month(api: ApiClient, actor: Actor) -> None:
    with company_scope(actor.company):
        for day in ("2024-02-28", "2024-02-29", "2024-03-01"):
            make_order(actor, draft=True, order_date=datetime.fromisoformat(day).date())
    for last, count in (("2024-02-28", 1), ("2024-02-29", 2), ("2024-02-30", 2), ("2024-02-31", 2), ("2024-03-01", 3)):
        assert api.get(f"/sales-orders?orderDateTo={last}").body["pagination"]["total"] == count
    for bad in ("2024-02-32", "2024-02-00", "2024-00-31", "2023-2-31"):
        assert set(_details(api.get(f"/sales-orders?orderDateTo={bad}"))) == {"orderDateTo"}
    assert set(_details(api.get("/sales-orders?orderDateFrom=2024-02-30"))) == {"orderDateFrom"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("createdAfter=2024-01-15", True),  # 00:30 on the 15th in Kuala Lumpur
        ("createdAfter=2024-01-16", False),
        ("createdBefore=2024-01-15", True),
        ("createdBefore=2024-01-14", False),
        ("createdAfter=2024-01-14T16:30:00Z", True),
        ("createdAfter=2024-01-14T16:30:00.6Z", False),
        ("createdAfter=2024-01-15T00:30:01%2B08:00", False),
        ("createdBefore=2024-01-14T16:30:00Z", True),  # through the second that the API tells
        ("createdBefore=2024-01-14T16:29:59Z", False),
        ("createdBefore=2024-01-15T00:30%2B08:00", True),
        ("createdBefore=9999-12-31", True),
        ("createdAfter=0001-01-01", True),
    ],
)
def test_days_of_creation_are_the_companys_and_moments_are_exact(
    api: ApiClient, actor: Actor, query: str, found: bool
) -> None:
    with company_scope(actor.company):
        made = make_customer(actor)
        created = datetime.fromisoformat("2024-01-14T16:30:00.500000Z")
        Customer.objects.filter(pk=made.pk).update(created_at=created)
    assert bool(api.get(f"/customers?{query}").data) == found


@pytest.mark.parametrize("path", ["quotes", "sales-orders", "invoices", "payments", "credit-notes"])
def test_another_companys_customer_is_a_missing_one(api: ApiClient, actor: Actor, stranger: Actor, path: str) -> None:
    with company_scope(stranger.company):
        foreign = make_customer(stranger).public_id
    with company_scope(actor.company):
        own, invoice = make_customer(actor).public_id, make_invoice(actor).public_id
    assert api.get(f"/{path}?customerId={own}").data == []
    missing = ids.encode("cust", ids.new_id())
    for public_id in (foreign, missing, invoice, own.upper(), "cust_x", ""):
        answer = api.get(f"/{path}?customerId={public_id}")
        assert (answer.status, answer.error["code"]) == (404, "CUSTOMER_NOT_FOUND")
        assert answer.error["message"] == f"Customer with ID '{public_id}' not found"


@pytest.mark.parametrize("change", ["status=active", "status=inactive&type=business", "search=b", "balanceMin=0.0", ""])
def test_a_cursor_is_bound_to_its_filters(api: ApiClient, actor: Actor, change: str) -> None:
    with company_scope(actor.company):
        for number in range(3):
            make_customer(actor, name=f"Ab {number}", status="inactive")
    first = api.get("/customers?status=inactive&limit=1").body["pagination"]
    assert first["total"] == 3
    following = api.get(f"/customers?limit=1&status=inactive&cursor={first['nextCursor']}")
    assert len(following.data) == 1
    answer = api.get(f"/customers?{change}&limit=1&cursor={first['nextCursor']}")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_CURSOR")
