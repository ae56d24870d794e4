"""Many customers at once, by the rules that one has."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper

from bigledger_crm.custom_fields.errors import CustomFieldTaken
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.documents.attachments import attachments_of
from bigledger_crm.kernel.changes import changes_of
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.numbering.services import next_numbers
from bigledger_crm.outbox.events import record_each
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.copying import copy_rows
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import unreferenced
from bigledger_crm.tenancy.scope import whole_company
from customers import rules
from customers.errors import CustomerNumberTaken
from customers.inputs import CustomerInput
from customers.models import Customer, ReceivableEntry
from customers.services.customers import delete_customer, derive, insert_customer, prepare_customer
from customers.services.tin_checks import request_tin_check


@transaction.atomic
def create_customers(actor: Actor, inputs: Sequence[CustomerInput]) -> list[Customer | DomainError]:
    """New customers without contacts, or for each the error that `create_customer` would raise."""
    made: list[Customer | DomainError] = []
    for one in inputs:
        try:
            made.append(prepare_customer(actor, one))
        except DomainError as error:
            made.append(error)
    numbers = {customer.customer_number.upper() for customer in made if isinstance(customer, Customer)}
    with whole_company():
        numbered = Customer.objects.annotate(upper=Upper("customer_number")).filter(upper__in=numbers - {""})
        taken = set(numbered.values_list("upper", flat=True))
    quick: list[Customer] = []
    for place, customer in enumerate(made):
        if not isinstance(customer, Customer):
            continue
        number = customer.customer_number.upper()
        if number in taken:
            made[place] = _inserted(customer)
            continue
        taken.update({number} - {""})
        quick.append(customer)
    slow = set() if _insert_all(actor.company, quick, taken) else {customer.pk for customer in quick}
    made = [_inserted(one) if isinstance(one, Customer) and one.pk in slow else one for one in made]
    new = [customer for customer in made if isinstance(customer, Customer)]
    record_each(actor, "customer.created", [[customer.pk] for customer in new], changes=[{} for _ in new])
    # Who is asked for one looks for all that nobody was asked about yet.
    for customer in [customer for customer in new if customer.tin and customer.identification_number][:1]:
        request_tin_check(customer)
    return made


def _insert_all(company: Company, customers: Sequence[Customer], taken: Collection[str]) -> bool:
    """Whether all of them could be inserted; none is where a number was taken meanwhile, or a unique custom field.

    Those without a number get the next ones, apart from those that are `taken`.
    """
    without = [customer for customer in customers if not customer.customer_number]
    try:
        with transaction.atomic():
            for customer, number in zip(without, _free_numbers(company, len(without), taken), strict=True):
                customer.customer_number = number
                derive(customer)
            copy_rows(customers)
    except IntegrityError:
        for customer in without:
            customer.customer_number = ""
        return False
    return True


def _free_numbers(company: Company, count: int, taken: Collection[str]) -> list[str]:
    """The next numbers that no customer has: the counter passes over those that callers gave by hand."""
    free: list[str] = []
    while len(free) < count:
        numbers = next_numbers(company, "customer", count - len(free))
        with whole_company():
            numbered = Customer.objects.annotate(upper=Upper("customer_number"))
            there = set(numbered.filter(upper__in=map(str.upper, numbers)).values_list("upper", flat=True))
        free += [number for number in numbers if number.upper() not in there and number.upper() not in taken]
    return free


def _inserted(customer: Customer) -> Customer | DomainError:
    try:
        with transaction.atomic():  # one that is refused gives its number back
            insert_customer(customer)
    except (CustomerNumberTaken, CustomFieldTaken) as error:
        return error
    return customer


@transaction.atomic
def delete_customers(actor: Actor, keys: Sequence[UUID]) -> dict[UUID, DomainError]:
    """Deletes customers; for those that can't be deleted the error that `delete_customer` would raise."""
    rows = {
        customer.pk: customer for customer in Customer.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    with_files = attachments_of(list(rows))
    free = unreferenced(Customer.objects.filter(pk__in=rows.keys() - with_files.keys()), apart_from=[ReceivableEntry])
    gone = [rows[pk] for pk in free.values_list("pk", flat=True)]
    Customer.objects.filter(pk__in=[customer.pk for customer in gone]).delete()
    record_each(
        actor,
        "customer.deleted",
        [[customer.pk] for customer in gone],
        notes=[f"{customer.customer_number} {customer.name}" for customer in gone],
        changes=[{} for _ in gone],
    )
    kept: dict[UUID, DomainError] = {}
    deleted = {customer.pk for customer in gone}
    for pk in [pk for pk in keys if pk not in deleted]:
        try:
            with transaction.atomic():
                delete_customer(actor, Customer(pk=pk) if pk not in rows else rows[pk])
        except DomainError as error:
            kept[pk] = error
    return kept


def says_the_same(actor: Actor, customer: Customer, inputs: CustomerInput) -> bool:
    """Whether `update_customer` would change nothing, by what the customer says now."""
    known = {name: getattr(customer, name) for name in rules.CHECKED_AGAINST}
    company = actor.company
    values, errors = rules.clean_customer(
        inputs,
        stored=known,
        default_currency=company.currency,
        country=company.country,
        declared=fields_for(actor, "customers"),
    )
    return not errors and not changes_of(customer, values)
