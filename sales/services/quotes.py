"""Creating, changing and duplicating quotes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer_of, not_anonymised
from sales import rules
from sales.errors import QuoteNotEditable
from sales.inputs import QuoteInput
from sales.models import DocumentLine, Quote, QuoteLine
from sales.queries import lock_quote
from sales.services.shared.discounts import invalid_document
from sales.services.shared.fields import (
    copied,
    custom_fields_of_new,
    customer_for_document,
    insert_document,
    insert_lines,
    prepare_document,
    search_text,
)
from sales.services.shared.lines import NONE_KEPT
from sales.services.shared.updates import (
    DocumentKind,
    apply_changes,
    beside_owner,
    find_changes,
    refuse_changed,
    save_changes,
)

QUOTE_KIND = DocumentKind(QuoteLine, "quote", own_date="quote_date", number="quote_number")


@transaction.atomic
def create_quote(actor: Actor, inputs: QuoteInput, *, own_number: str = "") -> Quote:
    """A new draft; with its `own_number` one that is imported from elsewhere.

    Amounts are in the customer's currency.  Raises InvalidData with every failing field, DiscountExceedsLimit,
    NotFound for a customer or item that isn't there.
    """
    customer = customer_for_document(inputs, "Quote")
    quote = insert_quote(
        actor,
        customer,
        inputs,
        number=lambda day: own_number or next_quote_number(actor, day),
        is_imported=bool(own_number),
    )
    record(actor, "quote.created", quote.pk, customer.pk)
    return quote


def insert_quote(
    actor: Actor,
    customer: Customer,
    inputs: QuoteInput,
    *,
    number: Callable[[date], str],
    kept: Mapping[str, DocumentLine] = NONE_KEPT,
    copied_fields: dict[str, Any] | None = None,
    **columns: Any,
) -> Quote:
    """A draft for a customer whose lock the caller holds; `number` gives its number by the quote date, last of all.

    `copied_fields` are custom fields of another quote, which take the place of those of the input.
    """
    quote_date = inputs.quote_date or actor.today()
    valid_until = inputs.valid_until or rules.days_later(quote_date, actor.company.quote_validity_days)
    values, lines, errors = prepare_document(actor, customer, inputs, day=quote_date, kept=kept)
    own, own_errors = custom_fields_of_new(actor, Quote, inputs, copied_fields)
    if wrong := [*rules.check_quote_dates(quote_date, valid_until, actor.today()), *errors, *own_errors]:
        raise invalid_document("Quote", wrong)
    values.setdefault("terms", actor.company.quote_terms)
    quote_number = number(quote_date)
    quote = Quote(
        quote_number=quote_number,
        quote_date=quote_date,
        valid_until=valid_until,
        search_text=search_text(quote_number, customer.name, values.get("reference", ""), values.get("title", "")),
        **{**values, **own, **columns},
    )
    insert_document(quote)
    insert_lines(QuoteLine, quote, "quote", lines)
    return quote


def next_quote_number(actor: Actor, quote_date: date) -> str:
    """The next number of the series of the quote's date; the last lock of the creating transaction."""
    return next_number(actor.company, "quote", quote_date)


@transaction.atomic
def update_quote(actor: Actor, quote: Quote, inputs: QuoteInput, *, expected: datetime | None = None) -> Quote:
    """Changes the given fields of a draft, and the owner of any quote; its number stays.  `items` are all its lines;
    one with the id of a line that is there takes its place.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Raises QuoteNotEditable, InvalidData with every failing field, DiscountExceedsLimit, NotFound for an item.
    """
    stored = lock_quote(quote.pk)
    refuse_changed(stored, expected)
    changes, errors = find_changes(actor, stored, inputs)
    if stored.status != "draft" and (changes.beside_owner or beside_owner(errors)):
        raise QuoteNotEditable(stored.public_id, stored.status)
    quote_date, valid_until = changes.after(stored, "quote_date"), changes.after(stored, "valid_until")
    errors += rules.check_quote_dates(quote_date, valid_until, actor.today())
    if not changes.fields and not errors:
        return stored
    lines, line_errors = apply_changes(actor, stored, changes, QUOTE_KIND)
    if wrong := [*errors, *line_errors]:
        raise invalid_document("Quote", wrong)
    save_changes(stored, changes, lines, QUOTE_KIND)
    note = ", ".join(changes.fields)
    record(actor, "quote.updated", stored.pk, stored.customer_id, note=note, changes=changes.recorded)
    return stored


@transaction.atomic
def duplicate_quote(actor: Actor, quote: Quote) -> Quote:
    """A new draft of today with the same lines at the same prices.  Raises as for a new quote."""
    customer = not_anonymised(lock_customer_of(quote))
    copy = insert_quote(
        actor,
        customer,
        renewed_offer(actor, quote),
        number=lambda day: next_quote_number(actor, day),
        copied_fields=carried_fields(quote, Quote, actor.company),
    )
    record(actor, "quote.created", copy.pk, customer.pk, note=f"From {quote.quote_number}")
    return copy


def renewed_offer(actor: Actor, quote: Quote) -> QuoteInput:
    """The same offer from today on, valid as long as it was."""
    return QuoteInput(
        **copied(quote, quote.lines.all()),
        description=quote.description,
        valid_until=rules.days_later(actor.today(), (quote.valid_until - quote.quote_date).days),
    )
