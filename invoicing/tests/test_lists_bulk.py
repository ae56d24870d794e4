"""Actions on many rows of a list."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.factories import make_customer, make_invoice, make_quote
from bigledger_crm.testing.html import flat, text_of
from invoicing.integrity import find_discrepancies
from invoicing.models import Invoice
from invoicing.services import cancel_invoice
from sales.services import convert_quote_to_order

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
LIST = "/invoices"


def bulk(client: Client, action: str, rows: list[str], **fields: str) -> str:
    """Posts a bulk action and returns the page of its results."""
    response = client.post(LIST, {"do": action, "row": rows, "form_key": str(uuid4()), **fields})
    assert response.status_code == 200
    return flat(response)


def results_of(page: str) -> list[tuple[str, str]]:
    """Each row's number and result."""
    return re.findall(r">(INV-\d{4}-\d{4})</a>.*?badge-\w+\">([\w ]+)<", page, re.DOTALL)


def test_rows_are_issued_each_for_itself_with_a_result_for_each(alices: Client, actor: Actor) -> None:
    drafts = [make_invoice(actor, draft=True) for _ in range(2)]
    issued = make_invoice(actor)
    rows = [invoice.public_id for invoice in (drafts[0], issued, drafts[1])]
    asked = text_of(alices, f"{LIST}?do=issue&" + "&".join(f"row={row}" for row in rows))
    assert "Mark as sent: 2 rows" in asked
    offered, others = asked.split("1 row will be left out", 1)
    assert re.findall(r'name="row" value="(\w+)"', offered) == [rows[0], rows[2]]
    assert issued.invoice_number in others
    assert "already sent" in others
    assert not Invoice.objects.filter(pk=drafts[0].pk, status="sent").exists()
    page = bulk(alices, "issue", rows)
    assert [result for _, result in results_of(page)] == ["Done", "Not done", "Done"]
    assert "2 marked as sent" in page
    assert "1 not marked as sent: already sent" in page
    assert Invoice.objects.filter(status="sent").count() == 3
    assert not list(find_discrepancies(actor.company))


def test_the_same_form_sends_each_email_once(alices: Client, actor: Actor) -> None:
    rows = [make_invoice(actor, draft=True).public_id for _ in range(3)]
    form = {"do": "send", "row": rows, "form_key": str(uuid4())}
    for _ in range(2):
        assert "3 sent" in flat(alices.post(LIST, form))
    assert OutboxEmail.objects.count() == 3


def test_tags_are_added_to_those_there_are_now(alices: Client, actor: Actor) -> None:
    one, other = make_invoice(actor, tags=["a"]), make_invoice(actor)
    rows = [one.public_id, other.public_id]
    bulk(alices, "tag", rows, tags="b, c")
    bulk(alices, "untag", rows, tags="b")
    assert [Invoice.objects.get(pk=invoice.pk).tags for invoice in (one, other)] == [["a", "c"], ["c"]]
    response = alices.post(LIST, {"do": "tag", "row": rows, "tags": ""})
    assert response.status_code == 400


def test_who_may_not_write_may_not_do_it_in_bulk(actor: Actor, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    row = make_invoice(actor, draft=True).public_id
    bobs = Client()
    bobs.force_login(bob)
    assert 'name="do"' not in text_of(bobs, LIST)
    assert bobs.get(f"{LIST}?do=issue&row={row}").status_code == 403
    assert bobs.post(LIST, {"do": "issue", "row": [row]}).status_code == 403
    assert Invoice.objects.get().status == "draft"


@pytest.mark.parametrize("rows", [[], ["inv_nonsense"]])
def test_nothing_is_done_to_no_rows_and_unknown_ones(alices: Client, actor: Actor, rows: list[str]) -> None:
    mine = make_invoice(actor, draft=True)
    given = [*rows, mine.public_id] if rows else []
    assert alices.post(LIST, {"do": "issue", "row": given}).status_code == (404 if rows else 302)
    assert Invoice.objects.get().status == "draft"


def test_only_quotes_that_can_be_sent_are_offered(alices: Client, actor: Actor) -> None:
    ordered = convert_quote_to_order(actor, make_quote(actor, accepted=True)).quote
    accepted, fine = make_quote(actor, accepted=True), make_quote(actor)
    assert ordered is not None
    rows = [quote.public_id for quote in (ordered, accepted, fine)]
    asked = text_of(alices, "/quotes?do=send&" + "&".join(f"row={row}" for row in rows))
    assert re.findall(r'name="row" value="(\w+)"', asked) == [fine.public_id]
    assert "2 rows will be left out" in asked
    page = flat(alices.post("/quotes", {"do": "send", "row": rows}))
    assert all(words in page for words in ("1 sent", "1 not sent: already ordered", "1 not sent: already accepted"))
    assert "converted" not in page
    nothing = text_of(alices, f"/quotes?do=send&row={rows[0]}")
    assert "already ordered" in nothing
    assert "Send: " not in nothing


def test_a_cancelled_invoice_is_neither_sent_nor_tagged(alices: Client, actor: Actor) -> None:
    invoice = cancel_invoice(actor, make_invoice(actor))
    for action, words in (("send", "1 not sent: cancelled"), ("tag", "1 not tagged: cancelled")):
        assert words in bulk(alices, action, [invoice.public_id], tags="a")


def test_quotes_are_sent_from_their_list(alices: Client, actor: Actor) -> None:
    quote = make_quote(actor)
    unreachable = make_quote(actor, make_customer(actor, email="", phone="+60123456789"))
    page = flat(alices.post("/quotes", {"do": "send", "row": [quote.public_id, unreachable.public_id]}))
    assert re.findall(r"badge-\w+\">(Done|Not done)<", page) == ["Done", "Not done"]
    assert OutboxEmail.objects.get().to == ["billing@acme.example.com"]
