"""Making quotes: defaults, copies, taxes, and everything that can be wrong at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_item, make_quote
from customers.inputs import CustomerInput
from customers.services import update_customer
from sales.catalogue_inputs import ItemInput, TaxCodeInput, TaxRateInput
from sales.inputs import LineInput, QuoteInput
from sales.models import Quote
from sales.services import (
    create_quote,
    create_tax_code,
    update_item,
)

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
TODAY = date(2024, 1, 15)


def test_defaults_and_totals_of_a_draft(actor: Actor) -> None:
    customer = make_customer(actor, address={"street": "1 Jalan Ampang", "country": "MY"}, tax_number="T-1")
    actor.company.quote_terms = "30 days net"
    lines = [line("100", "25.00", discount_percent=D(5), tax_code="SST")]
    quote = make_quote(actor, customer, lines, shipping_cost=D("50.00"), title=" Office  set ")
    quote.refresh_from_db()
    assert (quote.quote_number, quote.status, quote.quote_date) == ("QT-2024-0001", "draft", TODAY)
    assert quote.valid_until == TODAY + timedelta(days=30)
    assert (quote.currency, quote.exchange_rate, quote.prices_include_tax) == ("MYR", D(1), False)
    assert (quote.customer_name, quote.customer_tax_number) == ("Acme Corporation", "T-1")
    assert quote.billing_address == quote.shipping_address == {"street": "1 Jalan Ampang", "country": "MY"}
    assert (quote.terms, quote.title, quote.created_by) == ("30 days net", "Office set", actor.id)
    amounts = (quote.total_discount, quote.subtotal, quote.total_tax, quote.shipping_cost, quote.total)
    assert amounts == (D("125.00"), D("2375.00"), D("142.50"), D("50.00"), D("2567.50"))
    assert [entry.event for entry in timeline_of(quote.pk)] == ["quote.created"]


def test_a_quote_keeps_its_own_copies(actor: Actor) -> None:
    customer = make_customer(actor, billing_address={"city": "Ipoh"})
    quote = make_quote(actor, customer)
    update_customer(actor, customer, CustomerInput(name="Renamed", billing_address={"city": "Klang"}))
    quote.refresh_from_db()
    assert (quote.customer_name, quote.billing_address) == ("Acme Corporation", {"city": "Ipoh"})


def test_the_number_is_of_the_year_of_the_document(actor: Actor) -> None:
    numbers = [make_quote(actor, quote_date=date(year, 12, 31)).quote_number for year in (2023, 2024, 2023)]
    assert numbers == ["QT-2023-0001", "QT-2024-0001", "QT-2023-0002"]


def test_the_day_is_the_companys(actor: Actor) -> None:
    with clock.travelling(datetime(2024, 12, 31, 16, 30, tzinfo=UTC)):
        quote = make_quote(actor)
    assert (quote.quote_date, quote.quote_number) == (date(2025, 1, 1), "QT-2025-0001")


def test_an_item_gives_what_the_line_does_not(actor: Actor) -> None:
    item = make_item(actor, description="The good one")
    plain = LineInput(item_id=item.public_id, quantity=D(2))
    own = replace(plain, description="Mine", unit_price=D("1.50"), tax_code="")
    first, second, third = make_quote(actor, None, [plain, own, replace(plain, tax_code="ZERO")]).lines.all()
    assert (first.item_code, first.description, first.unit_price) == ("WDG-001", "The good one", D("25.00"))
    assert (first.tax_code, first.tax_rate, first.tax_amount) == ("SST", D(6), D("3.00"))
    assert (second.description, second.line_total, second.tax_code, second.tax_amount) == ("Mine", D(3), "", D(0))
    assert (third.tax_code, third.tax_rate) == ("ZERO", D(0))
    assert [first.position, second.position, third.position] == [1, 2, 3]


def test_the_documents_date_picks_the_rate(actor: Actor) -> None:
    dated = [
        TaxRateInput(rate=D(6), valid_from=date(2018, 9, 1)),
        TaxRateInput(rate=D(8), valid_from=date(2024, 3, 1)),
    ]
    create_tax_code(actor, TaxCodeInput(code="GST", rates=dated))
    lines = [line(tax_code="GST")]

    def tax_on(day: date) -> Decimal:
        quote = make_quote(actor, None, lines, quote_date=day, valid_until=date(2025, 1, 1))
        return quote.lines.get().tax_amount

    assert [tax_on(date(2024, 2, 29)), tax_on(date(2024, 3, 1))] == [D("6.00"), D("8.00")]
    early = invalid_fields(lambda: make_quote(actor, None, lines, quote_date=date(2018, 8, 31)))
    assert early == {"items[0].taxCode": "Tax code 'GST' has no rate on 2018-08-31"}


def test_every_failing_field_is_named_by_its_path(actor: Actor) -> None:
    item = update_item(actor, make_item(actor), ItemInput(is_active=False))
    lines = [
        line("0", "-1", tax_code="NONE", discount_percent=D(101)),
        line(),
        LineInput(),
        line(discount_amount=D("100.01")),
        line(discount_amount=D("1.00"), discount_percent=D(5)),
        LineInput(item_id=item.public_id, quantity=D(1)),
    ]
    named = invalid_fields(
        lambda: make_quote(
            actor,
            None,
            lines,
            valid_until=TODAY - timedelta(days=1),
            currency="USD",
            exchange_rate=D(2),
            shipping_cost=D("0.001"),
            reference="r" * 101,
            notes="n" * 10_001,
            billing_address={"zip": "1"},
        )
    )
    assert set(named) == {
        "validUntil",
        "currency",
        "exchangeRate",
        "shippingCost",
        "reference",
        "notes",
        "billingAddress.zip",
        "items[0].quantity",
        "items[0].unitPrice",
        "items[0].taxCode",
        "items[0].discountPercent",
        "items[2].quantity",
        "items[2].unitPrice",
        "items[2].description",
        "items[3].discountAmount",
        "items[4].discountAmount",
        "items[5].itemId",
    }
    assert not Quote.objects.exists()
    assert make_quote(actor).quote_number == "QT-2024-0001"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, {"customerId"}),
        ({"items": []}, {"items"}),
        ({"items": [line()] * 1001}, {"items"}),
        ({"items": [line("999999999999", "99")]}, {"items[0].quantity"}),
        ({"items": [line("999999999", "9000")] * 2}, {"items"}),
    ],
)
def test_what_a_quote_must_have(actor: Actor, fields: dict[str, Any], named: set[str]) -> None:
    given = QuoteInput(customer_id=make_customer(actor).public_id, **fields) if fields else QuoteInput()
    assert set(invalid_fields(lambda: create_quote(actor, given))) == named


def test_a_discount_may_be_given_both_ways_when_they_agree(actor: Actor) -> None:
    quote = make_quote(actor, None, [line(discount_amount=D("5.00"), discount_percent=D(5))])
    assert quote.total == D("95.00")


@pytest.mark.parametrize("public_id", ["cust_x", "cust_01h455vb4pex5vsknk084sn02q"])
def test_an_unknown_customer_or_item_is_not_found(actor: Actor, public_id: str) -> None:
    with pytest.raises(NotFound, match="Customer with ID"):
        create_quote(actor, QuoteInput(customer_id=public_id, items=[line()]))
    with pytest.raises(NotFound, match="Item with ID"):
        make_quote(actor, None, [line(item_id=public_id.replace("cust", "item"))])


def test_a_foreign_currency_needs_an_exchange_rate(actor: Actor) -> None:
    customer = make_customer(actor, currency="JPY")
    assert set(invalid_fields(lambda: make_quote(actor, customer))) == {"exchangeRate"}
    quote = make_quote(actor, customer, [line("3", "0.5")], exchange_rate=D("0.031"))
    quote.refresh_from_db()
    assert (quote.currency, quote.exchange_rate, quote.total) == ("JPY", D("0.031"), D(2))


def test_prices_that_include_tax(actor: Actor) -> None:
    create_tax_code(actor, TaxCodeInput(code="VAT", rate=D(20)))
    quote = make_quote(actor, None, [line("1", "8.01", tax_code="VAT")], prices_include_tax=True)
    assert (quote.subtotal, quote.total_tax, quote.total) == (D("6.67"), D("1.34"), D("8.01"))


def test_a_quote_at_the_end_of_the_calendar(actor: Actor) -> None:
    with clock.travelling(datetime(9999, 12, 19, tzinfo=UTC)):
        assert make_quote(actor, quote_date=date(9999, 12, 20)).valid_until == date(9999, 12, 31)
