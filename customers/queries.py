"""Reading customers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum, Value, Window

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.lookups import Lookup, by_key, locked_by_key
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import whole_company
from customers import rules
from customers.errors import CustomerAnonymised, CustomerMerged
from customers.models import Contact, Customer, ReceivableEntry

# One letter can fold into eighteen, and an entry of an index has its limit.
MAX_SORT_KEY = 400
_MANY = 1000


_CUSTOMER, _LOCKED = by_key(Customer), locked_by_key(Customer)
_LANGUAGE = Lookup(Customer, lambda rows, pk: rows.filter(pk=pk).only("language"))
_LOCKED_WITH_KEY = Lookup(Customer, lambda rows, pk: rows.filter(pk=pk).select_for_update())


def customer_by_public_id(public_id: str) -> Customer:
    """The customer with a `cust_…` id.  Raises NotFound for a malformed, missing or foreign one."""
    return by_public_id(_CUSTOMER, "Customer", public_id)


def customer_with_owner(public_id: str) -> Customer:
    """The customer with a `cust_…` id and its owner.  Raises NotFound."""
    return by_public_id(Customer.objects.select_related("owner"), "Customer", public_id)


def statement_of(customer: Customer, first: date | None, last: date | None) -> tuple[Decimal, "QuerySet[Any]"]:
    """What was owed before `first`, and the ledger from then through `last`, oldest first, each with its `balance`.

    Without days all of it.  In the customer's currency.
    """
    entries = ReceivableEntry.objects.filter(customer=customer)
    before = ZERO
    if first is not None:
        before = Decimal(entries.filter(entry_date__lt=first).aggregate(sum=Sum("amount", default=ZERO))["sum"])
        entries = entries.filter(entry_date__gte=first)
    if last is not None:
        entries = entries.filter(entry_date__lte=last)
    running = Window(Sum("amount"), order_by=["entry_date", "id"])
    return before, entries.annotate(balance=running + Value(before)).order_by("entry_date", "id")


def naming(*words: str) -> Q:
    """Which documents have all of these folded words: in their own text or in their customer's present name.

    Customers whose documents carry another name are few, and looked up first: an index serves either way.
    """
    renamed = Customer.objects.filter(was_renamed=True)
    return Q(
        *(Q(search_text__contains=word) | _of_customers(renamed.filter(name_sort__contains=word)) for word in words)
    )


def _of_customers(customers: "QuerySet[Customer]") -> Q:
    found = list(customers.values_list("pk", flat=True)[: _MANY + 1])
    return Q(customer__in=found if len(found) <= _MANY else customers.order_by().values("pk"))


def contact_by_public_id(customer: Customer, public_id: str) -> Contact:
    """A customer's contact with a `contact_…` id.  Raises NotFound."""
    return by_public_id(Contact.objects.filter(customer=customer), "Contact", public_id)


def addresses_for(customer: UUID, kind: str) -> list[str]:
    """Where a document of a kind of `rules.RECEIVES` goes by email now; empty when there is no address."""
    return addresses_by_customer([customer], kind)[customer]


def addresses_by_customer(customers: Collection[UUID], kind: str) -> dict[UUID, list[str]]:
    """Where documents of a kind go now, for each of the customers: two queries, however many they are.

    The active contacts chosen for the kind, else those for the kind that it is received with, else the customer's own
    address, else that of its main contact.
    """
    kinds = [kind, *filter(None, [rules.RECEIVED_WITH.get(kind)])]
    with whole_company():  # a document goes to its customer, whoever owns that
        own = dict(Customer.objects.filter(pk__in=customers).values_list("pk", "email"))
        contacts = Contact.objects.filter(customer__in=customers, is_active=True).exclude(email="")
    chosen: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for contact in contacts.filter(Q(is_primary=True) | Q(receives__overlap=kinds)).order_by("name", "id"):
        for name in (*contact.receives, *["main"] * contact.is_primary):
            chosen[contact.customer_id, name].append(contact.email)

    def of(pk: UUID) -> list[str]:
        wishes = [chosen.get((pk, name)) for name in kinds]
        return next(filter(None, [*wishes, [own[pk]] if own.get(pk) else [], chosen.get((pk, "main"))]), [])

    return {pk: of(pk) for pk in customers}


