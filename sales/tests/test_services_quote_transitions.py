"""The life of a quote, from its email to its order."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_quote
from customers.models import Customer
from sales.errors import CreditLimitExceeded, CustomerBlocked, QuoteConversionFailed, QuoteExpired
from sales.lifecycle import QUOTE
from sales.models import Quote, SalesOrder
from sales.services import EmailOptions, accept_quote, cancel_quote, convert_quote_to_order, send_quote

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
TODAY = date(2024, 1, 15)
FIRST_EXPIRED_MOMENT = datetime(2024, 2, 14, 16, tzinfo=UTC)  # midnight in Kuala Lumpur after 30 days


def put(quote: Quote, status: str) -> Quote:
    """Puts a quote into any stored state, past the services."""
    Quote.objects.filter(pk=quote.pk).update(status=status)
    return Quote.objects.get(pk=quote.pk)


def test_sending_freezes_the_pdf_and_queues_one_email(actor: Actor) -> None:
    quote, email = send_quote(actor, make_quote(actor), EmailOptions(cc=["Boss@acme.example.com"]))
    quote.refresh_from_db()
    assert quote.status == "sent"
    assert quote.sent_at is not None
    assert OutboxEmail.objects.get() == email
    assert (email.kind, email.related_id, email.status) == ("quote.sent", quote.pk, "queued")
    assert (email.to, email.cc) == (["billing@acme.example.com"], ["Boss@acme.example.com"])
    assert email.subject == "Quote QT-2024-0001 from Tech Supplies Sdn Bhd"
    stored = StoredDocument.objects.get()
    assert email.stored_document == stored
    assert (stored.number, stored.filename, stored.context["total"]) == ("QT-2024-0001", "QT-2024-0001.pdf", "100.00")


def test_a_sent_quote_is_emailed_again_with_the_same_pdf(actor: Actor) -> None:
    quote, first = send_quote(actor, make_quote(actor), EmailOptions(subject="Offer", message="Look!"))
    assert (first.subject, first.body) == ("Offer", "Look!")
    again, second = send_quote(actor, quote, EmailOptions(to=["other@acme.example.com"], attach_pdf=False))
    assert (second.to, second.stored_document) == (["other@acme.example.com"], None)
    assert again.sent_at == quote.sent_at
    assert (OutboxEmail.objects.count(), StoredDocument.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (EmailOptions(to=[]), {"to"}),
        (EmailOptions(to=["x"], cc=["a@b.co", "y"]), {"to[0]", "cc[1]"}),
        (EmailOptions(subject="a\r\nBcc: x@y.co"), {"subject"}),
    ],
)
def test_an_email_that_cannot_go_leaves_the_quote_a_draft(actor: Actor, message: EmailOptions, named: set[str]) -> None:
    quote = make_quote(actor)
    assert set(invalid_fields(lambda: send_quote(actor, quote, message))) == named
    quote.refresh_from_db()
    assert quote.status == "draft"
    assert not OutboxEmail.objects.exists()


def test_an_expired_quote_is_neither_sent_nor_accepted(actor: Actor) -> None:
    draft, (sent, _) = make_quote(actor), send_quote(actor, make_quote(actor), EmailOptions())
    with clock.travelling(FIRST_EXPIRED_MOMENT - timedelta(seconds=5)):
        accept_quote(actor, make_quote(actor, quote_date=TODAY))
    with clock.travelling(FIRST_EXPIRED_MOMENT):
        for act, quote, word in (
            (lambda: send_quote(actor, draft, EmailOptions()), draft, "send"),
            (lambda: accept_quote(actor, draft), draft, "accept"),
            (lambda: accept_quote(actor, sent), sent, "accept"),
        ):
            with pytest.raises(QuoteExpired) as refusal:
                act()
            assert (refusal.value.status, refusal.value.code) == (422, "QUOTE_EXPIRED")
            assert refusal.value.message == f"Cannot {word} expired quote"
            assert refusal.value.details == [
                {"quoteId": quote.public_id, "validUntil": "2024-02-14", "currentDate": "2024-02-15"}
            ]


def test_accepting(actor: Actor) -> None:
    quote = accept_quote(actor, make_quote(actor), accepted_by="  Puan  Siti ")
    assert (quote.status, quote.accepted_by) == ("accepted", "Puan Siti")
    assert quote.accepted_at is not None
    assert accept_quote(actor, make_quote(actor)).accepted_by == actor.id


@pytest.mark.parametrize("status", QUOTE.states)
def test_sending_and_accepting_follow_the_lifecycle(actor: Actor, status: str) -> None:
    for target, act in (
        ("sent", lambda q: send_quote(actor, q, EmailOptions())),
        ("accepted", lambda q: accept_quote(actor, q)),
    ):
        quote = put(make_quote(actor), status)
        if QUOTE.allows(status, target) or status == target == "sent":
            act(quote)
            quote.refresh_from_db()
            assert quote.status == target
        else:
            with pytest.raises(InvalidStatusTransition) as refusal:
                act(quote)
            assert refusal.value.details == [{"from": status, "to": target, "allowed": list(QUOTE.allowed(status))}]


def test_an_accepted_quote_becomes_a_confirmed_order(actor: Actor) -> None:
    lines = [line("10", "1000.00", discount_percent=D(15), tax_code="SST", notes="Blue"), line("3", "0.10")]
    fields = {"reference": "PO-7", "notes": "Soon", "terms": "Cash", "shipping_cost": D("5.00")}
    quote = make_quote(actor, None, lines, accepted=True, **fields)
    order = convert_quote_to_order(actor, quote)
    order.refresh_from_db()
    quote.refresh_from_db()
    assert (order.order_number, order.status, order.order_date) == ("SO-2024-0001", "confirmed", TODAY)
    assert (quote.status, order.quote) == ("converted", quote)
    same = ("customer", "currency", "reference", "notes", "terms", "subtotal", "total_discount", "total_tax", "total")
    for name in (*same, "shipping_cost", "billing_address", "exchange_rate", "prices_include_tax", "customer_name"):
        assert getattr(order, name) == getattr(quote, name), name
    facts = (
        "position",
        "description",
        "quantity",
        "unit_price",
        "discount_percent",
        "line_total",
        "tax_amount",
        "notes",
    )
    assert [*order.lines.values_list(*facts)] == [*quote.lines.values_list(*facts)]
    assert order.total == D("9015.30")
    assert [change.to_status for change in order.status_changes.all()] == ["confirmed"]


def test_a_quote_converts_once(actor: Actor) -> None:
    quote = make_quote(actor, accepted=True)
    order = convert_quote_to_order(actor, quote)
    with pytest.raises(QuoteConversionFailed) as refusal:
        convert_quote_to_order(actor, quote)
    assert refusal.value.code == "QUOTE_CONVERSION_FAILED"
    assert refusal.value.details == [
        {
            "quoteId": quote.public_id,
            "validUntil": "2024-02-14",
            "currentDate": "2024-01-15",
            "salesOrderId": order.public_id,
        }
    ]
    assert SalesOrder.objects.count() == 1


@pytest.mark.parametrize("status", [state for state in QUOTE.states if state not in ("accepted", "converted")])
def test_only_an_accepted_quote_converts(actor: Actor, status: str) -> None:
    quote = put(make_quote(actor), status)
    with pytest.raises(QuoteConversionFailed) as refusal:
        convert_quote_to_order(actor, quote)
    assert refusal.value.message == f"Cannot convert {status} quote to sales order"
    assert not SalesOrder.objects.exists()


def test_an_expired_quote_does_not_convert_but_one_accepted_in_time_does(actor: Actor) -> None:
    in_time, (sent, _) = make_quote(actor, accepted=True), send_quote(actor, make_quote(actor), EmailOptions())
    with clock.travelling(FIRST_EXPIRED_MOMENT + timedelta(days=300)):
        with pytest.raises(QuoteConversionFailed, match="Cannot convert expired quote to sales order") as refusal:
            convert_quote_to_order(actor, sent)
        assert refusal.value.details == [
            {"quoteId": sent.public_id, "validUntil": "2024-02-14", "currentDate": "2024-12-11"}
        ]
        assert convert_quote_to_order(actor, in_time).order_date == date(2024, 12, 11)


def test_conversion_checks_the_customer(actor: Actor) -> None:
    quote = make_quote(actor, accepted=True)
    Customer.objects.update(status="blocked")
    with pytest.raises(CustomerBlocked):
        convert_quote_to_order(actor, quote)
    Customer.objects.update(status="active", credit_limit=D("99.99"))
    with pytest.raises(CreditLimitExceeded):
        convert_quote_to_order(actor, quote)
    assert not SalesOrder.objects.exists()
    assert convert_quote_to_order(actor, quote, override_credit_limit=True).order_number == "SO-2024-0001"


def test_a_cancelled_quote_is_not_emailed_any_more(actor: Actor) -> None:
    sent, email = send_quote(actor, make_quote(actor), EmailOptions())
    cancel_quote(actor, sent)
    email.refresh_from_db()
    assert (email.status, email.next_attempt_at) == ("withdrawn", None)
