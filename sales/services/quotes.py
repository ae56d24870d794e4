"""Creating, changing and duplicating quotes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer
from sales import rules
from sales.errors import QuoteNotEditable
from sales.models import DocumentLine, Quote, QuoteLine
from sales.queries import lock_quote
from sales.services.shared.fields import copied, customer_for_document, insert_lines, prepare_document, search_text
from sales.services.shared.lines import NONE_KEPT
from sales.services.shared.updates import DocumentKind, apply_changes, find_changes, refuse_changed

QUOTE_KIND = DocumentKind("Quote", QuoteLine, "quote", own_date="quote_date", number="quote_number")


@transaction.atomic
def create_quote(actor: Actor, fields: Mapping[str, Any]) -> Quote:
    """A new draft.  `fields` are the contract's, in snake case, with `items` as in `prepare_lines`.

    Amounts are in the customer's currency.  Raises InvalidData with every failing field, NotFound for a customer or
    item that isn't there.
    """
    customer = customer_for_document(fields, "Quote")
    quote = insert_quote(actor, customer, fields, number=lambda day: next_quote_number(actor, day))
    record(actor, "quote.created", quote.pk, customer.pk)
    return quote


def insert_quote(
    actor: Actor,
    customer: Customer,
    fields: Mapping[str, Any],
    *,
    number: Callable[[date], str],
    kept: Mapping[str, DocumentLine] = NONE_KEPT,
    **columns: Any,
) -> Quote:
    """A draft for a customer whose lock the caller holds; `number` gives its number by the quote date, last of all."""
    quote_date = fields.get("quote_date") or actor.today()
    valid_until = fields.get("valid_until") or rules.days_later(quote_date, actor.company.quote_validity_days)
    values, lines = prepare_document(
        actor,
        customer,
        fields,
        day=quote_date,
        errors=_date_errors(quote_date, valid_until, actor.today()),
        resource="Quote",
        kept=kept,
    )
    values.setdefault("terms", actor.company.quote_terms)
    quote_number = number(quote_date)
    quote = Quote.objects.create(
        quote_number=quote_number,
        quote_date=quote_date,
        valid_until=valid_until,
        search_text=search_text(quote_number, customer.name, values.get("reference", ""), values.get("title", "")),
        **values,
        **columns,
    )
    insert_lines(QuoteLine, quote, "quote", lines)
    return quote


def next_quote_number(actor: Actor, quote_date: date) -> str:
    """The next number of the series of the quote's date; the last lock of the creating transaction."""
    return next_number(actor.company, "quote", quote_date)


@transaction.atomic
def update_quote(actor: Actor, quote: Quote, fields: Mapping[str, Any], *, expected: datetime | None = None) -> Quote:
    """Changes the given fields of a draft; its number stays.  `items` are all its lines, as in `apply_changes`.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Raises QuoteNotEditable, InvalidData with every failing field, NotFound for an item.
    """
    stored = lock_quote(quote.pk)
    refuse_changed(stored, expected)
    changes = find_changes(actor, stored, fields)
    if stored.status != "draft" and (changes.fields or changes.errors):
        raise QuoteNotEditable(stored.public_id, stored.status)
    dates = [changes.values.get(name, getattr(stored, name)) for name in ("quote_date", "valid_until")]
    quote_date, valid_until = dates
    changes.errors |= _date_errors(quote_date, valid_until, actor.today())
    if changes.fields or changes.errors:
        apply_changes(actor, stored, changes, QUOTE_KIND, texts="reference title")
        record(actor, "quote.updated", stored.pk, stored.customer_id, note=", ".join(changes.fields))
    return stored


def _date_errors(quote_date: date, valid_until: date, today: date) -> dict[str, str]:
    return rules.merge(
        {"quoteDate": rules.check_document_date(quote_date, today)},
        {"validUntil": rules.check_dates(quote_date, valid_until, "quote date", "Valid until")},
    )


@transaction.atomic
def duplicate_quote(actor: Actor, quote: Quote) -> Quote:
    """A new draft of today with the same lines at the same prices.  Raises InvalidData, as for a new quote."""
    customer = lock_customer(quote.customer_id)
    copy = insert_quote(actor, customer, renewed_offer(actor, quote), number=lambda day: next_quote_number(actor, day))
    record(actor, "quote.created", copy.pk, customer.pk, note=f"From {quote.quote_number}")
    return copy


def renewed_offer(actor: Actor, quote: Quote) -> dict[str, Any]:
    """The same offer from today on, valid as long as it was."""
    return {
        **copied(quote, quote.lines.all()),
        "description": quote.description,
        "valid_until": rules.days_later(actor.today(), (quote.valid_until - quote.quote_date).days),
    }
