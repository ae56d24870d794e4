"""Every method of every URL asks the database as often about many lines as about one.

The same for contacts and files.  The numbers stand in query_counts.json beside those of the lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Membership, User, company_by_public_id
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import listings
from bigledger_crm.testing.tenancy_call import Call, Page
from bigledger_crm.testing.tenancy_calls import CALLS
from bigledger_crm.testing.tenancy_fixtures import Fixtures, make_fixtures
from bigledger_crm.testing.tenancy_pages import PAGES
from bigledger_crm.tests.performance.support.query_baseline import compare_with_baseline
from sales.services import open_company

MANY = 10  # with what there is besides, at most a page of a hundred
MOST = 12  # queries of a page
MORE = {
    "customers/<str:public_id>/summary": 14,  # analytics, which the customer's page fetches after itself
    "customers/<str:public_id>/erase": 26,  # counts what there is of each kind
    "": 15,  # with what a new company has to set up, and the certificate of e-invoices
    "invoices/<str:public_id>": 16,  # with what settled it, and how it stands with LHDN
}
# An archive of one's own is made for nobody else.
SHOWN = [page for page in PAGES if (page.method, page.status) == ("GET", 200) and page.object != "own_archive"]
ABOUT_ONE = [call for call in CALLS if call.object or call.method != "GET" or call.route not in listings()]


@dataclass(frozen=True)
class Size:
    """A company whose documents have so many rows."""

    api: ApiClient
    fixtures: Fixtures
    rows: int

    def queries(self, call: Call) -> list[str]:
        """What a call asks the database, once its key has been used."""
        names = self.fixtures.names()
        path = call.path(names.get(call.object, ""), names.get(call.part, ""))
        body = _with_rows(call.body(self.fixtures), self.rows)
        used = self.api.get(path if call.method == "GET" else "/tax-codes")
        if call.method == "GET" and isinstance(used.body, dict) and "pagination" in used.body:
            path += "?limit=100"
        with CaptureQueriesContext(connection) as captured:
            answer = self.api.request(call.method, path, body)
        assert answer.status == call.status, answer.text
        return [query["sql"] for query in captured]

    def queries_of_page(self, page: Page, client: Client) -> list[str]:
        """What a page asks the database for an owner of the company."""
        user = User.objects.create_user(f"{self.rows}@example.com", name="Owner")
        key = company_by_public_id(self.api.company_id or "")
        assert key is not None
        Membership.objects.create(company_id=key, user=user, role="owner")
        client.force_login(user)
        client.get(reverse("pages:styleguide"))  # the session is written again every five minutes: not with this page
        names = self.fixtures.names()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(page.path(names.get(page.object, ""), names.get(page.part, "")))
        assert answer.status_code == page.status
        return [query["sql"] for query in captured]


def _with_rows(body: Any, rows: int) -> Any:
    """A body with so many times its lines; parts of documents can be named only once."""
    if isinstance(body, dict) and "customerId" in body and "items" in body:
        return {**body, "items": body["items"] * rows}
    return body


@pytest.fixture(scope="module")
def sizes(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Size]]:
    """A small company and a large one, made once: every test works on them in a transaction that is rolled back."""
    media = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media, API_RATE_LIMIT=None):
        companies = [open_company(name) for name in ("Small", "Large")]
        fixtures_by_company = [
            make_fixtures(system_actor(one), "MARK", rows) for one, rows in zip(companies, (1, MANY), strict=True)
        ]
        yield [
            Size(api_client(company), fixtures, rows)
            for company, fixtures, rows in zip(companies, fixtures_by_company, (1, MANY), strict=True)
        ]
        empty_the_database()


@pytest.mark.django_db
@pytest.mark.parametrize("call", ABOUT_ONE, ids=str)
def test_many_rows_need_no_query_more(call: Call, sizes: list[Size]) -> None:
    small, large = (size.queries(call) for size in sizes)
    assert len(small) == len(large), _difference(small, large)
    compare_with_baseline(str(call).replace(" ", " /").replace("<str:", "<").replace("public_id", "id"), len(small))


@pytest.mark.django_db
@pytest.mark.parametrize("page", SHOWN, ids=str)
def test_a_page_asks_seldom_however_long_it_is(page: Page, sizes: list[Size], client: Client) -> None:
    small, large = (size.queries_of_page(page, client) for size in sizes)
    # The lists with more rows than a page shows.
    counted = page.route in ("contacts", "settings/audit-log", "bank/transactions")
    assert len(large) - counted <= len(small) <= MORE.get(page.route, MOST), _difference(small, large)


def _difference(small: list[str], large: list[str]) -> str:
    """The queries of the large company, by how they begin, with those of the small one."""
    counts = {sql[:90]: [0, 0] for sql in (*small, *large)}
    for place, queries in enumerate((small, large)):
        for sql in queries:
            counts[sql[:90]][place] += 1
    return "\n".join(f"{one} and {many}: {sql}" for sql, (one, many) in counts.items() if one != many)
