"""Two people edit the same document."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from sales.inputs import LineInput, QuoteInput
from sales.models import Quote
from sales.services import update_quote

pytestmark = pytest.mark.usefixtures("time_in_2024")


def test_two_people_edit_the_same_quote(alices: Client, actor: Actor, company: Company) -> None:
    with company_scope(company):
        quote = make_quote(actor, lines=[line("2"), line("1", "7.00")], title="First")
    url = f"/quotes/{quote.public_id}/edit"
    mine = form_of(flat(alices.get(url))) | {"title": "Mine", "lines-1-quantity": "5"}
    with company_scope(company), clock.travelling(clock.now() + timedelta(minutes=5)):
        update_quote(actor, quote, QuoteInput(title="Theirs", reference="PO 9"))
    refused = alices.post(url, mine)
    page = flat(refused)
    assert refused.status_code == 409
    assert "Someone else changed this in the meantime" in page
    assert "Reference, title" in page
    assert "Quote created" not in page
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>.*?class="prose">(.*?)<.*?class="prose">(.*?)<', page, re.DOTALL)
    assert rows == [
        ("Title", "Theirs", "Mine"),
        ("Customer&#x27;s reference", "PO 9", "—"),
        ("Line 2", "Widget · 1 · 7.00 · No tax", "Widget · 5 · 7.00 · No tax"),
    ]
    assert 'name="title" value="Mine"' in page
    assert alices.post(url, mine).status_code == 409
    again = form_of(page)
    assert again["version"] == mine["version"]

    taken = alices.post(url, mine | {"take_theirs": "1"})
    assert 'name="title" value="Theirs"' in flat(alices.get(taken["Location"]))
    keep = re.findall(r'name="keep_mine" value="([^"]+)"', page)[0]
    assert alices.post(url, mine | {"keep_mine": keep}).status_code == 302
    with company_scope(company):
        stored = Quote.objects.get()
        assert (stored.title, stored.reference, stored.total) == ("Mine", "", Decimal("235.00"))
    assert alices.post(url, mine | {"keep_mine": keep}).status_code == 302  # the form was saved already


def test_each_field_and_line_of_a_conflict_is_chosen(alices: Client, actor: Actor, company: Company) -> None:
    with company_scope(company):
        quote = make_quote(actor, lines=[line("2"), line("1", "7.00"), line("1", "9.00")], title="First")
        kept, dropped = (one.public_id for one in quote.lines.all()[1:])
    url = f"/quotes/{quote.public_id}/edit"
    mine = form_of(flat(alices.get(url))) | {"title": "Mine", "reference": "My reference"}
    mine |= {"lines-0-quantity": "5", "lines-1-quantity": "6", "lines-2-unit_price": "90"}
    mine |= {"lines-3-description": "Added", "lines-3-quantity": "1", "lines-3-unit_price": "1"}
    with company_scope(company), clock.travelling(clock.now() + timedelta(minutes=5)):
        rest = [
            LineInput(id=one.public_id, description="Theirs", quantity=one.quantity, unit_price=one.unit_price)
            for one in quote.lines.all()[:2]
        ]
        update_quote(actor, quote, QuoteInput(title="Theirs", prices_include_tax=True, items=rest))
    page = flat(alices.post(url, mine))
    offered = form_of(page)
    assert offered[f"choose-{kept}"] == offered["choose-title"] == "mine"
    version = re.findall(r'name="keep_mine" value="([^"]+)"', page)[0]
    theirs = dict.fromkeys(
        ("choose-title", "choose-prices_include_tax", f"choose-{kept}", f"choose-{dropped}"), "theirs"
    )
    saved = alices.post(url, offered | theirs | {"keep_mine": version})
    assert saved.status_code == 302
    with company_scope(company):
        stored = Quote.objects.get()
        assert (stored.title, stored.reference, stored.prices_include_tax) == ("Theirs", "My reference", True)
        assert list(stored.lines.values_list("description", "quantity")) == [
            ("Widget", Decimal(5)),
            ("Theirs", Decimal(1)),
            ("Added", Decimal(1)),
        ]
