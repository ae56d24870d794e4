"""The audit log."""

import csv
import io

import pytest
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey, Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from sales.inputs import CompanyInput
from sales.services import update_company


@pytest.fixture
def page(client: Client, alice: User, actor: Actor) -> Client:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = make_customer(actor, name="Acme Trading")
        make_quote(actor, customer)
        update_company(actor, CompanyInput(legal_name="Tech Supplies (M) Sdn Bhd", phone="03-2345 6789"))
    return client


def rows(page: Client, query: str) -> list[str]:
    """The events that the log shows."""
    answer = page.get(f"/settings/audit-log?export=csv&{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [row["Event"] for row in csv.DictReader(io.StringIO(text))]


def test_the_log_tells_who_what_and_from_what_to_what(page: Client) -> None:
    text = flat(page.get("/settings/audit-log"))
    assert "Acme Trading" in text
    assert "Legal name: — → Tech Supplies (M) Sdn Bhd" in text
    entry = AuditEntry.unscoped.get(event="company.updated")
    detail = flat(page.get(f"/settings/audit-log/{entry.public_id}"))
    assert "Alice Tan" in detail
    assert "+60323456789" in detail


def test_what_comes_by_a_request_has_its_address(page: Client, api: ApiClient, company: Company) -> None:
    assert api.post("/customers", {"name": "By key", "email": "k@example.com"}).status == 201
    entry = AuditEntry.unscoped.filter(event="customer.created").order_by("-occurred_at")[0]
    assert (entry.address, entry.actor_id[:4]) == ("127.0.0.1", "key_")
    text = flat(page.get("/settings/audit-log"))
    assert "127.0.0.1" in text
    assert "API key" in text
    assert AuditEntry.unscoped.get(event="company.updated").address == ""


def test_it_is_narrowed(page: Client, api: ApiClient, alice: User, company: Company, actor: Actor) -> None:
    assert api.post("/customers", {"name": "By key", "email": "k@example.com"}).status == 201
    key = ApiKey.objects.get(companies=company)
    assert rows(page, f"actor={key.public_id}") == ["customer.created"]
    assert rows(page, "kind=company") == ["company.updated"]
    assert rows(page, "subject=Acme Trading&kind=customer") == ["customer.created"]
    quote = AuditEntry.unscoped.get(event="quote.created")
    assert rows(page, "kind=quote&actor=alice@example.com") == ["quote.created"]
    assert quote.subjects
    assert {"quote.created", "company.updated"} <= set(rows(page, f"occurredAfter={actor.today()}"))
    assert rows(page, "occurredBefore=2001-01-01") == []
    assert "No match" in flat(page.get("/settings/audit-log?actor=nobody"))
    assert "No match" in flat(page.get("/settings/audit-log?subject=nothing at all"))


def test_a_stranger_is_no_actor_here(page: Client, stranger: Actor) -> None:
    assert "No match" in flat(page.get(f"/settings/audit-log?actor={stranger.id}"))


def test_only_managers_read_it(page: Client, bob: User) -> None:
    page.force_login(bob)
    assert page.get("/settings/audit-log").status_code == 403
