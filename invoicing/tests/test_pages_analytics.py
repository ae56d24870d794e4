"""The analytics page: one period for all of it, against the time before; sales say whether tax is in."""

import html
import re
from datetime import date
from decimal import Decimal

import lxml.html
import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_quote
from bigledger_crm.testing.html import flat
from invoicing.inputs import GoodwillInput, PaymentInput
from invoicing.services import create_goodwill_note, record_payment
from sales.inputs import LineInput
from sales.services import cancel_quote

pytestmark = pytest.mark.usefixtures("time_in_2024")


def _page(client: Client, url: str) -> str:
    return html.unescape(flat(client.get(url))).replace("\xa0", " ")


def _sold(actor: Actor, day: date, amount: str, paid: date | None = None) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer, [line("1", amount)], invoice_date=day, due_date=day)
    if paid:
        record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_date=paid))


@pytest.mark.parametrize(
    ("days", "period", "sales", "change", "columns"),
    [
        ("30", "17 Dec 2023 – 15 Jan 2024, compared with 17 Nov 2023 – 16 Dec 2023", "1,000.00", "+100 %", 5),
        ("90", "18 Oct 2023 – 15 Jan 2024, compared with 20 Jul 2023 – 17 Oct 2023", "1,500.00", "+50 %", 13),
        (
            "365",
            "1 Feb 2023 – 15 Jan 2024, compared with 1 Feb 2022 – 15 Jan 2023",
            "2,500.00",
            "+1,150 %",
            12,
        ),
    ],
)
def test_one_period_for_all(
    client: Client,
    alice: User,
    actor: Actor,
    days: str,
    period: str,
    sales: str,
    change: str,
    columns: int,
) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        _sold(actor, date(2024, 1, 15), "600.00", date(2024, 1, 15))
        _sold(actor, date(2023, 12, 17), "400.00", date(2024, 1, 10))
        _sold(actor, date(2023, 12, 16), "500.00", date(2023, 12, 16))
        _sold(actor, date(2023, 10, 17), "1000.00")
        _sold(actor, date(2023, 1, 10), "200.00")
    page = _page(client, f"/analytics?days={days}")
    heading = "month" if days == "365" else "week"
    assert period in page
    figure = re.search(r'metric-label">Sales.*?</a>', page, re.DOTALL)
    assert figure is not None
    assert f">{sales}<" in figure[0]
    assert f"incl. tax · {change}" in figure[0]
    assert f"Sales by {heading}" in page
    chart = page.split(f"Sales by {heading}", 1)[1].split("</section>", 1)[0]
    assert chart.count('class="chart-slot"') == columns
    payments = page.split("Days to payment", 1)[1].split("</section>", 1)[0]
    assert payments.count('class="chart-slot"') == columns


def test_sales_say_whether_tax_is_in(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = make_customer(actor)
        item = LineInput(item_id=make_item(actor).public_id, quantity=Decimal(4))
        make_invoice(actor, customer, [item])
    for url in (f"/customers/{customer.public_id}/summary", "/analytics"):
        page = re.sub(r"<[^>]+>", "", _page(client, url))
        assert "MYR incl. tax" in page
        assert "MYR excl. tax" in page
    assert "incl. tax" in _page(client, f"/customers/{customer.public_id}")


def test_a_fall_has_a_minus_sign_and_stays_in_one_line(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        _sold(actor, date(2024, 1, 15), "100.00", date(2024, 1, 15))
        _sold(actor, date(2023, 12, 10), "400.00", date(2023, 12, 10))
    page = html.unescape(flat(client.get("/analytics?days=30")))
    assert "incl. tax ·\xa0\N{MINUS SIGN}75\xa0%" in page


def test_nothing_won_is_not_nothing_known(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    assert "Won — of decided quotes" in _words(client)
    with company_scope(actor.company):
        cancel_quote(actor, make_quote(actor), reason="Typed twice")
        _sold(actor, date(2024, 1, 14), "100.00", date(2024, 1, 15))
    page = _words(client)
    assert "Won 0 % of decided quotes" in page
    assert "1 day " in page
    assert "1 days" not in page


def test_a_month_with_more_credit_than_sales_hangs_below_the_line(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = make_customer(actor)
        make_invoice(actor, customer, [line("1", "100.00")], invoice_date=date(2023, 12, 3))
        note = GoodwillInput(customer_id=customer.public_id, reason="Sorry", items=[line("1", "50.00")])
        create_goodwill_note(actor, note)
    for url in ("/", "/analytics?days=365", "/reports/sales?period=last_90_days"):
        drawing = lxml.html.fromstring(_page(client, url)).find_class("chart-drawing")[0]
        heights = [bar.get("height") for bar in drawing.findall("rect") if bar.get("height") != "0%"]
        assert len(heights) == 2, url
        assert drawing.find_class("chart-baseline"), url


def _words(client: Client) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", _page(client, "/analytics?days=30")).split())
