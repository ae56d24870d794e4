"""Keyset paging: every row once, in order, at the cost of the first page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.api.tests.example_urls import add_email
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.urls("bigledger_crm.api.tests.example_urls")
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def actor(company: Company) -> Actor:
    """Whoever adds the rows."""
    return system_actor(company)


@pytest.fixture
def emails(actor: Actor) -> list[OutboxEmail]:
    """Emails with ties in every sort, and half of them without a time of sending."""
    rows = [add_email(actor, f"email {number // 2}") for number in range(11)]
    for number, row in enumerate(rows):
        row.attempts = number // 4
        row.created_at = START + timedelta(microseconds=number // 3)
        row.sent_at = START + timedelta(days=number % 3) if number % 2 else None
        row.status = EmailStatus.SENT if row.sent_at else EmailStatus.QUEUED
        row.save()
    return rows


def _pages(api: ApiClient, query: str, limit: int) -> Iterator[Any]:
    cursor = ""
    while cursor is not None:
        answer = api.get(f"/emails?limit={limit}&{query}{cursor and f'&cursor={cursor}'}")
        yield answer
        assert answer.body["pagination"]["hasMore"] == (answer.body["pagination"]["nextCursor"] is not None)
        cursor = answer.body["pagination"]["nextCursor"]


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 11, 12])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_rows_without_the_sort_value_come_last(
    api: ApiClient, emails: list[OutboxEmail], order: str, limit: int
) -> None:
    pages = list(_pages(api, f"sort=sentAt&order={order}", limit))
    down = order == "desc"
    sent = sorted((m for m in emails if m.sent_at), key=lambda m: (str(m.sent_at), m.id), reverse=down)
    unsent = sorted((m for m in emails if not m.sent_at), key=lambda m: m.id, reverse=down)
    assert [row for page in pages for row in page.data] == [email.subject for email in [*sent, *unsent]]
    assert {page.body["pagination"]["total"] for page in pages} == {11}


def test_the_total_is_counted_on_the_first_page_and_only_when_there_is_more(
    api: ApiClient, emails: list[OutboxEmail]
) -> None:
    def counts(query: str) -> tuple[int, Any]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = api.get(f"/emails?{query}")
        return sum("COUNT(" in query["sql"] for query in queries), answer.body["pagination"]

    counted, first = counts("limit=4")
    assert (counted, first["total"]) == (1, 11)
    counted, second = counts(f"limit=4&cursor={first['nextCursor']}")
    assert (counted, second["total"]) == (0, 11)
    counted, whole = counts("limit=50")
    assert (counted, whole["total"], whole["hasMore"], whole["nextCursor"]) == (0, 11, False, None)


def test_a_later_page_enters_the_index_at_its_first_row(api: ApiClient, actor: Actor) -> None:
    template = add_email(actor, "email")
    OutboxEmail.unscoped.bulk_create(
        OutboxEmail(
            company=actor.company,
            kind="test",
            related_id=template.related_id,
            to=[],
            subject=str(number),
            message_id=str(number),
            created_at=START,  # all tied: the sort value alone finds nothing
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_outboxemail")
    page = api.get("/emails?sort=createdAt&order=asc&limit=100").body["pagination"]
    for _ in range(20):
        with CaptureQueriesContext(connection) as queries:
            page = api.get(f"/emails?sort=createdAt&order=asc&limit=100&cursor={page['nextCursor']}").body["pagination"]
    [rows] = [query["sql"] for query in queries if "outbox_outboxemail" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {rows}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: ((company_id = " in plan
    assert "ROW(created_at, id) > ROW(" in plan
    assert "Removed by Filter" not in plan
    assert "Sort Key" not in plan


@pytest.mark.parametrize(
    "change",
    ["&sort=subject", "&order=asc", "x", ""],
    ids=["another sort", "another order", "a changed cursor", "another company"],
)
def test_a_cursor_serves_its_own_list_only(
    api: ApiClient, stranger_api: ApiClient, emails: list[OutboxEmail], change: str
) -> None:
    cursor = api.get("/emails?limit=2").body["pagination"]["nextCursor"]
    assert api.get(f"/emails?limit=3&cursor={cursor}").status == 200
    client = api if change else stranger_api
    answer = client.get(f"/emails?limit=2&cursor={cursor}{change}")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize("cursor", ["", "abc", "a:b:c", "%00", "é", "." * 10_000])
def test_nonsense_is_no_cursor(api: ApiClient, emails: list[OutboxEmail], cursor: str) -> None:
    assert api.get(f"/emails?cursor={cursor}").status == 400
