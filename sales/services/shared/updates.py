"""Changing a document that exists: what a caller sent is compared with what it says, and a draft takes it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import changes_of
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.rules import clean_address, field_errors
from sales import rules
from sales.errors import ChangedMeanwhile
from sales.models import DocumentLine, SaleDocument
from sales.services.shared.fields import amounts, clean_texts, exchange_rate_of, search_text
from sales.services.shared.lines import as_kept, prepare_lines, says_otherwise, totals_of

_ADDRESSES = ("billing_address", "shipping_address")
_COMPARED_ALONE = ("customer_id", "currency", "exchange_rate", "items", *_ADDRESSES)


@dataclass(frozen=True)
class DocumentKind:
    """What differs from one kind of document to another: its name, its lines, its own date and its number."""

    resource: str
    line: type[DocumentLine]
    parent: str
    own_date: str
    number: str


@dataclass
class Changes:
    """What a caller wants otherwise: `values` by column, `items` where the lines are to be replaced."""

    values: dict[str, Any]
    items: list[Mapping[str, Any]] | None
    errors: dict[str, str]

    @property
    def fields(self) -> list[str]:
        """The changed fields, by their names in JSON."""
        names = [*self.values, *(["items"] if self.items is not None else [])]
        return sorted(camel_case(name) for name in names)


def refuse_changed(document: SaleDocument, expected: datetime | None) -> None:
    """Raises ChangedMeanwhile when the document isn't as its editor saw it; `expected` is its `updated_at` of then."""
    if expected is not None and document.updated_at != expected:
        raise ChangedMeanwhile("Someone else changed this in the meantime")


def find_changes(actor: Actor, document: SaleDocument, fields: Mapping[str, Any]) -> Changes:
    """Which of the given fields differ from what the document says, and what is wrong with them."""
    errors: dict[str, str] = {}
    wanted: dict[str, Any] = {name: value for name, value in fields.items() if name not in _COMPARED_ALONE}
    wanted |= clean_texts(fields, errors)
    for name in _ADDRESSES:
        if name in fields:
            try:
                wanted[name] = clean_address(fields[name])
            except ValueError as error:
                errors |= field_errors(camel_case(name), error)
    if fields.get("exchange_rate") is not None:
        wanted["exchange_rate"] = exchange_rate_of(actor, document.currency, fields["exchange_rate"], errors)
    if "shipping_cost" in wanted:
        problem = rules.check_amount("Shipping cost", wanted["shipping_cost"], document.currency)
        errors |= rules.merge({"shippingCost": problem})
    if fields.get("customer_id", _own_customer(document)) != _own_customer(document):
        errors["customerId"] = "The customer of a document cannot be changed"
    if fields.get("currency", document.currency) != document.currency:
        errors["currency"] = f"The customer's currency is {document.currency}"
    values = {name: after for name, (_, after) in changes_of(document, wanted).items()}
    return Changes(values, _changed_items(document, fields), errors)


def apply_changes(actor: Actor, document: SaleDocument, changes: Changes, kind: DocumentKind, *, texts: str) -> None:
    """Lets a draft, whose lock the caller holds, say what was wanted; its amounts are worked out anew.

    A line with the id of one that is there takes its place and keeps the id.  `texts` are the columns that the search
    looks in, besides number and customer.  Raises InvalidData with every failing field, NotFound for an item.
    """
    for name, value in changes.values.items():
        setattr(document, name, value)
    columns = set(changes.values)
    if changes.items is not None or columns & {kind.own_date, "prices_include_tax", "shipping_cost"}:
        columns |= _price_anew(actor, document, changes, kind)
    if changes.errors:
        raise InvalidData(kind.resource, changes.errors)
    others = [getattr(document, name) for name in texts.split()]
    document.search_text = search_text(getattr(document, kind.number), document.customer_name, *others)
    document.updated_at = clock.now()
    document.save(update_fields=[*columns, "search_text", "updated_at"])


def _price_anew(actor: Actor, document: SaleDocument, changes: Changes, kind: DocumentKind) -> set[str]:
    """Replaces the lines and the totals, unless something is wrong; the columns that it set."""
    stored = _lines(document)
    lines, errors = prepare_lines(
        changes.items if changes.items is not None else [as_kept(line) for line in stored.values()],
        day=getattr(document, kind.own_date),
        currency=document.currency,
        item_currency=actor.company.currency,
        prices_include_tax=document.prices_include_tax,
        kept=stored,
    )
    changes.errors |= errors
    if changes.errors:
        return set()
    totals, too_large = totals_of(lines, document.shipping_cost, document.currency)
    changes.errors |= too_large
    for name, amount in amounts(totals).items():
        setattr(document, name, amount)
    manager = kind.line._default_manager
    manager.filter(**{kind.parent: document}).delete()
    manager.bulk_create(
        kind.line(
            id=line.kept.pk if line.kept is not None else ids.new_id(),
            company_id=document.company_id,
            **{kind.parent: document},
            **line.values,
        )
        for line in lines
    )
    return set(amounts(totals))


def _changed_items(document: SaleDocument, fields: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """The given lines, where they differ from those that stand there."""
    given = fields.get("items")
    if given is None:
        return None
    stored = _lines(document).values()
    if len(given) == len(stored) and not any(map(says_otherwise, given, stored)):
        return None
    return list(given)


def _lines(document: Any) -> dict[str, DocumentLine]:
    return {line.public_id: line for line in document.lines.all()}


def _own_customer(document: SaleDocument) -> str:
    return ids.encode(Customer.PREFIX, document.customer_id)
