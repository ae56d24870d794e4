"""What happens when the database has no answer in time: nothing is changed, and whoever asked is told to try again."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from psycopg.errors import LockNotAvailable, QueryCanceled

from bigledger_crm import database_timeouts
from bigledger_crm.database_timeouts import Timeouts
from bigledger_crm.embedded.product_processes import ROOT
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat
from bigledger_crm.web.components import Column
from bigledger_crm.web.lists import export
from customers.models import Customer

ACME = {"name": "Acme", "email": "billing@acme.com"}
FORM = {"name": "Acme", "type": "business", "email": "a@acme.com", "currency": "MYR", "payment_terms": "30"}
FORM |= {"status": "active"}


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@contextmanager
def _locked(table: str) -> Iterator[None]:
    """Somebody else holds every row of a table, and doesn't think of going on."""
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    with psycopg.connect(**wanted) as other:
        other.execute(f"UPDATE {table} SET company_id = company_id".encode())
        yield
        other.rollback()


@pytest.fixture
def impatient(committed: None) -> Iterator[None]:
    """Waits for locks are short."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def test_a_command_waits_longer_than_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOCK", "STATEMENT", "IDLE"):
        monkeypatch.delenv(f"DATABASE_{name}_TIMEOUT", raising=False)
    assert database_timeouts.of_requests() == Timeouts(5, 30, 60)
    assert all(
        0 < short < long
        for short, long in zip(database_timeouts.of_requests(), database_timeouts.of_background(), strict=True)
    )


def test_every_connection_has_its_limits_from_the_environment() -> None:
    program = (
        "{}import django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for name in ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'):\n"
        "    cursor.execute(f'SHOW {{name}}'); print(cursor.fetchone()[0])\n"
    )
    environment = {**os.environ, "DATABASE_LOCK_TIMEOUT": "2", "DATABASE_BACKGROUND_STATEMENT_TIMEOUT": "0"}
    shown = {
        first: subprocess.run(
            [sys.executable, "-c", program.format(first)], cwd=ROOT, env=environment, capture_output=True, text=True
        ).stdout.split()
        for first in ("", "import bigledger_crm.wsgi; ")
    }
    assert shown == {"": ["1min", "0", "10min"], "import bigledger_crm.wsgi; ": ["2s", "30s", "1min"]}


def test_the_url_of_the_database_has_the_last_word() -> None:
    options = database_timeouts.connection_options({"options": "-c lock_timeout=1s", "keepalives_idle": 5})
    assert options["options"].endswith("-c lock_timeout=1s")
    assert (options["keepalives"], options["keepalives_idle"], options["keepalives_interval"]) == (1, 5, 10)


def test_a_row_that_somebody_holds_is_a_conflict_for_now(impatient: None, api: ApiClient) -> None:
    api.post("/customers", ACME)
    with _locked("numbering_documentsequence"):
        for headers in ({}, {"Idempotency_Key": "one"}):
            answer = api.post("/customers", ACME, **headers)
            assert (answer.status, answer.error["code"]) == (409, "CONCURRENT_UPDATE")
            assert int(answer.headers["Retry-After"]) > 0
    assert api.post("/customers", ACME, Idempotency_Key="one").status == 201
    assert Customer.unscoped.count() == 2


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Alice, signed in; a crash is a page."""
    client.force_login(alice)
    client.raise_request_exception = False
    return client


def _form_key(client: Client, url: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', flat(client.get(url)))
    assert found
    return found[1]


@pytest.mark.parametrize("has_key", [True, False])
def test_a_form_keeps_what_was_typed(impatient: None, alices: Client, has_key: bool) -> None:
    alices.post("/customers/new", {**FORM, "name": "First", "email": "first@example.com"})
    key = {"form_key": _form_key(alices, "/customers/new")} if has_key else {}
    with _locked("numbering_documentsequence"):
        refused = alices.post("/customers/new", {**FORM, **key})
    text = flat(refused)
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "1")
    assert "Someone else is saving this at the moment, so nothing was saved." in text
    assert 'value="a@acme.com"' in text
    assert Customer.unscoped.count() == 1
    assert alices.post("/customers/new", {**FORM, **key}).status_code == 302
    assert Customer.unscoped.count() == 2


def test_a_form_that_the_database_was_too_slow_for_keeps_what_was_typed(
    alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(*arguments: object) -> None:
        raise OperationalError("canceling statement") from QueryCanceled()

    monkeypatch.setattr("customers.pages.customers.create_customer", too_slow)
    for key in ({}, {"form_key": _form_key(alices, "/customers/new")}):
        refused = alices.post("/customers/new", {**FORM, **key})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "This took too long, so nothing was saved." in flat(refused)
        assert 'value="a@acme.com"' in flat(refused)


@pytest.mark.parametrize(
    ("cause", "status", "retry", "text"),
    [
        (LockNotAvailable(), 409, "1", "Someone else is saving this"),
        (QueryCanceled(), 503, "5", "did not respond in time"),
        (None, 503, "5", "did not respond in time"),
    ],
)
def test_a_page_that_gets_no_answer_says_so(
    alices: Client, monkeypatch: pytest.MonkeyPatch, cause: Exception | None, status: int, retry: str | None, text: str
) -> None:
    def fail(*arguments: object) -> None:
        raise OperationalError("secret") from cause

    monkeypatch.setattr("customers.pages.customers.customer_by_public_id", fail)
    answer = alices.get("/customers/cust_1/edit")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry)
    assert text in flat(answer)
    assert "secret" not in flat(answer)


@pytest.mark.parametrize(("cause", "status"), [(LockNotAvailable(), 409), (QueryCanceled(), 503)])
def test_so_does_a_page_of_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch, cause: Exception, status: int
) -> None:
    def fail(*arguments: object) -> None:
        raise OperationalError("secret") from cause

    client.raise_request_exception = False
    monkeypatch.setattr("bigledger_crm.tenancy.forms.count_attempt", fail)
    answer = client.post("/sign-in", {"username": "alice@example.com", "password": "x"})
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in flat(answer)


def test_an_api_that_gets_no_answer_says_so(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OperationalError("secret") from QueryCanceled()

    monkeypatch.setattr("customers.api.customer_views.create_customer", fail)
    answer = api.post("/customers", ACME)
    assert (answer.status, answer.error["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_a_list_has_the_time_of_background_work(
    alices: Client, actor: Actor, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with company_scope(actor.company):
        make_customer(actor)
    seen: list[str] = []
    values_of = export.values_of

    def look(columns: Sequence[Column], row: Any) -> Any:
        seen.append(_show("statement_timeout"))
        return values_of(columns, row)

    monkeypatch.setattr(export, "values_of", look)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '7s'")
    answer = alices.get(f"/customers?export={kind}")
    assert answer.getvalue()
    assert seen == ["1h"]