class _OfCustomer(Protocol):
    """A row that belongs to a customer."""

    @property
    def customer_id(self) -> UUID: ...


def lock_customer_of(row: _OfCustomer) -> Customer:
    """The customer of a document or payment, locked until the transaction ends; of one that was merged, the other.

    Whoever locks a customer and its documents locks the customer first.
    """
    pk = row.customer_id
    while True:
        point = transaction.savepoint()
        customer = lock_customer(pk)
        if customer.merged_into_id is None:
            transaction.savepoint_commit(point)
            return customer
        transaction.savepoint_rollback(point)  # lets go of the customer that is gone
        pk = customer.merged_into_id


def lock_customer(pk: UUID, *, with_key: bool = False) -> Customer:
    """The customer, locked until the transaction ends.  Taken before documents, and before number counters.

    `with_key` keeps new references out as well: needed before the customer's number changes or the customer goes,
    for a weaker lock would have to be raised among those who hold references, and two of them would wait for each
    other.  Raises NotFound for a customer that has been deleted meanwhile.
    """
    with whole_company():
        customer = (_LOCKED_WITH_KEY if with_key else _LOCKED).first(pk)
    if customer is None:
        raise NotFound("Customer", ids.encode(Customer.PREFIX, pk))
    return customer


def lock_customer_by_public_id(public_id: str) -> Customer:
    """As `lock_customer`, for a customer that the scope shows.  Raises NotFound."""
    return by_public_id(_LOCKED, "Customer", public_id)


def lock_customers(public_ids: Iterable[str]) -> None:
    """Locks those of the named customers that there are, all of them in one order, until the transaction ends."""
    keys = {pk for public_id in public_ids if (pk := ids.decode(Customer.PREFIX, public_id)) is not None}
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def locking_with_customers(model: type[CompanyOwnedModel]) -> Callable[[Collection[UUID]], None]:
    """Locks objects that belong to customers by their keys, in the order of locks: all of their customers first."""

    def lock(keys: Collection[UUID]) -> None:
        rows: QuerySet[Any] = model._default_manager.filter(pk__in=keys).order_by("pk")
        customers = Customer.objects.filter(pk__in=rows.order_by().values("customer_id")).order_by("pk")
        for locked in (customers, rows):
            list(locked.select_for_update(no_key=True).values_list("pk"))

    return lock


def lock_contact(pk: UUID) -> Contact:
    """The contact, locked until the transaction ends.  Raises NotFound when it has been deleted meanwhile."""
    contact = Contact.objects.select_for_update().filter(pk=pk).first()
    if contact is None:
        raise NotFound("Contact", ids.encode(Contact.PREFIX, pk))
    return contact


def not_anonymised(customer: Customer) -> Customer:
    """The same customer, for what one can't get any more whose personal data was erased.  Raises CustomerAnonymised."""
    if customer.anonymised_at is not None:
        raise CustomerAnonymised(customer.customer_number)
    return customer


def lock_unmerged_customer(pk: UUID, *, with_key: bool = False) -> Customer:
    """As `lock_customer`, for what a customer that was merged into another, or anonymised, can't get any more.

    Raises NotFound, CustomerMerged, CustomerAnonymised.
    """
    customer = not_anonymised(lock_customer(pk, with_key=with_key))
    if customer.merged_into_id:
        kept = Customer.objects.filter(pk=customer.merged_into_id).first()
        if kept is None:
            raise CustomerMerged(customer.customer_number)
        raise CustomerMerged(customer.customer_number, kept.public_id, kept.customer_number)
    return customer


def possible_duplicates(name: str, email: str, phone: str) -> list[Customer]:
    """Customers that may be meant already, at most five: with the same name, email address or telephone."""
    same = Q(name_sort=fold(name)[:MAX_SORT_KEY])
    if email:
        same |= Q(search_text__contains=fold(email), email__iexact=email)
    if phone:
        same |= Q(phone__contains=phone, phone=phone)
    return list(Customer.objects.filter(same, merged_into=None).order_by("-updated_at", "pk")[:5])


def language_of(pk: UUID) -> str:
    """The language in which a customer wants its emails; "" for the company's."""
    with whole_company():
        return _LANGUAGE.get(pk).language
