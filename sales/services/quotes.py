"""The life of a quote."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.interventions import call_off
from bigledger_crm.outbox.letters.texts import Letter
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import UNDO, draft_email, queue
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import addresses_for
from sales import rules
from sales.errors import QuoteExpired, QuoteNotEditable
from sales.lifecycle import QUOTE
from sales.models import DocumentLine, Quote, QuoteLine
from sales.queries import lock_quote
from sales.services.papers import frozen_quote
from sales.services.shared.email import letter_about
from sales.services.shared.fields import customer_for_document, insert_lines, prepare_document, search_text
from sales.services.shared.lines import NONE_KEPT
from sales.services.shared.updates import DocumentKind, apply_changes, find_changes, refuse_changed

QUOTE_KIND = DocumentKind("Quote", QuoteLine, "quote", own_date="quote_date", number="quote_number")


@dataclass(frozen=True)
class Message:
    """A mail as its sender wants it; None leaves it to the product."""

    to: Sequence[str] | None = None
    cc: Sequence[str] = ()
    subject: str | None = None
    message: str | None = None
    attach_pdf: bool = True
    can_be_taken_back: bool = False

    @property
    def held(self) -> timedelta:
        """How long the mail waits before it goes."""
        return UNDO if self.can_be_taken_back else timedelta()

    def receivers(self, customer: UUID, kind: str) -> Sequence[str]:
        """The given addresses, else those where the customer wants documents of the kind now.

        Raises InvalidData naming `to` when the customer has no address.
        """
        if self.to is not None:
            return self.to
        if found := addresses_for(customer, kind):
            return found
        raise no_address()


def no_address() -> InvalidData:
    """The refusal of an email without recipients to a customer without an address."""
    return InvalidData("Email", {"to": "The customer has no email address. Enter at least one recipient."})


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
    """The next number of the year of the quote's date; the last lock of the creating transaction."""
    company = actor.company
    return next_number(company.pk, "quote", quote_date.year, prefix=company.quote_prefix, width=company.number_width)


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
def send_quote(actor: Actor, quote: Quote, message: Message) -> tuple[Quote, OutboxEmail]:
    """Freezes what the quote says, queues its mail and marks it sent; a sent quote is mailed again.

    Raises InvalidStatusTransition, QuoteExpired unless it was entered late, InvalidData for the mail's fields.
    """
    stored = lock_quote(quote.pk)
    if stored.status != "sent":
        QUOTE.check(stored.status, "sent")
    _refuse_expired(actor, stored, "send", on=actor.today())
    document = frozen_quote(actor, stored)
    email = queue(quote_email(actor, stored, message), document if message.attach_pdf else None, held=message.held)
    if stored.status == "draft":
        stored.status = "sent"
        stored.sent_at = clock.now()
    stored.updated_at = clock.now()
    stored.save(update_fields=["status", "sent_at", "updated_at"])
    record(actor, "quote.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def quote_email(actor: Actor, quote: Quote, message: Message) -> OutboxEmail:
    """The mail that a quote goes out with, not queued.  Raises InvalidData."""
    letter, language = quote_letter(actor, quote)
    return draft_email(
        actor,
        kind="quote.sent",
        related_id=quote.pk,
        to=message.receivers(quote.customer_id, "quotes"),
        cc=message.cc,
        subject=message.subject or letter.subject,
        body=message.message or letter.body,
        reply_to=actor.email or actor.company.email,
        language=language,
        figure=(letter.figure, letter.figure_note),
    )


def quote_letter(actor: Actor, quote: Quote) -> tuple[Letter, str]:
    """What the company writes with a quote, and in which language."""
    return letter_about(actor, "quote", quote, quote.quote_number, title=quote.title, valid_until=quote.valid_until)


@transaction.atomic
def accept_quote(
    actor: Actor, quote: Quote, *, accepted_by: str = "", accepted_at: date | datetime | None = None
) -> Quote:
    """The customer agrees, now or at an earlier moment; a day stands for its beginning.

    Raises InvalidData for a moment that lies ahead or before the quote, QuoteExpired for one after its last valid
    day, InvalidStatusTransition.
    """
    stored = lock_quote(quote.pk)
    moment = _moment(actor, accepted_at)
    problem = rules.check_accepted_on(actor.day_of(moment), stored.quote_date, actor.today()) if accepted_at else None
    if problem is None and moment > clock.now():
        problem = "Acceptance can't be in the future"
    if problem:
        raise InvalidData("Quote", {"acceptedAt": problem})
    _refuse_expired(actor, stored, "accept", on=actor.day_of(moment))
    QUOTE.check(stored.status, "accepted")
    stored.status = "accepted"
    stored.accepted_at = moment
    stored.updated_at = clock.now()
    stored.accepted_by = text.clean_line(accepted_by)[:200] or actor.id
    stored.save(update_fields=["status", "accepted_at", "accepted_by", "updated_at"])
    record(actor, "quote.accepted", stored.pk, stored.customer_id)
    call_off(actor, stored.pk, "quote.reminder", why="the quote was accepted")
    return stored


def is_open_to_answer(actor: Actor, quote: Quote, day: date) -> bool:
    """Whether an undecided quote may be sent or accepted on a day: in its validity, or if it was entered after that."""
    entered_late = rules.was_entered_late(quote.valid_until, actor.day_of(quote.created_at))
    return entered_late or not rules.is_expired(quote.status, quote.valid_until, day)


def _refuse_expired(actor: Actor, quote: Quote, action: str, *, on: date) -> None:
    if not is_open_to_answer(actor, quote, on):
        raise QuoteExpired(action, quote.public_id, quote.valid_until, actor.today())


def _moment(actor: Actor, given: date | datetime | None) -> datetime:
    """The moment that was given; a day begins where the company is."""
    if isinstance(given, datetime):
        return given
    return datetime.combine(given, time(), ZoneInfo(actor.company.time_zone)) if given else clock.now()
