"""The totals of a document, on its page and in the editor."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_quote
from bigledger_crm.testing.html import flat
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")


def test_totals_stand_in_the_order_in_which_they_add_up(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        lines = [line("4", "100.00", discount_percent=Decimal(10), tax_code="SST"), line("1", "50.00")]
        net = make_quote(actor, lines=lines, shipping_cost=Decimal(5))
        gross = make_quote(
            actor,
            lines=[line("1", "106.00", discount_amount=Decimal("10.60"), tax_code="SST")],
            prices_include_tax=True,
        )
        plain = make_quote(actor)
    assert _totals(alices, net) == [
        ("List price", "450.00"),
        ("Discount", "\u221240.00"),
        ("Subtotal", "410.00"),
        ("SST 6\xa0%", "21.60"),
        ("Shipping", "5.00"),
        ("Total MYR", "436.60"),
    ]
    assert _totals(alices, gross) == [
        ("List price, tax included", "106.00"),
        ("Discount", "\u221210.60"),
        ("Tax included", "\u22125.40"),
        ("Subtotal", "90.00"),
        ("SST 6\xa0%", "5.40"),
        ("Total MYR", "95.40"),
    ]
    assert [label for label, _value in _totals(alices, plain)] == ["Subtotal", "Total MYR"]
    assert _totals(alices, net, "/edit") == _totals(alices, net)


def _totals(client: Client, quote: Quote, end: str = "") -> list[tuple[str, str]]:
    page = flat(client.get(f"/quotes/{quote.public_id}{end}"))
    return re.findall(r"<dt[^>]*>([^<]*)</dt><dd[^>]*>([^<]*)</dd>", page[page.index('<dl class="totals">') :])
