"""Batches on pages: all rows of the list of invoices, how far they are, and what failed."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.factories import make_customer, make_invoice
from bigledger_crm.testing.html import flat, text_of
from customers.inputs import CustomerInput
from customers.services import update_customer
from invoicing.models import Batch, Invoice
from invoicing.services.batch_work import work_on_batch
from invoicing.tests.list_pages import rows_of

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company", "no_broker")
DRAFTS = "/invoices?show=draft"
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "progress"}


@pytest.fixture
def drafts(actor: Actor) -> list[Invoice]:
    """More drafts than a page has, one of them of a customer who is blocked, and an invoice that is issued."""
    customer = make_customer(actor)
    make_invoice(actor, customer)
    blocked = make_customer(actor, name="Blocked")
    found = [make_invoice(actor, customer, draft=True) for _ in range(50)] + [make_invoice(actor, blocked, draft=True)]
    update_customer(actor, blocked, CustomerInput(status="blocked"))
    return found


def begin(client: Client, total: int, do: str = "send", **more: str) -> str:
    """Posts the form for all rows; where it leads."""
    form = {"do": do, "all": "yes", "total": str(total), "form_key": str(uuid4()), **more}
    response = client.post(DRAFTS, form)
    assert response.status_code == 302, flat(response)
    return str(response["Location"])


def test_all_rows_are_sent(alices: Client, drafts: list[Invoice]) -> None:
    listed = text_of(alices, DRAFTS)
    assert "All 51 rows" in listed
    asked = text_of(alices, f"{DRAFTS}&do=send&all=yes&row={drafts[0].public_id}")
    assert "Send: 51 rows" in asked
    assert "Rows: Draft" in asked
    assert "No filter is set" not in asked
    page = begin(alices, 51)
    assert page == f"/batches/{Batch.objects.get().public_id}"
    assert Batch.objects.get().total == 51
    for turn in range(3):
        work_on_batch(Batch.objects.get().pk, turn)
    done = text_of(alices, page)
    assert "51 of 51 invoices" in done
    assert "Completed" in done
    failed = text_of(alices, f"{page}?show=failed")
    assert rows_of(failed) == [drafts[50].invoice_number]
    assert "blocked" in failed
    assert rows_of(text_of(alices, "/batches")) == []
    assert page in text_of(alices, "/batches")


def test_the_progress_follows_until_the_last_email_has_left(alices: Client, drafts: list[Invoice]) -> None:
    page = begin(alices, 51)
    work_on_batch(Batch.objects.get().pk, 0)
    part = flat(alices.get(page, **PART))  # type: ignore[arg-type]
    assert "<nav" not in part
    assert 'value="20" max="51"' in part
    assert 'hx-trigger="every 2s"' in part
    for turn in (1, 2):
        work_on_batch(Batch.objects.get().pk, turn)
    assert 'hx-trigger="every 2s"' in flat(alices.get(page, **PART))  # type: ignore[arg-type]
    OutboxEmail.objects.update(status=EmailStatus.SENT, sent_at="2024-01-15T00:00:00Z", next_attempt_at=None)
    assert "every 2s" not in flat(alices.get(page, **PART))  # type: ignore[arg-type]


def test_the_rows_are_those_that_the_person_saw(alices: Client, drafts: list[Invoice]) -> None:
    """Where there are others by now, the page asks again."""
    form = {"do": "send", "all": "yes", "total": "50", "form_key": str(uuid4())}
    response = alices.post(DRAFTS, form)
    assert "The list has changed" in flat(response)
    assert "Send: 51 rows" in flat(response)
    assert not Batch.objects.exists()


def test_a_second_click_begins_no_second_batch(alices: Client, drafts: list[Invoice]) -> None:
    form = {"do": "issue", "all": "yes", "total": "51", "form_key": str(uuid4())}
    first = alices.post(DRAFTS, form)["Location"]
    for turn in range(3):
        work_on_batch(Batch.objects.get().pk, turn)
    assert alices.post(DRAFTS, form)["Location"] == first
    assert Batch.objects.count() == 1
    assert not OutboxEmail.objects.exists()


def test_without_a_filter_it_says_so(alices: Client, drafts: list[Invoice]) -> None:
    asked = text_of(alices, "/invoices?do=send&all=yes")
    assert "No filter is set" in asked
    assert "Send: 52 rows" in asked


def test_only_batches_do_all_rows(alices: Client, drafts: list[Invoice]) -> None:
    """Tags are for chosen rows."""
    listed = text_of(alices, DRAFTS)
    buttons = dict(re.findall(r'name="do" value="([\w-]+)"([^>]*)>', listed))
    assert {name for name, more in buttons.items() if "data-for-all" in more} == {"send", "issue"}
    response = alices.post(DRAFTS, {"do": "tag", "all": "yes", "total": "51", "tags": "a"})
    assert response.status_code == 302
    assert not Batch.objects.exists()
    assert not Invoice.objects.filter(tags__contains=["a"]).exists()


def test_too_many(alices: Client, drafts: list[Invoice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invoicing.services.batches.MOST", 50)
    assert begin(alices, 51) == "/invoices?show=draft"
    assert "at most 50 invoices" in text_of(alices, DRAFTS)


def test_cancelled(alices: Client, drafts: list[Invoice]) -> None:
    page = begin(alices, 51)
    work_on_batch(Batch.objects.get().pk, 0)
    assert "Cancel this batch?" in text_of(alices, f"{page}/cancel")
    alices.post(f"{page}/cancel", {"form_key": str(uuid4())})
    shown = text_of(alices, page)
    assert "Cancelled" in shown
    assert "Not handled" in shown
    assert "/cancel" not in shown


def test_who_may_not_write_sees_and_begins_nothing(alices: Client, drafts: list[Invoice], bob: User) -> None:
    page = begin(alices, 51)
    Membership.objects.filter(user=bob).update(role="viewer")
    bobs = Client()
    bobs.force_login(bob)
    assert "/cancel" not in text_of(bobs, page)
    assert bobs.post(f"{page}/cancel").status_code == 403
    assert bobs.post(DRAFTS, {"do": "send", "all": "yes", "total": "51"}).status_code == 403
    assert Batch.objects.count() == 1
