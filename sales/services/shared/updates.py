"""Changing a document that exists: what a caller sent is compared with what it says, and a draft takes it over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET

from bigledger_crm.custom_fields.services import clean_custom_fields, unique_fields_kept
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import changes_of
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import chosen_owner, owner_public_id
from customers.models import Customer
from sales import rules
from sales.errors import ChangedMeanwhile
from sales.inputs import DocumentInput, LineInput
from sales.models import DocumentLine, OwnedDocument, SaleDocument
from sales.services.shared.discounts import check_discounts
from sales.services.shared.fields import (
    ADDRESSES,
    amounts,
    check_exchange_rate,
    clean_addresses,
    clean_texts,
    search_text,
)
from sales.services.shared.lines import PreparedLine, as_kept, prepare_lines, says_otherwise, totals_of

_COMPARED_ALONE = frozenset(
    {"customer_id", "currency", "exchange_rate", "items", "owner_id", "custom_fields", *ADDRESSES}
)

OWNER = "ownerId"


@dataclass(frozen=True)
class DocumentKind:
    """What differs from one kind of document to another: its lines, its own date and its number."""

    line: type[DocumentLine]
    parent: str
    own_date: str
    number: str
    # What else of it is searched, beside number, reference, title and customer.
    also_searched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What a caller wants otherwise: `values` by column, `items` where the lines are to be replaced.

    `recorded` is what the audit trail keeps of before and after.
    """

    values: dict[str, Any]
    items: Sequence[LineInput] | None
    recorded: Mapping[str, Any]

    @property
    def fields(self) -> list[str]:
        """The changed fields, by their names in JSON."""
        names = [*self.values, *(["items"] if self.items is not None else [])]
        return sorted(camel_case(name) for name in names)

    @property
    def beside_owner(self) -> list[str]:
        """Those that say something to the customer; who owns a document may change whenever."""
        return [name for name in self.fields if name != OWNER]

    def after(self, document: SaleDocument, name: str) -> Any:
        """What a column will say."""
        return self.values.get(name, getattr(document, name))


def beside_owner(errors: Iterable[FieldError]) -> list[FieldError]:
    """The errors of other fields than the owner."""
    return [error for error in errors if error.path != ("owner_id",)]


def refuse_changed(document: SaleDocument, expected: datetime | None) -> None:
    """Raises ChangedMeanwhile when the document isn't as its editor saw it; `expected` is its `updated_at` of then."""
    if expected is not None and document.updated_at != expected:
        raise ChangedMeanwhile("Someone else changed this in the meantime")


def find_changes(actor: Actor, document: OwnedDocument, inputs: DocumentInput) -> tuple[Changes, list[FieldError]]:
    """Which of the given fields differ from what the document says, and what is wrong with them.

    Raises MissingRight for another owner.
    """
    texts, errors = clean_texts(inputs)
    addresses, address_errors = clean_addresses(inputs)
    wanted: dict[str, Any] = {name: value for name, value in given(inputs).items() if name not in _COMPARED_ALONE}
    own, own_errors = clean_custom_fields(actor, type(document), inputs.custom_fields, document.custom_fields)
    wanted |= texts | addresses | own
    errors += [*address_errors, *own_errors]
    wanted["owner_id"], owner_errors = chosen_owner(actor, inputs.owner_id, document.owner_id)
    errors += owner_errors
    rate = given_or(inputs.exchange_rate, None)
    if rate is not None:
        wanted["exchange_rate"] = rate
        errors += check_exchange_rate(actor, document.currency, rate)
    if shipping := given_or(inputs.shipping_cost, None):
        errors += field_error("shipping_cost", rules.check_amount("Shipping cost", shipping, document.currency))
    if inputs.customer_id not in (UNSET, _own_customer(document)):
        errors += field_error("customer_id", "The customer of a document cannot be changed")
    if inputs.currency not in (UNSET, document.currency):
        errors += field_error("currency", f"The customer's currency is {document.currency}")
    changed = changes_of(document, wanted)
    values = {name: after for name, (_, after) in changed.items()}
    owners = changed.get("owner_id")
    recorded = {OWNER: [owner_public_id(owner) for owner in owners]} if owners else {}
    return Changes(values, _changed_items(document, inputs), recorded), errors


def apply_changes(
    actor: Actor, document: SaleDocument, changes: Changes, kind: DocumentKind
) -> tuple[list[PreparedLine] | None, list[FieldError]]:
    """Lets a document, whose lock the caller holds, say what was wanted; where that may change an amount it is priced
    anew.

    Returns the new lines, None where the stored ones stay, and what is wrong with them.  Nothing is stored yet: that
    does `save_changes`, when nothing else is wrong.  Raises NotFound for an item.
    """
    for name, value in changes.values.items():
        setattr(document, name, value)
    if changes.items is None and not changes.values.keys() & {kind.own_date, "prices_include_tax", "shipping_cost"}:
        return None, []
    stored = _lines(document)
    lines, errors = prepare_lines(
        changes.items if changes.items is not None else [as_kept(line) for line in stored.values()],
        day=getattr(document, kind.own_date),
        currency=document.currency,
        item_currency=actor.company.currency,
        prices_include_tax=document.prices_include_tax,
        kept=stored,
    )
    errors += check_discounts(actor, lines, document.currency)
    if errors or rules.check_amount("Shipping cost", document.shipping_cost, document.currency):
        return lines, errors
    totals, errors = totals_of(lines, document.shipping_cost, document.currency)
    for name, amount in amounts(totals).items():
        setattr(document, name, amount)
    return lines, errors


def save_changes(
    document: SaleDocument, changes: Changes, lines: Sequence[PreparedLine] | None, kind: DocumentKind
) -> None:
    """Stores a document after `apply_changes`.  A line with the id of one that is there takes its place.

    Raises CustomFieldTaken.
    """
    columns = set(changes.values)
    if lines is not None:
        columns |= set(amounts(document))
        _replace_lines(document, lines, kind)
    words = [getattr(document, name) for name in (kind.number, *kind.also_searched)]
    document.search_text = search_text(*words, document.customer_name, document.reference, document.title)
    document.updated_at = clock.now()
    with unique_fields_kept(document.company, [document] if "custom_fields" in columns else []):
        document.save(update_fields=[*columns, "search_text", "updated_at"])


def _replace_lines(document: SaleDocument, lines: Sequence[PreparedLine], kind: DocumentKind) -> None:
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


def _changed_items(document: SaleDocument, inputs: DocumentInput) -> Sequence[LineInput] | None:
    """The given lines, where they differ from those that stand there."""
    if inputs.items is UNSET:
        return None
    stored = _lines(document).values()
    if len(inputs.items) == len(stored) and not any(map(says_otherwise, inputs.items, stored)):
        return None
    return inputs.items


def _lines(document: Any) -> dict[str, DocumentLine]:
    return {line.public_id: line for line in document.lines.all()}


def _own_customer(document: SaleDocument) -> str:
    return ids.encode(Customer.PREFIX, document.customer_id)
